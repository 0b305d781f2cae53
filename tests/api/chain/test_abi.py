"""Tests of decoding: reverts and logs as the contracts write them, and bytes that are neither."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode

from api.chain import calldata, explain_selector, relaying
from api.chain.abi import event_types, load_abi, read_revert
from api.deposits.calls import issue_call
from api.kernel.errors import Broken
from tests.api.deposits.test_model import queued_deposit
from tests.api.world import ADA, BO
from wallet.keccak import keccak256
from wallet.typed_data import Payout, RedeemOrder, TransferAuthorization


def selector(signature: str) -> bytes:
    """The first four bytes of a signature's hash."""
    return keccak256(signature.encode())[:4]


def test_a_custom_error_is_named_with_its_values() -> None:
    """What a person reads in the reason of a refused transaction."""
    data = selector("HeadroomExceeded(uint256,uint256)") + encode(["uint256"] * 2, [5, 3])
    assert str(read_revert(data)) == "HeadroomExceeded(wanted=5, headroom=3)"
    frozen = selector("FrozenAccount(address)") + encode(["address"], [ADA.wallet])
    assert read_revert(frozen).args == {"account": ADA.wallet}
    text = selector("Error(string)") + encode(["string"], ["no"])
    assert str(read_revert(text)) == "Error(message=no)"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "reverted without a reason"),
        (b"\xde\xad\xbe\xef", "unknown(data=0xdeadbeef)"),
        (selector("FrozenAccount(address)") + b"short", "unknown"),
    ],
)
def test_what_is_no_error_of_ours_is_said_to_be_unknown(data: bytes, words: str) -> None:
    """Never a guess, never an exception."""
    assert str(read_revert(data)).startswith(words)


def test_selectors_have_names() -> None:
    """An IssueRefused event gives its reason as a selector."""
    assert explain_selector(selector("NumberUsed(uint256)")) == "NumberUsed"
    assert explain_selector(b"\1\2\3\4") == "0x01020304"


def test_a_log_is_decoded_by_name() -> None:
    """Indexed and plain values together, addresses with their checksum."""
    topic = keccak256(b"Issued(uint256,address,uint256,bytes16)")
    issued = event_types("DepositToken")[topic]
    topics = [topic, encode(["address"], [ADA.wallet])]
    data = encode(["uint256", "uint256", "bytes16"], [7, 100, b"r" * 16])
    args = issued.decode(topics, data)
    assert args == {"number": 7, "holder": ADA.wallet, "amount": 100, "ref": b"r" * 16}
    for wrong in ((topics[:1], data), (topics, b"\0" * 31)):
        with pytest.raises(Broken, match="Issued"):
            issued.decode(*wrong)


def test_lists_in_a_log_are_decoded_one_by_one() -> None:
    """The officers of an approval, each with its checksum."""
    topic = keccak256(b"IssueApproved(bytes32,address[])")
    approved = event_types("Teller")[topic]
    data = encode(["address[]"], [[ADA.wallet.lower(), BO.wallet.lower()]])
    args = approved.decode([topic, b"d" * 32], data)
    assert args == {"digest": b"d" * 32, "officers": (ADA.wallet, BO.wallet)}


def test_the_tellers_refusals_of_approvals_are_named() -> None:
    """As an operator reads them in the reason of a transaction."""
    few = selector("TooFewApprovals(uint256,uint256)") + encode(["uint256"] * 2, [1, 2])
    assert str(read_revert(few)) == "TooFewApprovals(given=1, needed=2)"
    assert str(read_revert(selector("ApprovalsClosed()"))) == "ApprovalsClosed()"
    stranger = selector("NotOfficer(address)") + encode(["address"], [BO.wallet])
    assert str(read_revert(stranger)) == f"NotOfficer(account={BO.wallet})"


def test_calls_are_those_of_the_abi() -> None:
    """Every selector that we send is a function of the deployed contract."""
    order = TransferAuthorization(ADA.wallet, BO.wallet, 1, 0, 2, b"n" * 32)
    payout = Payout(ADA.account, ADA.name, "", b"s" * 32)
    redeem = RedeemOrder(ADA.wallet, 2, payout, 1, b"n" * 32, 9)
    moved = relaying.transfer_entry(order, b"x" * 65)
    burned = relaying.redeem_entry(redeem, b"x" * 65)
    of_teller = [
        issue_call([queued_deposit(1, 5)]),
        relaying.TRANSFERS.together([moved]),
        relaying.REDEEMS.together([burned]),
        calldata.void_number(1),
        calldata.return_payout(ADA.wallet, b"n" * 32),
        calldata.attest(backing=1, supply=1, minted=1, as_of=1, block_number=1),
    ]
    of_token = [
        calldata.set_tier(ADA.wallet, 1),
        calldata.freeze(ADA.wallet),
        relaying.TRANSFERS.alone(moved),
        relaying.REDEEMS.alone(burned),
    ]
    for contract, calls in (("Teller", of_teller), ("DepositToken", of_token)):
        known = {selector(_signature(each)) for each in load_abi(contract) if "name" in each}
        assert {call[:4] for call in calls} <= known


def _signature(entry: dict[str, object]) -> str:
    def kind(item: dict[str, object]) -> str:
        text = str(item["type"])
        if not text.startswith("tuple"):
            return text
        parts = ",".join(kind(part) for part in item["components"])  # type: ignore[attr-defined]  # JSON
        return f"({parts}){text.removeprefix('tuple')}"

    inputs = entry["inputs"]
    return f"{entry['name']}({','.join(kind(each) for each in inputs)})"  # type: ignore[attr-defined]  # JSON
