"""Tests of the daily proof of reserve: made once, saved before it is sent, on chain, over HTTP."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from api.attest import Watch
from api.chain import Fees, Node, SendOutcome
from api.chain.shapes import Receipt
from api.kernel.errors import Broken, Unavailable
from api.proofs import Leaf, Proven, find_proof, flow, leaves_of
from api.proofs.newest import NewestTree
from api.proofs.store import add_proof
from tests.api.proofs.day import prover
from tests.api.stage import Stage
from tests.api.world import ADA, BO
from wallet.reserve_proof import TAG, climb, digest_of, leaf_hash


def test_a_day_is_proven(day: Stage) -> None:
    """Its digest stands on chain, said by the attestor; each holder's leaf leads to the root."""
    made = prover(day).once()
    sent = day.deployed.web3.eth.get_transaction(made.tx_hash)
    assert sent["from"] == day.deployed.key("attestor").address == sent["to"]
    assert bytes(sent["input"]) == TAG + digest_of(made.statement)
    shown = day.client.get(f"/v1/proofs/{made.day}").json()
    assert shown["statement"] == made.statement
    assert bytes.fromhex(shown["digest"][2:]) == digest_of(shown["statement"])
    said = made.statement
    assert (said["supply"], said["holders"]) == ("50000", 2)
    assert said["accounts"]["RESERVE"] == said["bank_balance"] == "50000"
    for customer, balance in ((ADA, 30_000), (BO, 20_000)):
        leaf = day.client.get(
            f"/v1/proofs/{made.day}/leaf", params={"address": customer.wallet}
        ).json()
        assert leaf["balance"] == str(balance)
        hashed = leaf_hash(bytes.fromhex(leaf["salt"][2:]), customer.wallet, balance)
        path = [bytes.fromhex(step[2:]) for step in leaf["path"]]
        root = climb(hashed, leaf["index"], said["holders"], path)
        assert f"0x{root.hex() if root else ''}" == said["root"]
    assert day.client.get("/v1/proofs").json() == {"days": [made.day]}


def test_once_a_day(day: Stage) -> None:
    """Again the same day changes nothing; the next day has a proof of its own."""
    first = prover(day).once()
    assert prover(day).once().tx_hash == first.tx_hash
    day.clock.move(timedelta(days=1))
    second = prover(day).once()
    assert second.tx_hash != first.tx_hash
    assert second.statement["root"] != first.statement["root"]  # other salts
    assert day.client.get("/v1/proofs").json()["days"] == [second.day, first.day]


def test_it_is_saved_before_it_is_sent(day: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that never answers: the same bytes are sent by the next run, and shown then."""
    with monkeypatch.context() as patch:
        patch.setattr(Node, "send", _unreachable)
        with pytest.raises(Unavailable):
            prover(day).once()
    database = day.parts.bridge.database
    today = day.clock.now().date().isoformat()
    with database.reading() as connection:
        saved = find_proof(connection, today)
        assert len(leaves_of(connection, today)) == 2
    assert saved is not None
    assert saved.published_at is None
    assert day.client.get(f"/v1/proofs/{today}").status_code == 404
    assert prover(day).once().tx_hash == saved.tx_hash
    assert day.client.get(f"/v1/proofs/{today}").status_code == 200


def test_a_nonce_that_was_taken_is_exchanged(day: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The attestor sent something else meanwhile, with the same key."""
    with monkeypatch.context() as patch:
        patch.setattr(Node, "send", _unreachable)
        with pytest.raises(Unavailable):
            prover(day).once()
    day.clock.move(timedelta(seconds=2))
    day.pay_in(ADA, 1)
    day.worker.cycle()
    day.worker.cycle()
    assert day.attestor.once().tx_hash
    made = prover(day).once()
    receipt = day.parts.node.receipt(made.tx_hash)
    assert receipt is not None
    assert receipt.succeeded


def test_above_the_ceiling_nothing_is_signed(day: Stage) -> None:
    """As of every other transaction of this key: it is made when the chain asks less again."""
    dear = hex(501 * 10**9)
    for _ in range(2):  # the next block asks as much
        day.deployed.anvil.rpc("anvil_setNextBlockBaseFeePerGas", dear)
        day.deployed.mine()
    with pytest.raises(Unavailable, match="above chain"):
        prover(day).once()


def test_a_proof_whose_nonce_a_word_took_goes_on_behind_it(day: Stage) -> None:
    """The chain became dear: the attestor's newest word takes the nonce that held it up."""
    rpc = day.deployed.anvil.rpc
    rpc("anvil_setBalance", day.deployed.key("attestor").address, hex(10**18))
    rpc("evm_setAutomine", False)
    rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * 10**9))
    day.deployed.mine()
    rpc("anvil_setNextBlockBaseFeePerGas", hex(10**9))
    cheap = replace(prover(day), clock=day.clock, fees=lambda: Fees(3 * 10**9, 10**9))
    with pytest.raises(Unavailable, match="in no block yet"):
        cheap.once()
    rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * 10**9))
    watch = Watch(day.attestor, renew_every=1_000)
    day.pay_in(ADA, 1)
    for _ in range(2):
        day.worker.cycle()
    assert watch.look() is not None
    day.clock.move(timedelta(seconds=20))
    watch.look()
    rpc("evm_setAutomine", True)
    stuck = saved(day)
    made = prover(day).once()
    assert (made.statement, made.nonce > stuck.nonce) == (stuck.statement, True)
    receipt = day.parts.node.receipt(made.tx_hash)
    assert receipt is not None
    assert receipt.succeeded


