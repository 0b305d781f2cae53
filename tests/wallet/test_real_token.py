"""Tests of the wallet against the real contracts on a real chain: what it signs is taken."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.localnet import Anvil
from tests.api.contracts import Deployed, deploy
from tests.wallet.world import ADDRESS, PASSWORD, PHRASE
from wallet import mnemonic
from wallet.address import Address, parse_address
from wallet.book import Home
from wallet.cli.run import run
from wallet.cli.session import Environment
from wallet.eip712 import Struct
from wallet.errors import RpcError
from wallet.hd import PrivateNode
from wallet.path import ethereum_path
from wallet.rpc import Rpc
from wallet.signer import LocalSigner
from wallet.token import (
    EntryKind,
    RedemptionState,
    TokenClient,
    approve,
    cancel_authorization,
    cancel_redeem,
    history,
    permit,
    receive_with_authorization,
    redeem,
    refusal_of_revert,
    transfer_with_authorization,
)
from wallet.token.events import spenders_of
from wallet.transaction import Transaction
from wallet.typed_data import (
    CancelAuthorization,
    CancelRedeem,
    Domain,
    Payout,
    Permit,
    ReceiveAuthorization,
    RedeemOrder,
    TransferAuthorization,
)

MASTER = PrivateNode.from_seed(mnemonic.seed(mnemonic.parse(PHRASE)))
ME = MASTER.derive(ethereum_path(0)).signer()
YOU = MASTER.derive(ethereum_path(1)).signer()
STRANGER = MASTER.derive(ethereum_path(2)).signer()
FAR = 2**40


@dataclass
class Real:
    """The real token with two registered holders; the first holds 1,000.00."""

    contracts: Deployed
    client: TokenClient
    domain: Domain

    def act(self, signer: LocalSigner, data: bytes) -> bool:
        """Send a call of the token from an account without native coin; whether it succeeded."""
        rpc = self.client.rpc
        nonce = rpc.transaction_count(signer.address)
        plan = Transaction(31337, nonce, 0, 0, 300_000, self.client.token, 0, data)
        signed = plan.sign(signer)
        rpc.send(signed.raw)
        for _ in range(500):
            receipt = rpc.receipt(signed.hash)
            if receipt is not None:
                return receipt.succeeded
            time.sleep(0.01)
        raise AssertionError("the chain did not mine")

    def sign(self, signer: LocalSigner, message: Struct) -> bytes:
        """Sign under the token's domain."""
        return signer.sign_message(message, self.domain)

    def refusal(self, signer: LocalSigner, data: bytes) -> str:
        """The name of the error that a call would meet."""
        with pytest.raises(RpcError) as caught:
            self.client.rpc.estimate_gas(signer.address, self.client.token, data)
        refusal = refusal_of_revert(caught.value)
        assert refusal is not None
        return refusal.name

    def balance(self, address: Address) -> int:
        """Minor units held."""
        return self.client.account(address).balance


@pytest.fixture
def real(anvil: Anvil, tmp_path: Path) -> Real:
    """The real contracts, deployed anew."""
    contracts = deploy(anvil, tmp_path)
    token, teller = contracts.token.functions, contracts.teller.functions
    for holder in (ME, YOU):
        contracts.as_role(token.setTier(holder.address, 1), "compliance")
    block = contracts.web3.eth.get_block("latest")
    attested = teller.attest(10**9, 0, 0, block["timestamp"], block["number"])
    contracts.as_role(attested, "attestor")
    contracts.as_role(teller.issue([(1, bytes(16), ME.address, 1_000_00)]), "operator")
    client = TokenClient(Rpc.at(anvil.url), parse_address(contracts.token.address))
    facts = client.facts()
    return Real(contracts, client, Domain(facts.name, 31337, client.token))


def test_what_the_token_says_of_itself(real: Real) -> None:
    facts = real.client.facts()
    assert (facts.name, facts.symbol, facts.currency.code) == ("Jiaozi Euro", "EURJ", "EUR")
    real.client.check_domain(real.domain)
    state = real.client.account(ME.address)
    assert (state.balance, state.spent_today, state.tier, state.frozen) == (1_000_00, 0, 1, False)
    assert real.client.limits(1).per_payment == 100_000
    assert real.client.total_supply() == real.client.total_minted() == 1_000_00
    assert real.client.paused() is False


def test_a_transfer_authorization_is_taken_once_from_anybody(real: Real) -> None:
    nonce = secrets.token_bytes(32)
    message = TransferAuthorization(ME.address, YOU.address, 12_34, 0, FAR, nonce)
    data = transfer_with_authorization(message, real.sign(ME, message))
    assert not real.client.authorization_used(ME.address, nonce)
    assert real.act(STRANGER, data)
    assert real.balance(YOU.address) == 12_34
    assert real.client.authorization_used(ME.address, nonce)
    assert real.refusal(STRANGER, data) == "AuthorizationUsedOrCanceled"
    forged = transfer_with_authorization(message, real.sign(YOU, message))
    assert real.refusal(STRANGER, forged) in ("InvalidSignature", "AuthorizationUsedOrCanceled")


def test_a_receive_authorization_and_a_cancelled_one(real: Real) -> None:
    nonce = secrets.token_bytes(32)
    message = ReceiveAuthorization(ME.address, YOU.address, 5, 0, FAR, nonce)
    assert real.act(YOU, receive_with_authorization(message, real.sign(ME, message)))
    assert real.balance(YOU.address) == 5
    other = secrets.token_bytes(32)
    cancel = CancelAuthorization(ME.address, other)
    assert real.act(STRANGER, cancel_authorization(cancel, real.sign(ME, cancel)))
    assert real.client.authorization_used(ME.address, other)


