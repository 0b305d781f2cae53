"""Tests of the proofs with the wallet's eyes: what is published verifies on a real chain."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from api.kernel.money import Money
from tests.api.proofs.day import prover
from tests.api.stage import Stage
from tests.api.world import ADA, camt, credit, debit
from wallet.bank import BankClient
from wallet.cli.reserve import _CHECKS, _Verified
from wallet.http import Reply
from wallet.rpc import Rpc
from wallet.token.client import TokenClient


class _Wire:
    """The wallet's connection to the bridge under test."""

    place = "the bridge"

    def __init__(self, stage: Stage) -> None:
        self._client = stage.client

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        """See `Transport`."""
        answer = self._client.request(method, path, content=body, headers=headers)
        return Reply(answer.status_code, answer.content)


def checks(stage: Stage, holder: str = ADA.wallet, depth: int = 2) -> dict[str, bool]:
    """What `jiaozi reserve` finds about the newest proof."""
    bank = BankClient(_Wire(stage))
    deployed = stage.parts.bridge.deployment
    wallet: Any = SimpleNamespace(
        address=holder,
        bank=bank,
        token=TokenClient(Rpc.at(stage.settings.chain.rpc_url), deployed.token),
        network=SimpleNamespace(chain_id=deployed.chain_id, token=deployed.token, depth=depth),
    )
    verified = _Verified(wallet, bank.proof(bank.proof_days()[0]))
    return {name: getattr(verified, name)() for name in _CHECKS}


def test_a_published_proof_verifies(day: Stage) -> None:
    """Every check, as soon as it is shown, for a holder and for somebody who holds nothing."""
    prover(day).once()
    assert not checks(day, depth=1_000)["onchain"]  # for whom its block is not final yet
    assert checks(day) == dict.fromkeys(_CHECKS, True)
    assert checks(day, day.deployed.key("operator").address)["own"]


def test_money_that_was_taken_is_owed_still(day: Stage) -> None:
    """A stranger paid 50.00, and 30.00 were taken that nobody explains: 550.00 are owed."""
    strange = [
        credit("STRANGE", 5_000),
        debit("TAKEN", 3_000),
    ]
    day.bank.booked += Money(2_000, "EUR")
    day.bank.deliver("camt.053", camt(strange, message_id="M-STRANGE").getvalue())
    day.run(lambda: day.proof()["unmatched"]["amount"] == "20.00")
    day.deployed.mine(70)
    said = prover(day).once().statement
    assert (said["bank_balance"], said["unexplained_debits"]) == ("52000", "3000")
    day.deployed.mine(3)
    assert [name for name, good in checks(day).items() if not good] == ["covered"]


@pytest.mark.parametrize("role", ["operator", "relayer"])
def test_a_proof_by_another_key_does_not(day: Stage, role: str) -> None:
    """The contracts do not let it attest; the rest holds."""
    replace(prover(day), key=day.deployed.key(role)).once()
    assert [name for name, good in checks(day).items() if not good] == ["attestor"]
