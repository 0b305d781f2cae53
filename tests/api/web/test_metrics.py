"""Tests of GET /metrics: every figure that is promised, none to strangers, and none that names."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.bank import BankUnreachable, Untaken
from api.bank.memory import FakeBank
from api.chain import AlarmKind, Attested, provide_chain
from api.chain.alarms import raise_alarm
from api.chain.memory import MemoryChain
from api.inbox import DocumentState, Received
from api.inbox.store import add
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.errors import Unavailable
from api.web.app import create_app
from api.web.context import Bridge
from api.web.measures import FAMILIES, KEPT
from tests.api.world import ADA, BO, DOMAIN, NOW
from wallet.secret import Secret
from wallet.typed_data import TransferAuthorization

TOKEN = "a token for those who watch, long enough"
SECONDS = int(NOW.timestamp())


@pytest.fixture
def chain() -> MemoryChain:
    """A chain with room to issue."""
    return MemoryChain(
        number=50, now=SECONDS, room=700, bucket=300, last=Attested(1, 1, 1, SECONDS - 20, 9, 3600)
    )


@pytest.fixture
def client(bridge: Bridge, chain: MemoryChain) -> TestClient:
    """The bridge over HTTP, with a token for metrics."""
    secrets = replace(bridge.secrets, metrics_token=Secret(TOKEN.encode()))
    app = create_app(replace(bridge, secrets=secrets))
    provide_chain(app, chain)
    return TestClient(app)


def look(client: TestClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample, by its name and labels."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def one(found: dict[Any, float], name: str, **labels: str) -> float:
    """A sample's value."""
    return found[(name, frozenset(labels.items()))]


def body(nonce: bytes = b"n" * 32) -> dict[str, str]:
    """Ada pays Bo 5.00."""
    order = TransferAuthorization(ADA.wallet, BO.wallet, 500, 0, SECONDS + 60, nonce)
    signature = ADA.signer.sign_message(order, DOMAIN)
    return {
        "from": ADA.wallet,
        "to": BO.wallet,
        "value": "500",
        "valid_after": "0",
        "valid_before": str(SECONDS + 60),
        "nonce": f"0x{nonce.hex()}",
        "signature": f"0x{signature.hex()}",
    }


def test_what_is_open_is_counted_with_its_age(client: TestClient, clock: FixedClock) -> None:
    """By kind and state; the oldest in seconds."""
    before = look(client)
    assert one(before, "jiaozi_open", kind="transfer", state="RECEIVED") == 0
    client.post("/v1/transfers", json=body(), headers={"Idempotency-Key": "k"})
    clock.move(timedelta(seconds=40))
    found = look(client)
    for kind, state in (("transfer", "RECEIVED"), ("relay_entry", "WAITING")):
        assert one(found, "jiaozi_open", kind=kind, state=state) == 1
        assert one(found, "jiaozi_open_oldest_seconds", kind=kind, state=state) == 40
    assert one(found, "jiaozi_idempotency_oldest_seconds") == 40


def test_every_state_that_should_end_has_its_sample(client: TestClient) -> None:
    """Also at zero: an alert on a missing series never fires."""
    found = look(client)
    for kept in KEPT:
        assert kept.watched, kept.kind
        for state in kept.watched:
            one(found, "jiaozi_open", kind=kept.kind, state=state)
            one(found, "jiaozi_open_oldest_seconds", kind=kept.kind, state=state)


def test_a_state_rests_for_a_reason_or_is_watched() -> None:
    """No third way; and no reason for a state that is none."""
    for kept in KEPT:
        states = {state.value for state in kept.states}
        assert set(kept.resting) <= states, kept.kind
        assert set(kept.watched) | set(kept.resting) == states
        assert all(kept.resting.values())


def test_what_the_chain_says(client: TestClient, chain: MemoryChain) -> None:
    """Bucket, headroom, attestation; and whether it says anything."""
    found = look(client)
    assert one(found, "jiaozi_bucket_minor_units") == 300
    assert one(found, "jiaozi_headroom_minor_units") == 700
    assert one(found, "jiaozi_attestation_age_seconds") == 20
    assert one(found, "jiaozi_chain_up") == 1
    chain.down = True
    found = look(client)
    assert one(found, "jiaozi_chain_up") == 0
    assert ("jiaozi_headroom_minor_units", frozenset()) not in found


def test_what_the_bank_delivered_in_vain(
    client: TestClient, bank: FakeBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the reason; while the bank does not answer, there is no figure."""
    left = [Untaken("a", "no XML", refused=True), Untaken("b", "a link", refused=False)]
    monkeypatch.setattr(bank, "untaken", lambda: [*left, left[0]])
    found = look(client)
    assert one(found, "jiaozi_bank_untaken", reason="refused") == 2
    assert one(found, "jiaozi_bank_untaken", reason="unreadable") == 1
    monkeypatch.undo()
    assert one(look(client), "jiaozi_bank_untaken", reason="refused") == 0
    bank.failures.append(BankUnreachable("down", remedy="wait"))
    assert not any(name == "jiaozi_bank_untaken" for name, _ in look(client))


def test_a_refused_document_is_counted(client: TestClient, database: Database) -> None:
    """So is a file whose reading was interrupted."""
    document = Received("d", "camt.053", "0" * 64, DocumentState.REFUSED, "no XML", NOW)
    with database.transaction() as connection:
        add(connection, document)
    assert one(look(client), "jiaozi_open", kind="bank_document", state="REFUSED") == 1
    assert one(look(client), "jiaozi_open", kind="statement_file", state="READING") == 0


def test_alarms_that_stand(client: TestClient, database: Database) -> None:
    """One series a kind, at zero while nothing is wrong."""
    kind = AlarmKind.NO_COIN
    assert one(look(client), "jiaozi_alarms", kind=kind.value) == 0
    with database.transaction() as connection:
        raise_alarm(connection, kind, ADA.wallet, "empty", now=NOW)
    assert one(look(client), "jiaozi_alarms", kind=kind.value) == 1


def test_a_database_that_is_down_is_a_figure_too(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the requests that met it are counted."""

    def gone(_: Database) -> AbstractContextManager[Any]:
        raise Unavailable("Gone.", remedy="Wait.", slug="database-unavailable")

    counted: Callable[[], float] = lambda: look(client).get(  # noqa: E731 - read at two moments
        ("jiaozi_unavailable_total", frozenset({("slug", "database-unavailable")})), 0.0
    )
    before = counted()
    for way in ("reading", "asking"):
        monkeypatch.setattr(Database, way, gone)
    assert client.get("/v1/transfers/transfer_" + "0" * 32).status_code == 503
    found = look(client)
    assert one(found, "jiaozi_database_up") == 0
    assert one(found, "jiaozi_chain_up") == 1
    assert counted() == before + 1


def test_strangers_see_nothing(client: TestClient, bridge: Bridge) -> None:
    """401 without the token, and 404 where none is set."""
    assert client.get("/metrics").status_code == 401
    wrong = {"Authorization": "Bearer " + TOKEN[:-1]}
    assert client.get("/metrics", headers=wrong).status_code == 401
    app = create_app(bridge)
    provide_chain(app, MemoryChain())
    assert TestClient(app).get("/metrics").status_code == 404


def test_nothing_in_it_names_a_customer(client: TestClient) -> None:
    """No wallet of theirs, no account, no amount of one payment."""
    client.post("/v1/transfers", json=body(), headers={"Idempotency-Key": "k"})
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert ADA.wallet not in text
    assert BO.wallet not in text
    named = set(re.findall(r"^# HELP (\S+) ", text, re.MULTILINE))
    assert named == set(FAMILIES)