def test_a_permit(real: Real) -> None:
    message = Permit(ME.address, STRANGER.address, 77, 0, FAR)
    assert real.act(STRANGER, permit(message, real.sign(ME, message)))
    allowance = real.contracts.token.functions.allowance(ME.address, STRANGER.address)
    assert allowance.call() == 77
    # Whoever brought it, the owner finds the spender and can take it back.
    rpc, token = real.client.rpc, real.client.token
    assert spenders_of(rpc, token, ME.address, 0, rpc.block_number()) == [STRANGER.address]
    assert real.client.allowance(ME.address, STRANGER.address) == 77
    assert real.act(ME, approve(STRANGER.address, 0))
    assert real.client.allowance(ME.address, STRANGER.address) == 0


def order(amount: int) -> RedeemOrder:
    """A redemption order of the first holder."""
    payout = Payout("DE89370400440532013000", "Ada Wu", "RENT", secrets.token_bytes(32))
    return RedeemOrder(ME.address, amount, payout, 50, secrets.token_bytes(32), FAR)


def test_a_redemption_and_a_cancelled_one(real: Real) -> None:
    first, second = order(100_00), order(200_00)
    assert real.act(STRANGER, redeem(first, real.sign(ME, first)))
    assert real.client.redemption(ME.address, first.nonce) == (RedemptionState.BURNED, 99_50)
    assert real.balance(ME.address) == 900_00
    assert real.refusal(STRANGER, redeem(first, real.sign(ME, first))) == "OrderUsed"
    cancel = CancelRedeem(ME.address, second.nonce)
    assert real.act(STRANGER, cancel_redeem(cancel, real.sign(ME, cancel)))
    assert real.client.redemption(ME.address, second.nonce)[0] is RedemptionState.CANCELLED
    assert real.refusal(STRANGER, redeem(second, real.sign(ME, second))) == "OrderUsed"


def test_reasons_before_anything_is_signed(real: Real) -> None:
    check = real.client.transfer_check
    token = real.contracts.token.functions
    found = [check(ME.address, YOU.address, amount) for amount in (1, 1_000_01)]
    assert found[0] is None
    assert found[1] is not None
    assert found[1].name in ("PaymentLimitExceeded", "ERC20InsufficientBalance")
    unregistered = check(ME.address, STRANGER.address, 1)
    assert unregistered is not None
    assert unregistered.error(real.client.facts().currency).code == "refused.unregistered"
    assert unregistered.account == STRANGER.address
    real.contracts.as_role(token.freeze(YOU.address), "compliance")
    frozen = check(ME.address, YOU.address, 1)
    assert frozen is not None
    assert (frozen.name, frozen.account) == ("FrozenAccount", YOU.address)
    real.contracts.as_role(token.pause(), "guardian")
    paused = check(ME.address, YOU.address, 1)
    assert paused is not None
    assert paused.name == "TokenPaused"


def test_the_history_of_real_logs(real: Real) -> None:
    message = TransferAuthorization(ME.address, YOU.address, 7, 0, FAR, secrets.token_bytes(32))
    real.act(STRANGER, transfer_with_authorization(message, real.sign(ME, message)))
    first = order(100_00)
    real.act(STRANGER, redeem(first, real.sign(ME, first)))
    rpc = real.client.rpc
    entries = history(rpc, real.client.token, ME.address, 0, rpc.block_number())
    assert [(each.kind, each.amount, each.sign) for each in entries] == [
        (EntryKind.ISSUED, 1_000_00, 1),
        (EntryKind.SENT, 7, -1),
        (EntryKind.REDEEMED, 100_00, -1),
    ]
    assert entries[2].reference == "0x" + first.nonce.hex()
    assert all(each.timestamp for each in entries)


class Blocks:
    """A clock under which a real chain makes a block whenever somebody sleeps."""

    def __init__(self, mine: Callable[[], None]) -> None:
        self._mine = mine
        self._time = int(time.time())

    def now(self) -> int:
        return self._time

    def sleep(self, milliseconds: int) -> None:
        assert milliseconds
        self._time += 1
        self._mine()


def test_the_command_on_the_real_token(
    real: Real, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """init from the deployment's file, balance, a direct payment, a refusal, history."""
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "phrase").write_text(PHRASE)
    home = tmp_path / "home"
    common = ("--home", str(home), "--password-file", str(tmp_path / "password"), "--yes")
    world = Environment(variables={}, clock=Blocks(real.contracts.mine))

    def jiaozi(*arguments: str) -> tuple[int, Any, str]:
        code = run([*arguments, *common], world)
        said = capsys.readouterr()
        return code, said.out, said.err

    urls = ("--network", str(real.contracts.file), "--rpc", real.contracts.anvil.url)
    assert jiaozi("init", "--phrase-file", str(tmp_path / "phrase"), *urls)[0] == 0
    assert Home(home).account().address == ADDRESS == ME.address
    assert "1000.00 EUR" in jiaozi("balance")[1]
    code, out, _ = jiaozi("send", "250.00", YOU.address, "--direct")
    assert code == 0, out
    assert "none: this chain takes no fees" in out
    assert real.balance(YOU.address) == 250_00
    code, _, err = jiaozi("send", "1", STRANGER.address, "--direct")
    assert code == 3
    assert "not registered" in err
    assert "-250.00 EUR" in jiaozi("history")[1]
