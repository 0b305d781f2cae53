"""Tests: the files that the deploy script refuses, each by the field that is wrong."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from brownie import accounts

from scripts.deploy import deploy
from scripts.deployment.parameters import ParametersError
from scripts.deployment.roles import RolesError, parse_roles
from tests.contracts.deployment.support import DUTIES, EUR, change, keys


def test_one_key_one_duty() -> None:
    for first, second in itertools.permutations((*DUTIES, "officers"), 2):
        if first == "officers":
            continue
        shared = keys()[first]
        values = keys() | {second: [shared] if second == "officers" else shared}
        with pytest.raises(RolesError, match=rf"one key, one duty: {shared}"):
            parse_roles(values).require_apart(str(accounts[0]))
    twice = keys() | {"officers": [str(accounts[8])] * 2}
    with pytest.raises(RolesError, match="officers and officers"):
        parse_roles(twice).require_apart(str(accounts[0]))
    parse_roles(keys()).require_apart(str(accounts[0]))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"operator": None}, "lacks operator"),
        ({"treasurer": "0x" + "11" * 20}, "treasurer"),
        ({"operator": "0x" + "00" * 20}, "operator"),
        ({"operator": "0x1234"}, "operator"),
        ({"operator": 7}, "operator"),
        ({"operator": "0x70997970C51812dc3A010C7d01b50e0d17dc79c8"}, "operator"),
        ({"officers": "0x" + "11" * 20}, "officers"),
        ({"officers": ["0x12"]}, "officers"),
    ],
)
def test_bad_roles_files(settings: Path, values: dict[str, Any], said: str) -> None:
    change(settings / "roles.json", **values)
    with pytest.raises(RolesError, match=said):
        deploy()


@pytest.mark.parametrize("content", ["", "[]", '"x"', "{", "null"])
def test_roles_files_that_are_no_object(settings: Path, content: str) -> None:
    (settings / "roles.json").write_text(content)
    with pytest.raises(RolesError):
        deploy()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"maxAge": -1}, "maxAge"),
        ({"maxAge": 1.5}, "maxAge"),
        ({"maxAge": True}, "maxAge"),
        ({"maxAge": None}, "lacks 'maxAge'"),
        ({"bucket": {"capacity": 2**72, "refillPerSecond": 0}}, "bucket.capacity"),
        ({"bucket": {"capacity": 0, "refillPerSecond": 2**56}}, "bucket.refillPerSecond"),
        ({"bucket": {"capacity": 1}}, "lacks 'refillPerSecond'"),
        ({"tiers": {}}, "lacks '0'"),
        ({"token": {"name": "x" * 32}}, "token.name"),
        ({"approvalsNeeded": None}, "lacks 'approvalsNeeded'"),
        ({"approvalsNeeded": 256}, "approvalsNeeded"),
        ({"approvalsNeeded": "2"}, "approvalsNeeded"),
        ({"approvalsNeeded": 4}, "4 officers must approve, but there are 3"),
        ({"approvalsNeeded": 1}, "one officer's key"),
    ],
)
def test_bad_parameters_files(settings: Path, values: dict[str, Any], said: str) -> None:
    change(settings / "parameters.json", **values)
    with pytest.raises(ParametersError, match=said):
        deploy()
    assert not (settings / "deployments").exists()


@pytest.mark.parametrize("uri", [None, 5, "https://x\n.example", "a\u202eb", "\x7f", "\ud800"])
def test_a_description_that_no_wallet_can_show(settings: Path, uri: Any) -> None:
    token = json.loads(EUR.read_text())["token"] | {"contractURI": uri}
    change(settings / "parameters.json", token=token)
    with pytest.raises(ParametersError, match=r"token\.contractURI"):
        deploy()


def test_a_file_of_parameters_without_the_description(settings: Path) -> None:
    token = json.loads(EUR.read_text())["token"]
    del token["contractURI"]
    change(settings / "parameters.json", token=token)
    with pytest.raises(ParametersError, match="lacks 'contractURI'"):
        deploy()


def test_the_largest_bucket_that_the_teller_takes(settings: Path) -> None:
    largest = {"capacity": 2**72 - 1, "refillPerSecond": 2**56 - 1}
    change(settings / "parameters.json", bucket=largest)
    assert "deployed EURJ" in deploy()


def test_no_officers_need_no_approvals(settings: Path) -> None:
    change(settings / "roles.json", officers=[])
    with pytest.raises(ParametersError, match="2 officers must approve, but there are 0"):
        deploy()
    change(settings / "parameters.json", approvalsNeeded=0)
    said = deploy()
    assert "past the bucket nothing can be issued (approvalsNeeded is 0)" in said


def test_officers_without_a_number_are_told_that_they_are_idle(settings: Path) -> None:
    change(settings / "parameters.json", approvalsNeeded=0)
    assert "the 3 named can approve nothing" in deploy()


def test_an_officer_with_another_duty(settings: Path) -> None:
    for duty in DUTIES:
        officers = [*keys()["officers"], keys()[duty]]
        change(settings / "roles.json", officers=officers)
        with pytest.raises(RolesError, match=f"is {duty} and officers"):
            deploy()


@pytest.mark.parametrize("limit", [4_097, 10**19, -1, "100"])
def test_limits_that_the_token_cannot_store(settings: Path, limit: Any) -> None:
    tiers = json.loads(EUR.read_text())["tiers"]
    tiers["2"]["perDay"] = limit
    change(settings / "parameters.json", tiers=tiers)
    with pytest.raises(ParametersError, match=r"tiers\.2\.perDay"):
        deploy()
