"""Tests of the operators' routes: the token says who, two persons are two tokens, keys once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access import operator as access
from api.approvals import list_proposals
from api.bank.memory import FakeBank
from api.deposits import DepositState
from api.kernel.database import Database
from api.kernel.operators import token_digest
from api.links.store import links
from api.operations import build_actions
from api.statements.store import bank_lines
from api.web.app import create_app
from api.web.context import Bridge
from tests.api.deposits.steps import every, link, match, receive
from tests.api.world import BO, KEY, OPERATOR, no_bank

TOKENS = {"ada": "a" * 40, "bo": "b" * 40, "nobody": OPERATOR}
_KEYS = itertools.count(1)


@pytest.fixture
def client(bridge: Bridge, database: Database, bank: FakeBank) -> Iterator[TestClient]:
    """Two named operators, Ada's queued deposit and a line of nobody."""
    link(database, bank)
    receive(database, [100])
    receive(database, [70], BO)
    match(database)
    named = {name: token_digest(TOKENS[name]) for name in ("ada", "bo")}
    secrets = replace(bridge.secrets, operators=named)
    with TestClient(create_app(replace(bridge, secrets=secrets))) as made:
        yield made


def post(client: TestClient, path: str, body: dict[str, Any], who: str, key: str = "") -> Any:
    """POST as an operator."""
    headers = {
        "Authorization": f"Bearer {TOKENS[who]}",
        "Idempotency-Key": key or f"key-{next(_KEYS)}",
    }
    return client.post(f"/v1/operations{path}", json=body, headers=headers)


