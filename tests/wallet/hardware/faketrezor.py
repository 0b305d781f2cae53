"""A Trezor in memory, behind trezorlib's own messages: what the real one asks and answers.

trezorlib's functions run as they are; this stands where its session sends a message and has the
next one back. Typed messages are put together again and hashed by eth-account.
"""

# ruff: noqa: N802 - methods are named as the messages that they answer

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_defunct, encode_typed_data
from trezorlib import exceptions, messages

from tests.wallet.hardware.fakeledger import MASTER, read
from wallet.hd import PrivateNode
from wallet.path import Hardened, Normal, Path

KINDS = messages.EthereumDataType


@dataclass
class FakeTrezor:
    """A session: answers messages, keeps what it showed."""

    master: PrivateNode = MASTER
    refuses: Exception | None = None
    spoils: bool = False
    shown: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    _path: list[int] = field(default_factory=list)
    _data: bytes = b""
    _sign: Any = None

    def __enter__(self) -> FakeTrezor:
        return self

    def __exit__(self, *_: object) -> None:
        """The connection stays."""

    def cancel(self) -> None:
        self.calls.append("cancel")

    def call(self, message: Any, *, expect: Any = None) -> Any:
        """One message, and the device's next."""
        self.calls.append(type(message).__name__)
        answer = getattr(self, f"_on_{type(message).__name__}")(message)
        if expect is not None and not isinstance(answer, expect):
            raise exceptions.UnexpectedMessageError(expect, answer)
        return answer

    def _node(self, numbers: list[int]) -> PrivateNode:
        bit = 2**31
        steps = (Hardened(n - bit) if n >= bit else Normal(n) for n in numbers)
        return self.master.derive(Path(tuple(steps)))

    def _key(self) -> Any:
        return Account.from_key(self._node(self._path).private_key().reveal())

    def _signature(self, digest: bytes) -> Any:
        if self.refuses is not None:
            raise self.refuses
        return self._key().unsafe_sign_hash(digest[::-1] if self.spoils else digest)

    def _on_EthereumGetAddress(self, message: Any) -> Any:
        self._path = message.address_n
        if message.show_display:
            self.shown.append(self._key().address)
        return messages.EthereumAddress(address=self._key().address)

    def _on_EthereumGetPublicKey(self, message: Any) -> Any:
        xpub = self._node(message.address_n).public().to_xpub()
        node = messages.HDNodeType(
            depth=3, fingerprint=0, child_num=0, chain_code=bytes(32), public_key=bytes(33)
        )
        return messages.EthereumPublicKey(node=node, xpub=xpub)

    def _on_EthereumSignMessage(self, message: Any) -> Any:
        self._path = message.address_n
        self.shown.append(repr(message.message))
        signed = self._signature(_hash_eip191_message(encode_defunct(message.message)))
        return messages.EthereumMessageSignature(
            address=self._key().address, signature=bytes(signed.signature)
        )

    # ------------------------------------------------------------------ transactions

    def _on_EthereumSignTxEIP1559(self, message: Any) -> Any:
        self._path, self._sign, self._data = message.address_n, message, b""
        self._data += message.data_initial_chunk
        return self._more()

    def _on_EthereumTxAck(self, message: Any) -> Any:
        self._data += message.data_chunk
        return self._more()

    def _more(self) -> Any:
        asked = self._sign
        missing = asked.data_length - len(self._data)
        if missing:
            return messages.EthereumTxRequest(data_length=min(missing, 1024))
        number = int.from_bytes
        fields = {
            "type": 2,
            "chainId": asked.chain_id,
            "nonce": number(asked.nonce),
            "gas": number(asked.gas_limit),
            "maxFeePerGas": number(asked.max_gas_fee),
            "maxPriorityFeePerGas": number(asked.max_priority_fee),
            "to": asked.to,
            "value": number(asked.value),
            "data": self._data,
            "accessList": [
                {"address": e.address, "storageKeys": ["0x" + k.hex() for k in e.storage_keys]}
                for e in asked.access_list
            ],
        }
        self.shown.append(f"{asked.to} {fields['value']}")
        if self.refuses is not None:
            raise self.refuses
        signed = self._key().sign_transaction(fields | {"nonce": fields["nonce"] + self.spoils})
        return messages.EthereumTxRequest(
            signature_v=signed.v,
            signature_r=signed.r.to_bytes(32),
            signature_s=signed.s.to_bytes(32),
        )

    # ------------------------------------------------------------------ typed messages

    def _on_EthereumSignTypedData(self, message: Any) -> Any:
        assert message.metamask_v4_compat
        self._path = message.address_n
        self._sign = self._ask_all(message.primary_type)
        return next(self._sign)

    def _on_EthereumTypedDataStructAck(self, message: Any) -> Any:
        return self._sign.send(message)

    def _on_EthereumTypedDataValueAck(self, message: Any) -> Any:
        return self._sign.send(message)

    def _ask_all(self, primary: str) -> Any:
        types: dict[str, list[dict[str, str]]] = {}
        for name in ("EIP712Domain", primary):
            yield from self._ask_types(name, types)
        domain = yield from self._ask_struct("EIP712Domain", types, [0])
        value = yield from self._ask_struct(primary, types, [1])
        whole = {"types": types, "primaryType": primary, "domain": domain, "message": value}
        self.shown.append(str(value))
        signed = self._signature(_hash_eip191_message(encode_typed_data(full_message=whole)))
        yield messages.EthereumTypedDataSignature(
            address=self._key().address, signature=bytes(signed.signature)
        )

    def _ask_types(self, name: str, types: dict[str, Any]) -> Any:
        if name in types:
            return
        answer = yield messages.EthereumTypedDataStructRequest(name=name)
        types[name] = [{"name": m.name, "type": _kind(m.type)} for m in answer.members]
        for member in answer.members:
            kind = member.type.entry_type or member.type
            if kind.data_type == KINDS.STRUCT:
                yield from self._ask_types(kind.struct_name, types)

    def _ask_struct(self, name: str, types: dict[str, Any], path: list[int]) -> Any:
        found = {}
        for place, member in enumerate(types[name]):
            value = yield from self._ask_value(member["type"], types, [*path, place])
            found[member["name"]] = value
        return found

    def _ask_value(self, kind: str, types: dict[str, Any], path: list[int]) -> Any:
        if kind in types:
            return (yield from self._ask_struct(kind, types, path))
        answer = yield messages.EthereumTypedDataValueRequest(member_path=path)
        if not kind.endswith("]"):
            return read(kind, answer.value)
        found, inner = [], kind[: kind.rindex("[")]
        for place in range(int.from_bytes(answer.value)):
            found.append((yield from self._ask_value(inner, types, [*path, place])))  # noqa: PERF401  # it yields
        return found


def _kind(given: Any) -> str:
    """EIP-712's spelling of a type as the device has it."""
    match given.data_type:
        case KINDS.ARRAY:
            return f"{_kind(given.entry_type)}[{'' if given.size is None else given.size}]"
        case KINDS.STRUCT:
            return str(given.struct_name)
        case KINDS.UINT | KINDS.INT as kind:
            return f"{'uint' if kind == KINDS.UINT else 'int'}{8 * given.size}"
        case KINDS.BYTES:
            return f"bytes{given.size or ''}"
    return {KINDS.STRING: "string", KINDS.BOOL: "bool", KINDS.ADDRESS: "address"}[given.data_type]
