"""A Ledger's Ethereum app in memory, written from its public documentation (ethapp.adoc).

It takes commands apart byte by byte, puts typed messages together again, and hashes them with
eth-account: what the wallet's own encoding says is not believed. Every exchange is kept, so that
a test can compare the bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_defunct, encode_typed_data
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_utils.crypto import keccak
from hexbytes import HexBytes

from tests.wallet.world import PHRASE
from wallet import mnemonic
from wallet.base58 import decode_check
from wallet.hd import PrivateNode
from wallet.path import Hardened, Normal, Path

OK = b"\x90\x00"
MASTER = PrivateNode.from_seed(mnemonic.seed(mnemonic.parse(PHRASE)))
KINDS = ("custom", "int", "uint", "address", "bool", "string", "bytesN", "bytes")


class Refused(Exception):
    """A status word other than 9000."""


@dataclass
class FakeLedger:
    """The app's state: its user's mood, and the message that is coming in."""

    master: PrivateNode = MASTER
    refuses: int | None = None  # the status word of every command that signs
    fields: bool = True  # whether typed messages can be shown field by field
    spoils: bool = False  # whether it signs something else
    exchanges: list[tuple[bytes, bytes]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    _pending: bytes = b""
    _types: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    _values: dict[str, list[Any]] = field(default_factory=dict)
    _root: str = ""

    def exchange(self, command: bytes) -> bytes:
        """One command, one answer."""
        assert command[0] == 0xE0
        assert command[4] == len(command) - 5 <= 255
        try:
            answer = self._answer(command[1], command[2], command[3], command[5:]) + OK
        except Refused as refusal:
            answer = int(refusal.args[0]).to_bytes(2)
        self.exchanges.append((command, answer))
        return answer

    def _answer(self, ins: int, p1: int, p2: int, data: bytes) -> bytes:
        match ins:
            case 0x02:
                return self._address(p1, p2, data)
            case 0x04 | 0x08:
                self._pending = data if p1 == 0 else self._pending + data
                return self._signed(ins)
            case 0x1A | 0x1C if not self.fields:
                raise Refused(0x6D00)
            case 0x1A:
                self._define(p2, data)
                return b""
            case 0x1C:
                self._fill(p1, p2, data)
                return b""
            case 0x0C:
                return self._typed(p2, data)
        raise Refused(0x6D00)

    def _address(self, p1: int, p2: int, data: bytes) -> bytes:
        path, rest = self._path(data)
        assert rest == b""
        node = self.master.derive(path)
        key = Account.from_key(node.private_key().reveal())
        point = b"\x04" + key._key_obj.public_key.to_bytes()
        text = key.address[2:].encode()
        if p1:
            self.shown.append(key.address)
        raw = decode_check(node.public().to_xpub()) or b""
        code = raw[13:45] if p2 else b""
        return bytes((65,)) + point + bytes((40,)) + text + code

    def _path(self, data: bytes) -> tuple[Path, bytes]:
        steps: list[Hardened | Normal] = []
        for place in range(data[0]):
            number = int.from_bytes(data[1 + 4 * place : 5 + 4 * place])
            hard = number >= 2**31
            steps.append(Hardened(number - 2**31) if hard else Normal(number))
        return Path(tuple(steps)), data[1 + 4 * data[0] :]

    def _signed(self, ins: int) -> bytes:
        """The signature once all of a transaction or text is there; else nothing yet."""
        path, payload = self._path(self._pending)
        if ins == 0x08:
            length, text = int.from_bytes(payload[:4]), payload[4:]
            if len(text) < length:
                return b""
            self.shown.append(repr(text))
            return self._sign(path, _hash_eip191_message(encode_defunct(text)), 27)
        if not _is_whole(payload[1:]):
            return b""
        unsigned = TypedTransaction.from_bytes(_with_no_signature(payload))
        fields = {k: v for k, v in unsigned.as_dict().items() if k not in ("v", "r", "s")}
        self.shown.append(f"{fields['to'].hex()} {fields['value']}")
        return self._sign(path, keccak(payload), 0)

    def _sign(self, path: Path, digest: bytes, offset: int) -> bytes:
        if self.refuses is not None:
            raise Refused(self.refuses)
        if self.spoils:
            digest = keccak(digest)
        key = self.master.derive(path).private_key().reveal()
        signed = Account.unsafe_sign_hash(digest, key)
        v = signed.v - 27 + offset
        return bytes((v,)) + signed.r.to_bytes(32) + signed.s.to_bytes(32)

    # ------------------------------------------------------------------ typed messages

    def _define(self, p2: int, data: bytes) -> None:
        if p2 == 0x00:
            self._types[data.decode()] = []
            return
        assert p2 == 0xFF
        about, rest = data[0], data[1:]
        kind = KINDS[about & 0x0F]
        if kind == "custom":
            kind, rest = rest[1 : 1 + rest[0]].decode(), rest[1 + rest[0] :]
        if about & 0x40:
            size, rest = rest[0], rest[1:]
            kind = f"bytes{size}" if kind == "bytesN" else f"{kind}{8 * size}"
        if about & 0x80:
            count, rest = rest[0], rest[1:]
            for _ in range(count):
                if rest[0] == 0:
                    kind, rest = kind + "[]", rest[1:]
                else:
                    kind, rest = f"{kind}[{rest[1]}]", rest[2:]
        name, rest = rest[1 : 1 + rest[0]].decode(), rest[1 + rest[0] :]
        assert rest == b""
        self._types[list(self._types)[-1]].append({"name": name, "type": kind})

    def _fill(self, p1: int, p2: int, data: bytes) -> None:
        if p2 == 0x00:
            self._root = data.decode()
            self._values[self._root] = []
        elif p2 == 0x0F:
            self._values[self._root].append(data[0])
        else:
            self._pending += data
            if p1 == 0x00:
                length, value = int.from_bytes(self._pending[:2]), self._pending[2:]
                assert len(value) == length
                self._values[self._root].append(value)
                self._pending = b""

    def _typed(self, p2: int, data: bytes) -> bytes:
        path, rest = self._path(data)
        if p2 == 0x00:
            assert len(rest) == 64
            self.shown.append(rest.hex())
            return self._sign(path, keccak(b"\x19\x01" + rest), 27)
        assert rest == b""
        primary = next(name for name in self._values if name != "EIP712Domain")
        whole = {
            "types": self._used({"EIP712Domain", primary}),
            "primaryType": primary,
            "domain": self._struct("EIP712Domain", self._values["EIP712Domain"]),
            "message": self._struct(primary, self._values[primary]),
        }
        assert not any(self._values.values()), "values are left over"
        self.shown.append(str(whole["message"]))
        self._types, self._values = {}, {}
        message = encode_typed_data(full_message=whole)
        return self._sign(path, _hash_eip191_message(message), 27)

    def _used(self, names: set[str]) -> dict[str, list[dict[str, str]]]:
        """The types that these refer to: eth-account wants no others."""
        kinds = {each["type"].split("[")[0] for name in names for each in self._types[name]}
        more = names | (kinds & self._types.keys())
        return self._used(more) if more != names else {n: self._types[n] for n in names}

    def _struct(self, name: str, values: list[Any]) -> dict[str, Any]:
        return {each["name"]: self._value(each["type"], values) for each in self._types[name]}

    def _value(self, kind: str, values: list[Any]) -> Any:
        if kind.endswith("]"):
            inner = kind[: kind.rindex("[")]
            return [self._value(inner, values) for _ in range(values.pop(0))]
        if kind in self._types:
            return self._struct(kind, values)
        return read(kind, values.pop(0))


def read(kind: str, raw: bytes) -> Any:
    """A value from its own bytes, as eth-account takes it."""
    if kind.startswith("uint"):
        return int.from_bytes(raw)
    if kind.startswith("int"):
        assert len(raw) == int(kind[3:]) // 8
        return int.from_bytes(raw, signed=True)
    if kind == "bool":
        return bool(int.from_bytes(raw))
    return raw.decode() if kind == "string" else "0x" + raw.hex()


def _is_whole(encoded: bytes) -> bool:
    """Whether an RLP list is all there, by its own length."""
    if encoded[0] < 0xF8:
        return len(encoded) == 1 + encoded[0] - 0xC0
    digits = encoded[0] - 0xF7
    return len(encoded) == 1 + digits + int.from_bytes(encoded[1 : 1 + digits])


def _with_no_signature(payload: bytes) -> HexBytes:
    """The same transaction with any signature, for eth-account to read."""
    import rlp

    return HexBytes(payload[:1] + rlp.encode([*rlp.decode(payload[1:]), b"", b"\1", b"\1"]))