def get(client: TestClient, path: str, who: str = "ada") -> Any:
    """GET as an operator."""
    headers = {"Authorization": f"Bearer {TOKENS[who]}"}
    answer = client.get(f"/v1/operations{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def assignment(database: Database) -> dict[str, Any]:
    """The wish to give nobody's line to Ada's link."""
    with database.reading() as connection:
        line = connection.execute(bank_lines.select().where(bank_lines.c.state == "STORED")).one()
        to = connection.execute(links.select()).one()
    return {"subject": line.id, "parameters": {"link": to.id}, "reason": "payer called"}


def test_one_person_holds(client: TestClient, database: Database) -> None:
    """Done at once; the same key again answers the same; the history says who."""
    deposit = every(database)[0]
    body = {"subject": deposit.id, "reason": "odd payer", "parameters": {"operator": "bo"}}
    first = post(client, "/actions/hold", body, "ada", "k1")
    assert (first.status_code, first.json()["done"]["state"]) == (200, "HELD")
    assert post(client, "/actions/hold", body, "ada", "k1").text == first.text
    assert every(database)[0].state is DepositState.HELD
    [entry] = get(client, "/history")["entries"]
    assert (entry["operator"], entry["step"], entry["reason"]) == ("ada", "done", "odd payer")


def test_two_persons_assign(client: TestClient, database: Database) -> None:
    """Proposed, refused to its maker, approved by the other; done once."""
    made = post(client, "/actions/assign", assignment(database), "ada")
    assert made.status_code == 202
    proposal = made.json()["proposal"]
    path, agreed = f"/proposals/{proposal['id']}", {"digest": proposal["digest"]}
    own = post(client, f"{path}/approve", agreed, "ada")
    assert (own.status_code, own.json()["type"]) == (409, "urn:jiaozi:problem:same-person")
    other = post(client, f"{path}/approve", {"digest": "0" * 64}, "bo")
    assert other.json()["type"] == "urn:jiaozi:problem:proposal-changed"
    assert len(every(database)) == 1
    done = post(client, f"{path}/approve", agreed, "bo")
    assert (done.status_code, done.json()["checker"]) == (200, "bo")
    assert len(every(database)) == 2
    again = post(client, f"{path}/approve", agreed, "bo")
    assert again.json()["type"] == "urn:jiaozi:problem:proposal-decided"
    assert get(client, path, "nobody")["state"] == "APPROVED"
    assert get(client, "/proposals?state=PROPOSED")["proposals"] == []
    assert len(get(client, "/history?limit=1")["entries"]) == 1
    assert len(get(client, "/history?after=1")["entries"]) == 1


def test_declined_and_withdrawn(client: TestClient, database: Database) -> None:
    """By the other and by oneself."""
    for who, state in (("bo", "DECLINED"), ("ada", "WITHDRAWN")):
        made = post(client, "/actions/assign", assignment(database), "ada").json()["proposal"]
        said = post(client, f"/proposals/{made['id']}/decline", {"reason": "no"}, who)
        assert (said.status_code, said.json()["state"]) == (200, state)
    assert len(every(database)) == 1


def test_who_may_ask(client: TestClient, database: Database) -> None:
    """The shared token reads; only a name decides; no token does neither."""
    body = assignment(database)
    shared = post(client, "/actions/assign", body, "nobody")
    assert (shared.status_code, "with a name" in shared.json()["detail"]) == (401, True)
    assert client.get("/v1/operations/history").status_code == 401
    assert get(client, "/proposals", "nobody") == {"proposals": []}
    assert len(every(database)) == 1


@pytest.mark.parametrize("name", ["x" * 150, "a%00b"])
def test_a_path_that_no_column_holds(client: TestClient, name: str) -> None:
    """Told as what it is, before anything is stored under it."""
    body = {"subject": "s", "parameters": {}, "reason": "r"}
    assert post(client, f"/actions/{name}", body, "ada").status_code == 422
    for step, said in (("approve", {"digest": "0" * 64}), ("decline", {"reason": "r"})):
        assert post(client, f"/proposals/{name}/{step}", said, "ada").status_code == 404


def test_an_old_open_proposal_is_listed(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By state, not among the newest of all states."""
    few = {"state": None, "limit": 1, "before": None}
    monkeypatch.setattr(list_proposals, "__kwdefaults__", few)
    wish = assignment(database)
    receive(database, [70, 71], BO)
    with database.reading() as connection:
        query = bank_lines.select().where(bank_lines.c.amount == 71)
        other = wish | {"subject": connection.execute(query).one().id}
    old, new = (
        post(client, "/actions/assign", body, "ada").json()["proposal"]["id"]
        for body in (wish, other)
    )
    post(client, f"/proposals/{new}/decline", {"reason": "no"}, "bo")
    for state, expected in (("PROPOSED", old), ("DECLINED", new)):
        [shown] = get(client, f"/proposals?state={state}")["proposals"]
        assert shown["id"] == expected


def test_control_without_the_name(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: were every token Ada's, Bo could approve nothing of hers."""
    made = post(client, "/actions/assign", assignment(database), "ada").json()["proposal"]
    monkeypatch.setattr(access, "who_has", lambda _secrets, _token: "ada")
    own = post(client, f"/proposals/{made['id']}/approve", {"digest": made["digest"]}, "bo")
    assert own.json()["type"] == "urn:jiaozi:problem:same-person"
    assert len(every(database)) == 1


def test_what_is_none(client: TestClient) -> None:
    """Unknown actions, things and proposals, each by its own problem."""
    body = {"subject": "x", "reason": "y"}
    assert post(client, "/actions/fly", body, "ada").status_code == 422
    assert post(client, "/actions/hold", body, "ada").status_code == 404
    gone = post(client, "/proposals/proposal_x/approve", {"digest": ""}, "ada")
    assert gone.status_code == 404


WORDS = (
    "",
    " ",
    "\x00",
    "line_\x00",
    "\u202edeposit",
    "9" * 200,
    "-1",
    "٣",
    "1e400",
    "' OR 1=1 --",
    "proposal_" + "0" * 32,
    "refund_\x00",
    BO.wallet,
    BO.wallet.lower(),
)


PARAMETERS = ("link", "reason", "account", "name", "payment", "statement", "seen")


@pytest.mark.parametrize("name", sorted(build_actions(KEY, no_bank)))
def test_no_word_breaks_an_action(client: TestClient, database: Database, name: str) -> None:
    """Ids of other kinds, of nothing, and what no id can be: refused by name, and nothing moves."""
    [deposit] = every(database)
    ids = (*WORDS, deposit.id, deposit.line_id, deposit.link_id, assignment(database)["subject"])
    for turn in (0, 5):
        for subject, word in zip(ids, (*ids[turn:], *ids[:turn]), strict=True):
            body = {
                "subject": subject,
                "parameters": dict.fromkeys(PARAMETERS, word) | {"paid": True},
                "reason": "x",
            }
            answer = post(client, f"/actions/{name}", body, "ada")
            assert answer.status_code in {200, 202, 400, 404, 409, 422}, (subject, word)
