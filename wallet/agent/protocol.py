"""Wallet: what is said to the agent and by it: four bytes of length, then a JSON object.

    {"do": "status"}                     → {"until", "addresses", "pid"}
    {"do": "lock"}                       → {"until": 0, "addresses": []}, and the agent ends
    {"do": "sign", "address", "token",   → {"signature"}: 65 bytes r ‖ s ‖ v in hex
     "typed" | "transaction" | "text"}
    whatever cannot be done              → {"error": {"code", "values"}}

A transaction's numbers are decimal strings, bytes are hex without 0x. A text is hex, too: EIP-191
signs any bytes.
"""

from __future__ import annotations

from wallet.clock import Deadline
from wallet.errors import AddressError, InputError
from wallet.hints import TYPE_CHECKING, Any, Final
from wallet.record import Record

if TYPE_CHECKING:
    import _socket
    from collections.abc import Mapping

    from wallet.address import Address
    from wallet.transaction import Transaction
    from wallet.typed_json import TypedData

#: The socket's name in the wallet's directory.
SOCKET: Final = "agent.sock"
#: No request and no answer is longer, in bytes; a typed message may have a million.
LARGEST: Final = 2 * 2**20
_HEAD: Final = 4
_NUMBERS: Final = (
    ("chain_id", "chainId"),
    ("nonce", "nonce"),
    ("max_priority_fee_per_gas", "maxPriorityFeePerGas"),
    ("max_fee_per_gas", "maxFeePerGas"),
    ("gas_limit", "gas"),
    ("value", "value"),
)
_LONGEST_NUMBER: Final = 78  # digits of 2**256


class Request(Record):
    """Something to sign, whole: a typed message, a transaction, or a text (EIP-191).

    `token` names who asks, where it is not the owner; None for the owner.
    """

    address: Address
    message: TypedData | Transaction | bytes
    token: str | None = None


def send(connection: _socket.socket, said: Mapping[str, Any]) -> None:
    """Say one object."""
    import json  # noqa: PLC0415  # whoever only listens for a greeting does without

    data = json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if len(data) > LARGEST:
        raise InputError("agent.request", field="length")
    connection.sendall(len(data).to_bytes(_HEAD) + data)


def receive(connection: _socket.socket, seconds: float) -> dict[str, Any]:
    """Hear one object; InputError if it is none, EOFError if the other side has gone.

    TimeoutError unless all of it is there after so many seconds: whoever says a byte now and
    then keeps nobody else waiting, and an agent not from locking itself.
    """
    from wallet.strict_json import read_json  # noqa: PLC0415  # as above

    end = Deadline(seconds)
    length = int.from_bytes(_exactly(connection, _HEAD, end))
    if length > LARGEST:
        raise InputError("agent.request", field="length")
    try:
        said = read_json(_exactly(connection, length, end), unique=True)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise InputError("agent.request", field="json")
    return said


def request_of(said: Mapping[str, Any]) -> Request:
    """What is to be signed; InputError naming the field that is missing or wrong."""
    from wallet.address import parse_address  # noqa: PLC0415  # the agent alone reads requests

    token = said.get("token")
    if token is not None and not isinstance(token, str):
        raise InputError("agent.request", field="token")
    try:
        address = parse_address(_text(said, "address"))
    except AddressError:
        raise InputError("agent.request", field="address") from None
    given = [name for name in ("typed", "transaction", "text") if name in said]
    if len(given) != 1:
        raise InputError("agent.request", field="typed")
    if given == ["text"]:
        return Request(address, _bytes(said, "text"), token)
    if given == ["transaction"]:
        return Request(address, _transaction(said["transaction"]), token)
    from wallet.typed_json import TypedData  # noqa: PLC0415  # as above

    # Half of a surrogate pair, which JSON can carry, is for the reader of the message to refuse.
    typed = _text(said, "typed").encode("utf-8", "surrogatepass")
    return Request(address, TypedData.parse(typed), token)


def transaction_fields(transaction: Transaction) -> dict[str, Any]:
    """A transaction as it is said."""
    numbers = {name: str(getattr(transaction, field)) for field, name in _NUMBERS}
    access = [[address, [s.hex() for s in slots]] for address, slots in transaction.access_list]
    data = transaction.data.hex()
    return {**numbers, "to": transaction.to, "data": data, "accessList": access}


def _transaction(said: object) -> Transaction:
    from wallet.address import parse_address  # noqa: PLC0415  # as above
    from wallet.transaction import Transaction  # noqa: PLC0415  # as above

    if not isinstance(said, dict):
        raise InputError("agent.request", field="transaction")
    numbers = {field: _number(said, name) for field, name in _NUMBERS}
    try:
        access = tuple(
            (parse_address(address), tuple(bytes.fromhex(slot) for slot in slots))
            for address, slots in said["accessList"]
        )
        to = None if said["to"] is None else parse_address(said["to"])
    except (ValueError, TypeError, KeyError, AttributeError, AddressError):
        raise InputError("agent.request", field="to") from None
    return Transaction(to=to, data=_bytes(said, "data"), access_list=access, **numbers)


def _number(said: Mapping[str, Any], field: str) -> int:
    text = _text(said, field)
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise InputError("agent.request", field=field)
    return int(text)


def _bytes(said: Mapping[str, Any], field: str) -> bytes:
    try:
        return bytes.fromhex(_text(said, field))
    except ValueError:
        raise InputError("agent.request", field=field) from None


def _text(said: Mapping[str, Any], field: str) -> str:
    value = said.get(field)
    if not isinstance(value, str):
        raise InputError("agent.request", field=field)
    return value


def _exactly(connection: _socket.socket, length: int, end: Deadline) -> bytes:
    data = bytearray()
    while len(data) < length:
        connection.settimeout(end.left())
        more = connection.recv(length - len(data))
        if not more:
            raise EOFError
        data += more
    return bytes(data)
