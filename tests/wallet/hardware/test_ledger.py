"""Tests of wallet.hardware.ledger: the documented bytes, and a fake app that takes them apart."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from eth_account import Account

from tests.wallet.hardware.fakeledger import MASTER, OK, FakeLedger
from tests.wallet.hardware.messages import FLAT, NESTED, NULL, PAYEE, TRANSACTIONS, payment, typed
from wallet.address import Address
from wallet.eip712 import Domain
from wallet.errors import Declined, SetupError, SignatureError, WalletError
from wallet.hardware.ledger import Ledger, LedgerSigner, packed
from wallet.hd import PrivateNode, PublicNode
from wallet.path import Normal, Path, account_root, ethereum_path
from wallet.secret import Secret
from wallet.transaction import Transaction
from wallet.typed_data import CancelRedeem
from wallet.typed_json import TypedData

PATH = ethereum_path(0)
LOCAL = MASTER.derive(PATH).signer()
PATH_BYTES = bytes.fromhex("058000002c8000003c800000000000000000000000")


@dataclass
class Someone:
    """An owner who looks, and takes a message by its hashes or not."""

    takes_hashes: bool = False
    looked: int = 0
    asked: list[tuple[bytes, bytes]] = field(default_factory=list)

    def look(self) -> None:
        self.looked += 1

    def pin(self) -> str:
        raise AssertionError("a Ledger takes its PIN itself")

    def accept_hashes(self, domain_hash: bytes, message_hash: bytes) -> None:
        self.asked.append((domain_hash, message_hash))
        if not self.takes_hashes:
            raise Declined("risk.declined", risk="blind-device")


@dataclass
class Recorded:
    """A transport that knows one exchange after another, by their bytes."""

    exchanges: list[tuple[str, str]]

    def exchange(self, command: bytes) -> bytes:
        expected, answer = self.exchanges.pop(0)
        assert command.hex() == expected.replace(" ", "")
        return bytes.fromhex(answer.replace(" ", ""))


def signer(app: FakeLedger, owner: Someone | None = None) -> LedgerSigner:
    return Ledger(app, owner or Someone()).signer(PATH, LOCAL.address)


def fails(code: str, app: FakeLedger, owner: Someone | None = None) -> WalletError:
    with pytest.raises(WalletError) as caught:
        signer(app, owner).sign_text(b"hello")
    assert caught.value.code == code
    return caught.value


def public(node: PrivateNode) -> str:
    """The answer to GET ETH PUBLIC ADDRESS, put together by eth-account."""
    key = Account.from_key(node.private_key().reveal())
    answer = "4104" + key._key_obj.public_key.to_bytes().hex() + "28"
    answer += key.address[2:].encode().hex()
    return answer + "9000"


def test_the_address_is_asked_for_as_documented() -> None:
    wire = Recorded([("e0 02 00 00 15 " + PATH_BYTES.hex(), public(MASTER.derive(PATH)))])
    assert Ledger(wire, Someone()).address(PATH) == LOCAL.address
    owner = Someone()
    wire = Recorded([("e0 02 01 00 15 " + PATH_BYTES.hex(), public(MASTER.derive(PATH)))])
    assert Ledger(wire, owner).address(PATH, show=True) == LOCAL.address
    assert owner.looked == 1


def test_a_payment_is_signed_as_documented() -> None:
    """02 ‖ rlp([31337, 0, 0, 0, 21000, PAYEE, 1, "", []]), written out by hand."""
    plan = Transaction(31337, 0, 0, 0, 21_000, PAYEE, 1, b"")
    rlp = "02 e1 827a69 80 80 80 825208 94 6fac4d18c912343bf86fa7049364dd4e424ab9c0 01 80 c0"
    data = PATH_BYTES.hex() + rlp.replace(" ", "")
    signature = LOCAL.sign_transaction(plan)
    answer = bytes((signature[64] - 27,)).hex() + signature[:64].hex() + "9000"
    wire = Recorded(
        [
            ("e002000015" + PATH_BYTES.hex(), public(MASTER.derive(PATH))),
            (f"e0040000{len(data) // 2:02x}{data}", answer),
        ]
    )
    device = Ledger(wire, Someone()).signer(PATH, LOCAL.address)
    assert plan.sign(device) == plan.sign(LOCAL)
    assert wire.exchanges == []


def test_a_text_is_signed_as_documented() -> None:
    data = PATH_BYTES.hex() + "00000005" + b"hello".hex()
    signature = LOCAL.sign_text(b"hello")
    wire = Recorded(
        [
            ("e002000015" + PATH_BYTES.hex(), public(MASTER.derive(PATH))),
            (
                f"e0080000{len(data) // 2:02x}{data}",
                f"{signature[64]:02x}{signature[:64].hex()}9000",
            ),
        ]
    )
    assert Ledger(wire, Someone()).signer(PATH, LOCAL.address).sign_text(b"hello") == signature


def test_a_typed_message_is_sent_field_by_field_as_documented() -> None:
    app = FakeLedger()
    message = typed([("to", "address[2][]"), ("n", "uint64")], {"to": [[PAYEE, PAYEE]], "n": 256})
    signer(app).sign_typed(message)
    sent = [command.hex() for command, _ in app.exchanges[1:]]
    name = b"EIP712Domain".hex()
    assert sent[:3] == [
        f"e01a00000c{name}",
        "e01a00ff06" + "05" + "04" + b"name".hex(),  # a string has no size
        "e01a00ff0a" + "42" + "20" + "07" + b"chainId".hex(),  # uint256: 32 bytes
    ]
    assert sent[3:6] == [
        "e01a000004" + b"Main".hex(),
        "e01a00ff08" + "83" + "02" + "0102" + "00" + "02" + b"to".hex(),  # [2], then []
        "e01a00ff04" + "42" + "08" + "01" + b"n".hex(),
    ]
    assert sent[6:9] == [
        f"e01c00000c{name}",
        "e01c00ff06" + "0004" + b"Test".hex(),
        "e01c00ff03" + "0001" + "01",
    ]
    payee = PAYEE[2:].lower()
    assert sent[9:15] == [
        "e01c000004" + b"Main".hex(),
        "e01c000f01" + "01",
        "e01c000f01" + "02",
        "e01c00ff16" + "0014" + payee,
        "e01c00ff16" + "0014" + payee,
        "e01c00ff04" + "0002" + "0100",
    ]
    assert sent[15:] == ["e00c000115" + PATH_BYTES.hex()]


@pytest.mark.parametrize("name", TRANSACTIONS)
def test_transactions(name: str) -> None:
    app, plan = FakeLedger(), TRANSACTIONS[name]
    assert plan.sign(signer(app)) == plan.sign(LOCAL)
    firsts = [command[2] for command, _ in app.exchanges[1:]]
    assert firsts == [0x00] + [0x80] * (len(firsts) - 1)
    assert len(app.shown) == 1


@pytest.mark.parametrize("text", [b"a", b"x" * 233, b"x" * 234, "支付".encode() * 500])
def test_texts(text: bytes) -> None:
    assert signer(FakeLedger()).sign_text(text) == LOCAL.sign_text(text)


@pytest.mark.parametrize("name", [*FLAT, *NESTED])
def test_typed_messages(name: str) -> None:
    message = (FLAT | NESTED)[name]
    assert signer(FakeLedger()).sign_typed(message) == LOCAL.sign_typed(message)


def test_our_own_messages() -> None:
    domain = Domain("Euro Deposit", 31337, PAYEE)
    order = CancelRedeem(LOCAL.address, b"\7" * 32)
    app = FakeLedger()
    assert signer(app).sign_message(order, domain) == LOCAL.sign_message(order, domain)
    assert "nonce" in app.shown[0]


@pytest.mark.parametrize(
    "message",
    [
        NULL,
        typed([("a", "uint8[]")], {"a": [1] * 256}),
        typed([("a" * 256, "uint8")], {"a" * 256: 1}),
        typed([("a" * 253, "uint8")], {"a" * 253: 1}),
        typed([("a", "bytes")], {"a": "0x" + "00" * 65536}),
    ],
)
def test_a_message_that_the_app_cannot_take_is_not_begun(message: TypedData) -> None:
    app = FakeLedger()
    with pytest.raises(SignatureError) as caught:
        signer(app).sign_typed(message)
    assert caught.value.code == "device.typed"
    assert len(app.exchanges) == 1  # the address alone


def test_two_hashes_are_signed_only_where_the_owner_takes_them() -> None:
    message = FLAT["struct"]
    owner = Someone()
    with pytest.raises(Declined):
        signer(FakeLedger(fields=False), owner).sign_typed(message)
    assert owner.asked == [(message.separator, message.struct_hash)]
    app = FakeLedger(fields=False)
    assert signer(app, Someone(takes_hashes=True)).sign_typed(message) == LOCAL.sign_typed(message)
    hashes = (message.separator + message.struct_hash).hex()
    assert app.exchanges[-1][0].hex() == "e00c000055" + PATH_BYTES.hex() + hashes


def test_an_app_that_shows_fields_is_never_given_hashes() -> None:
    owner = Someone(takes_hashes=True)
    with pytest.raises(Declined) as caught:
        signer(FakeLedger(refuses=0x6985), owner).sign_typed(FLAT["text"])
    assert caught.value.code == "device.declined"
    assert owner.asked == []


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (0x6985, "device.declined"),
        (0x6982, "device.declined"),
        (0x5515, "device.locked"),
        (0x6E00, "device.app"),
        (0x6511, "device.app"),
        (0x6D00, "device.unknown"),
        (0x6A80, "device.not_taken"),
        (0x6F00, "device.status"),
    ],
)
def test_status_words(status: int, code: str) -> None:
    fails(code, FakeLedger(refuses=status))


def test_a_signature_of_something_else_is_not_used() -> None:
    error = fails("device.signature", FakeLedger(spoils=True))
    assert isinstance(error, SignatureError)


def test_another_device_is_noticed() -> None:
    other = FakeLedger(master=PrivateNode.from_seed(Secret(b"\1" * 64)))
    error = fails("device.other", other)
    assert error.values["expected"] == LOCAL.address


@pytest.mark.parametrize(
    "answer", ["", "41", public(MASTER)[:-6], "00" * 107, public(MASTER).replace("28", "27", 1)]
)
def test_an_answer_that_makes_no_sense(answer: str) -> None:
    wire = Recorded([("e002000015" + PATH_BYTES.hex(), answer.removesuffix("9000") + "9000")])
    with pytest.raises(SetupError) as caught:
        Ledger(wire, Someone()).address(PATH)
    assert caught.value.code == "device.answer"


def test_a_signature_of_another_length() -> None:
    wire = Recorded(
        [
            ("e002000015" + PATH_BYTES.hex(), public(MASTER.derive(PATH))),
            ("e00800001a" + PATH_BYTES.hex() + "0000000161", "1b" + "11" * 63 + "9000"),
        ]
    )
    with pytest.raises(SetupError) as caught:
        Ledger(wire, Someone()).signer(PATH, LOCAL.address).sign_text(b"a")
    assert caught.value.code == "device.answer"


def test_an_xpub_without_its_chain_code() -> None:
    asked = "e002000115" + PATH_BYTES.hex()
    wire = Recorded([(asked, public(MASTER.derive(PATH)))])
    with pytest.raises(SetupError) as caught:
        Ledger(wire, Someone()).xpub(PATH)
    assert caught.value.code == "device.answer"


def test_a_transaction_that_is_encoded_in_two_ways_is_not_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = FakeLedger()
    one = signer(app)
    monkeypatch.setattr(Transaction, "digest", lambda _: bytes(32))
    with pytest.raises(SignatureError) as caught:
        one.sign_transaction(payment())
    assert caught.value.code == "device.encoding"
    assert len(app.exchanges) == 1


def test_the_xpub_finds_the_devices_addresses() -> None:
    device = Ledger(FakeLedger(), Someone())
    node = PublicNode.from_xpub(device.xpub(account_root()))
    assert node.child(Normal(0)).child(Normal(0)).address == LOCAL.address


def test_paths_are_packed_as_documented_and_not_too_long() -> None:
    assert packed(PATH) == PATH_BYTES
    with pytest.raises(SetupError) as caught:
        packed(Path((Normal(1),) * 11))
    assert caught.value.code == "device.path"


def test_it_prints_its_address_only() -> None:
    assert repr(signer(FakeLedger())) == f"LedgerSigner({Address(LOCAL.address)})"
    assert payment().sign(signer(FakeLedger())).sender == LOCAL.address
    assert OK == b"\x90\x00"
