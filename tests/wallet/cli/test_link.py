"""Tests of `jiaozi link`: the account is named in clear, signed, confirmed, and not asked twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wallet.fakebank import RESERVE, problem
from tests.wallet.world import ADDRESS, IBAN, World

LINK = ("link", IBAN, "--name", "Ada Wu", "--code", "284917")


def posts(world: World) -> list[dict[str, Any]]:
    """The bodies of the links that were handed in."""
    return [
        body
        for method, path, body in world.bank.requests
        if (method, path) == ("POST", "/v1/links")
    ]


def test_a_link_becomes_active(world: World) -> None:
    data = world.json(*LINK)
    assert data["state"] == "ACTIVE"
    assert data["account"] == IBAN
    assert (data["deposit_reference"], data["reserve_account"]) == ("RF18539007547034", RESERVE)
    (record,) = world.files.book().links
    assert (record.state, record.id) == ("ACTIVE", "links_1")
    (body,) = posts(world)
    assert (body["wallet"], body["account"], body["code"]) == (ADDRESS, IBAN, "284917")


def test_what_is_signed_is_shown_first(world: World) -> None:
    ran = world.run(*LINK, typed="n\n")
    assert (ran.code, world.bank.requests[1:]) == (1, [])
    for shown in ("DE89 3704 0044 0532 0130 00", "Ada Wu", ADDRESS, "31337"):
        assert shown in ran.out
    assert world.files.book().links == ()
    assert world.run(*LINK, typed="y\n").code == 0


def test_the_code_is_not_kept(world: World) -> None:
    world.json(*LINK)
    assert "284917" not in (world.home / "book.json").read_text()


def test_the_same_command_again_looks_and_does_not_sign(world: World) -> None:
    world.bank.link_states = ["REQUESTED", "REQUESTED", "ACTIVE"]
    assert world.json(*LINK, "--no-wait")["state"] == "REQUESTED"
    data = world.json("link", IBAN, "--name", "Ada Wu", "--code", "other")
    assert data["state"] == "ACTIVE"
    assert len(posts(world)) == 1


def test_an_unanswered_link_is_sent_again_as_it_was(world: World) -> None:
    world.bank.silent = True
    ran = world.run(*LINK, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (4, "net.unreachable")
    world.bank.silent = False
    world.clock.time += 60
    assert world.json(*LINK)["state"] == "ACTIVE"
    first, second = posts(world)
    assert first == second


def test_a_stale_signature_is_made_anew(world: World) -> None:
    world.bank.silent = True
    world.run(*LINK, "--yes")
    world.bank.silent = False
    world.clock.time += 3600
    world.json(*LINK)
    first, second = posts(world)
    assert first["nonce"] != second["nonce"]


def test_a_refusal_is_told_with_its_reason(world: World) -> None:
    world.bank.link_states, world.bank.reason = ["REFUSED"], "The code does not fit."
    ran = world.run(*LINK, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (3, "link.refused")
    assert "The code does not fit." in ran.error["message"]
    world.bank.link_states, world.bank.keys = ["ACTIVE"], {}
    assert world.json(*LINK)["state"] == "ACTIVE"  # a refused link may be tried anew


def test_the_banks_problem_is_shown(world: World) -> None:
    answer = problem("already-linked", "This account is linked.", "Close that link first.")
    world.bank.refuse = lambda path: (409, answer) if path == "/v1/links" else None
    ran = world.run(*LINK, "--yes")
    assert ran.code == 3
    assert "This account is linked. Close that link first." in ran.err


def test_the_time_runs_out(world: World) -> None:
    world.bank.link_states = ["CONFIRMED"]
    ran = world.run(*LINK, "--yes", "--timeout", "3", "--json")
    assert (ran.code, ran.error["code"]) == (4, "link.waiting")
    assert "CONFIRMED" in ran.error["message"]


def test_progress_is_shown_when_it_takes_long(world: World) -> None:
    world.bank.link_states = ["REQUESTED"] * 4 + ["CONFIRMED"] * 3 + ["ACTIVE"]
    lines = world.run(*LINK, "--yes").err.splitlines()
    assert len(lines) == 2
    assert "REQUESTED" in lines[0]
    assert "CONFIRMED" in lines[1]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("link", "DE00370400440532013000", "--name", "A", "--code", "1"), "iban.checksum"),
        (("link", "nonsense", "--name", "A", "--code", "1"), "iban.format"),
        (("link", IBAN, "--name", "A\u202eB", "--code", "1"), "text.line"),
        (("link", IBAN, "--name", "A" * 71, "--code", "1"), "text.line"),
        (("link", IBAN, "--name", "A", "--code", ""), "text.line"),
        (("link", IBAN, "--name", "A"), "usage.missing"),
        (("link", IBAN, "--code", "1"), "usage.missing"),
        (("link", IBAN, "--name", "A", "--code", "1", "--timeout", "0"), "usage.number"),
    ],
)
def test_bad_input_signs_nothing(world: World, arguments: tuple[str, ...], code: str) -> None:
    world.bank.link_states = ["CONFIRMED"]
    ran = world.run(*arguments, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, code)


def test_without_a_terminal_consent_must_be_given(world: World) -> None:
    ran = world.run(*LINK, "--json")
    assert (ran.code, ran.error["code"]) == (2, "confirm.needed")
    assert posts(world) == []


def test_a_wrong_password(world: World) -> None:
    other = world.home.parent / "other"
    other.write_text("not the password")
    ran = world.run(*LINK, "--yes", "--json", "--password-file", str(other), password=False)
    assert (ran.code, ran.error["code"]) == (5, "vault.password")
    assert world.files.book().links == ()