def test_it_is_shown_when_its_block_is_final(
    day: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A reorganisation takes the block, and the pool forgot it: the same bytes are sent again."""
    monkeypatch.setattr(flow, "_FINALITY", 5)
    before = day.deployed.anvil.rpc("evm_snapshot")
    with caplog.at_level(logging.INFO), pytest.raises(Unavailable, match="not final yet"):
        replace(prover(day), clock=day.clock).once()
    assert "waiting until a block is final" in caplog.messages
    kept = saved(day)
    assert day.parts.node.receipt(kept.tx_hash) is not None
    assert day.client.get(f"/v1/proofs/{kept.day}").status_code == 404
    assert day.deployed.anvil.rpc("evm_revert", before)
    assert day.parts.node.receipt(kept.tx_hash) is None
    assert prover(day).once().tx_hash == kept.tx_hash
    assert day.client.get(f"/v1/proofs/{kept.day}").status_code == 200


def test_where_the_depth_counts_it_is_waited_for(
    day: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many blocks must follow as the settings say; the chain names no final one."""
    monkeypatch.setattr(flow, "_FINALITY", 5)
    made = replace(prover(day), clock=day.clock, by_depth=True)
    for _ in range(made.depth):
        with pytest.raises(Unavailable, match="not final yet"):
            made.once()
        day.deployed.mine()
    assert made.once().published_at is not None


def test_one_without_success_is_signed_anew(day: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A final block holds it, and it failed: it is brought again under the next nonce."""
    failed: list[str] = []
    real = Node.receipt

    def receipt(node: Node, tx_hash: str) -> Receipt | None:
        found = real(node, tx_hash)
        if found is not None and not failed:
            failed.append(tx_hash)
        return replace(found, succeeded=False) if found and tx_hash in failed else found

    monkeypatch.setattr(Node, "receipt", receipt)
    made = prover(day).once()
    assert made.published_at is not None
    assert failed != [made.tx_hash]
    assert saved(day).tx_hash == made.tx_hash


def test_the_proof_of_an_earlier_day_comes_first(
    day: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was saved, and the node was down: the next day's run brings both to the chain."""
    with monkeypatch.context() as patch:
        patch.setattr(Node, "send", _unreachable)
        with pytest.raises(Unavailable):
            prover(day).once()
    late = saved(day)
    day.clock.move(timedelta(days=1))
    made = prover(day).once()
    assert made.nonce == late.nonce + 1
    assert day.client.get("/v1/proofs").json()["days"] == [made.day, late.day]


def saved(stage: Stage) -> Proven:
    """Today's proof as it is kept."""
    with stage.parts.bridge.database.reading() as connection:
        found = find_proof(connection, stage.clock.now().date().isoformat())
    assert found is not None
    return found


def _unreachable(_node: Node, _raw: bytes) -> SendOutcome:
    raise Unavailable("down", remedy="wait")


def test_a_changed_journal_is_not_proven(sqlite_day: Stage) -> None:
    """The row is named, and nothing is said."""
    with sqlite_day.parts.bridge.database.transaction() as connection:
        connection.execute(text("DROP TRIGGER postings_no_update"))
        connection.execute(text("UPDATE postings SET about = 'x' WHERE number = 2"))
    with pytest.raises(Broken, match="postings 2"):
        prover(sqlite_day).once()


def test_holders_that_do_not_add_up_are_not_proven(sqlite_day: Stage) -> None:
    """A holder's row changed from outside: the sum is not the supply. The next look heals it."""
    prover(sqlite_day).once()
    sqlite_day.clock.move(timedelta(days=1))
    with sqlite_day.parts.bridge.database.transaction() as connection:
        connection.execute(text("UPDATE proof_holders SET balance = balance + 1"))
    with pytest.raises(Broken, match="add up to 50002"):
        prover(sqlite_day).once()
    assert prover(sqlite_day).once().statement["holders"] == 2


def test_another_chain_is_replayed_anew(sqlite_day: Stage) -> None:
    """Balances that were kept of a block that is gone are forgotten."""
    prover(sqlite_day).once()
    sqlite_day.clock.move(timedelta(days=1))
    with sqlite_day.parts.bridge.database.transaction() as connection:
        connection.execute(text("UPDATE proof_holders SET balance = 5"))
        connection.execute(text("UPDATE proof_cursors SET block_hash = '0xother'"))
    assert prover(sqlite_day).once().statement["holders"] == 2


def test_a_block_that_is_not_final_is_waited_for(sqlite_day: Stage) -> None:
    """And in the end it is said that it is not."""

    class _Young:
        def __getattr__(self, name: str) -> object:
            return getattr(sqlite_day.parts.chain, name)

        def finalized(self) -> int:
            return 0

    going = prover(sqlite_day)
    made = replace(going, clock=sqlite_day.clock, chain=_Young())  # type: ignore[arg-type] # one answer differs
    with pytest.raises(Unavailable, match="not final yet"):
        made.once()
    # where the settings say that the depth counts, finality is not asked for
    assert replace(made, by_depth=True, clock=going.clock).once().published_at is not None


def test_an_old_figure_of_the_bank_is_not_proven(
    sqlite_day: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long weekend is bridged; a bank that is silent for longer is no backing to speak of."""
    told = sqlite_day.bank.balance()
    silent = replace(told, as_of=sqlite_day.clock.now() - timedelta(days=7, seconds=1))
    monkeypatch.setattr(sqlite_day.bank, "balance", lambda: silent)
    with pytest.raises(Unavailable, match="newest figure is of 20"):
        prover(sqlite_day).once()
    easter = replace(told, as_of=sqlite_day.clock.now() - timedelta(days=6))
    monkeypatch.setattr(sqlite_day.bank, "balance", lambda: easter)
    assert prover(sqlite_day).once().published_at is not None


def test_a_block_of_another_day_is_not_proven(sqlite_day: Stage) -> None:
    """The chain went on, and the books stand where its reader stopped."""

    class _Later:
        def __getattr__(self, name: str) -> object:
            return getattr(sqlite_day.parts.chain, name)

        def time(self) -> int:
            return sqlite_day.parts.chain.time() + 2 * 86_400

    made = replace(prover(sqlite_day), chain=_Later())  # type: ignore[arg-type] # one answer differs
    with pytest.raises(Unavailable, match="the chain's time is"):
        made.once()
    with sqlite_day.parts.bridge.database.reading() as connection:
        assert find_proof(connection, sqlite_day.clock.now().date().isoformat()) is None


def test_a_proof_of_an_older_form_is_told_as_it_was_made(day: Stage) -> None:
    """Word for word: its digest is of these words, and none is added to them."""
    made = prover(day).once()
    older = {name: said for name, said in made.statement.items() if name != "unexplained_debits"}
    older |= {"version": 1, "day": "2026-01-01"}
    database = day.parts.bridge.database
    with database.transaction() as connection:
        add_proof(
            connection,
            replace(made, day="2026-01-01", statement=older, digest=digest_of(older)),
            leaves_of(connection, made.day),
        )
    shown = day.client.get("/v1/proofs/2026-01-01").json()
    assert shown["statement"] == older
    assert bytes.fromhex(shown["digest"][2:]) == digest_of(shown["statement"])


def test_the_tree_of_the_newest_day_is_made_once(
    day: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may ask for leaves: all of a day's are read for the first alone, and for none that
    is not there; who asks for an older day does not take it away."""
    made = prover(day).once()
    with day.parts.bridge.database.transaction() as connection:
        tree = leaves_of(connection, made.day)
        digest = b"\x01" * 32
        add_proof(connection, replace(made, day="2026-01-01", digest=digest), tree)
    read: list[str] = []

    def reading(connection: Connection, asked: str) -> list[Leaf]:
        read.append(asked)
        return leaves_of(connection, asked)

    monkeypatch.setattr("api.proofs.routes.leaves_of", reading)
    monkeypatch.setattr("api.proofs.routes._NEWEST", NewestTree())

    def leaf(of: str, holder: str) -> dict[str, object]:
        answer = day.client.get(f"/v1/proofs/{of}/leaf", params={"address": holder})
        told: dict[str, object] = answer.json()
        return told

    assert leaf(made.day, day.deployed.key("operator").address)["status"] == 404
    assert read == []
    first = leaf(made.day, ADA.wallet)
    assert first["balance"] == "30000"
    assert leaf("2026-01-01", ADA.wallet) == first
    assert leaf("2026-01-01", ADA.wallet) == first
    assert leaf(made.day, ADA.wallet) == first
    assert leaf(made.day, BO.wallet)["index"] == 1 - int(str(first["index"]))
    assert read == [made.day, "2026-01-01", "2026-01-01"]


def test_what_is_not_there(day: Stage) -> None:
    """A day without a proof, an address without a leaf, an address that is none."""
    made = prover(day).once()
    path = f"/v1/proofs/{made.day}/leaf"
    assert day.client.get("/v1/proofs/2020-01-01").status_code == 404
    assert day.client.get("/v1/proofs/today").status_code == 422
    nobody = day.deployed.key("operator").address
    assert day.client.get(path, params={"address": nobody}).status_code == 404
    assert day.client.get(path, params={"address": "0x12"}).status_code == 422
    assert day.client.get(path).status_code == 422
