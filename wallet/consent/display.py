"""Wallet: a message, call or text as rows of plain words; the unknown is shown field by field."""

from __future__ import annotations

from wallet.errors import ChainError
from wallet.hints import TYPE_CHECKING, Any, Final
from wallet.plain import show
from wallet.record import Record

# A text needs neither the descriptors nor what reads a call.
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from wallet.address import Address
    from wallet.consent.descriptors import Field, Format
    from wallet.consent.siwe import SignIn
    from wallet.transaction import Transaction
    from wallet.typed_json import TypedData, TypedDomain

Row = tuple[str, str]
#: Messages and calls that mean the same at every token, whoever's it is.
_STANDARD: Final = (
    "TransferWithAuthorization", "ReceiveWithAuthorization", "CancelAuthorization", "Permit",
    "transfer", "transferFrom", "approve", "increaseAllowance", "transferWithAuthorization",
    "receiveWithAuthorization", "cancelAuthorization", "permit",
)  # fmt: skip
_LAST_MOMENT: Final = 253_402_300_800  # the year 10000: a date that says «never»
_LONGEST_DATA: Final = 400
_ITEM: Final = ".[]"


class View(Record):
    """The eyes of one wallet: its language, its contacts, its money, its contracts.

    `text` gives a sentence, `money` an amount of the wallet's own token, `address` an address
    with what is known of it, `account` a bank account, `moment` a time.
    """

    text: Callable[..., str]
    money: Callable[[int], str]
    address: Callable[[str], str]
    account: Callable[[str], str]
    moment: Callable[[int], str]
    token: Address
    teller: Address | None
    symbol: str
    chain_id: int


class Shown(Record):
    """What people are shown: a sentence, rows of label and value, and those that say where it
    holds: the chain and the contract.
    """

    title: str
    rows: tuple[Row, ...]
    place: tuple[Row, ...] = ()


def show_typed(typed: TypedData, view: View) -> Shown:
    """A typed message: by its descriptor, else every field of it as it is."""
    contract = typed.domain.verifying_contract
    place = tuple(_place(typed.domain.chain_id, contract, view))
    found = _message_format(typed, contract, view)
    if found is not None:
        # What the Teller speaks of is the bank's one token.
        token = view.token if contract == view.teller else contract
        rows = tuple(_described(found, dict(typed.message), token, view))
        return Shown(view.text(found.key), rows, place)
    leaves = [(show(leaf.path), _raw(leaf.value)) for leaf in typed.fields()]
    title = view.text("intent.unknown_message", name=show(typed.primary_type))
    return Shown(title, (*_domain(typed.domain, view), *leaves), place)


def _domain(domain: TypedDomain, view: View) -> Iterator[Row]:
    """What a stranger's domain says besides the place where it holds."""
    if domain.name:
        yield view.text("label.site"), show(domain.name)
    if domain.version:
        yield view.text("label.domain_version"), show(domain.version)
    if domain.salt is not None:
        yield view.text("label.salt"), _raw(domain.salt)


def show_transaction(transaction: Transaction, view: View) -> Shown:
    """A transaction: its call by the descriptor, else the bytes; its value and its fee."""
    contract, data = transaction.to, transaction.data
    rows: list[Row] = []
    if transaction.value:
        rows.append((view.text("label.native"), wei(transaction.value)))
    found = _call(data, contract, view)
    if found is not None:
        title = view.text(found[0].key)
        rows += _described(found[0], found[1], contract, view)
    elif not data and contract is not None:
        title = view.text("intent.native")
        rows.append((view.text("label.payee"), view.address(contract)))
    else:
        title = view.text("intent.unknown_call")
        shown = data.hex()
        cut = shown if len(shown) <= _LONGEST_DATA else f"{shown[:_LONGEST_DATA]}…"
        rows.append((view.text("label.data"), f"0x{cut} ({len(data)})"))
    most = transaction.gas_limit * transaction.max_fee_per_gas
    fee = view.text("send.fee_native", most=wei(most)) if most else view.text("send.fee_none")
    rows.append((view.text("label.fee"), fee))
    return Shown(title, tuple(rows), tuple(_place(transaction.chain_id, contract, view)))


def show_text(text: bytes, view: View) -> Shown:
    """A text, every line of it, with what is invisible written out."""
    try:
        lines = text.decode().replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        lines = ["0x" + text.hex()]
    return Shown(view.text("intent.text"), tuple(("│", show(line)) for line in lines))


def show_sign_in(message: SignIn, now: int, view: View) -> Shown:
    """A sign-in: to whom, as whom, until when."""
    text = view.text
    origin = message.domain if message.scheme is None else f"{message.scheme}://{message.domain}"
    rows = [
        (text("label.site"), origin),
        (text("label.address"), view.address(message.address)),
        (text("label.uri"), message.uri),
        (text("label.statement"), message.statement or "-"),
        (text("label.chain_id"), str(message.chain_id)),
        (text("label.nonce"), message.nonce),
        (text("label.signed_at"), message.issued_at),
    ]
    if message.request_id is not None:
        rows.append((text("label.request_id"), message.request_id))
    if message.begins is not None:
        rows.append((text("label.valid_from"), view.moment(message.begins)))
    until = text("value.no_end") if message.expires is None else view.moment(message.expires)
    if message.expires is not None and message.expires <= now:
        until = text("value.expired", moment=until)
    rows.append((text("label.valid_until"), until))
    rows += [(text("label.resource"), uri) for uri in message.resources or ()]
    return Shown(text("intent.sign_in", domain=message.domain), tuple(rows))


def wei(amount: int) -> str:
    """Wei of the chain's native coin as a decimal number of gwei, exactly."""
    whole, part = divmod(amount, 10**9)
    return f"{whole}.{part:09d}".rstrip("0").rstrip(".") + " gwei"


def _message_format(typed: TypedData, contract: str | None, view: View) -> Format | None:
    from wallet.consent.descriptors import (  # noqa: PLC0415  # see above
        MESSAGES_TELLER,
        MESSAGES_TOKEN,
        formats,
    )

    kind = typed.encode_type()
    if contract == view.teller and contract is not None and kind in formats(MESSAGES_TELLER):
        return formats(MESSAGES_TELLER)[kind]
    found = formats(MESSAGES_TOKEN).get(kind)
    if found is None or (contract != view.token and typed.primary_type not in _STANDARD):
        return None
    return found


def _call(data: bytes, contract: str | None, view: View) -> tuple[Format, dict[str, Any]] | None:
    from wallet.abi import decode  # noqa: PLC0415  # see above
    from wallet.consent.descriptors import call_formats, named  # noqa: PLC0415  # as above

    known = call_formats().get(data[:4])
    if known is None or contract is None:
        return None
    found, parameters = known
    if contract != view.token and found.signature.partition("(")[0] not in _STANDARD:
        return None
    try:
        values = decode([parameter.kind for parameter in parameters], data[4:])
    except ChainError:
        return None
    return found, named(parameters, values)


def _described(
    found: Format, values: Mapping[str, Any], token: str | None, view: View
) -> Iterator[Row]:
    """The rows of a format; the items of an array one after another, each with all its fields."""
    items = 0
    for field in found.fields:
        array, is_item, _ = field.path.partition(_ITEM)
        if is_item:
            items = max(items, len(values[array]))
    for place in range(items):
        for field in found.fields:
            array, is_item, rest = field.path.partition(_ITEM + ".")
            if is_item:
                yield from _row(field, _at(values[array][place], rest), token, view)
    for field in found.fields:
        if _ITEM not in field.path:
            yield from _row(field, _at(values, field.path), token, view)


def _row(field: Field, value: Any, token: str | None, view: View) -> Iterator[Row]:
    if not field.hidden and value not in field.unless:
        yield view.text(field.key), _value(field, value, token, view)


def _value(field: Field, value: Any, token: str | None, view: View) -> str:
    if field.format == "tokenAmount":
        return _amount(field, value, token, view)
    if field.format == "addressName":
        return view.address(value)
    if field.format == "date":
        return view.text("value.no_end") if value >= _LAST_MOMENT else view.moment(value)
    # The standard has no format for a bank account.
    return view.account(value) if field.key == "label.account" else _raw(value)


def _amount(field: Field, value: int, token: str | None, view: View) -> str:
    threshold = field.params.get("threshold")
    if threshold is not None and value >= int(threshold, 16):
        return view.text("value.unlimited")
    if token == view.token:
        return view.money(value)
    return view.text("value.units", amount=value, token=token or "-")


def _place(chain_id: int | None, contract: str | None, view: View) -> Iterator[Row]:
    """Where it holds: the wallet's own chain and token in short, any other in full."""
    if chain_id == view.chain_id and contract == view.token:
        yield view.text("label.chain"), f"{chain_id} · {view.symbol} {contract}"
        return
    chain = view.text("value.any_chain") if chain_id is None else str(chain_id)
    yield view.text("label.chain_id"), chain
    if contract is not None:
        yield view.text("label.contract"), view.address(contract)


def _at(values: Any, path: str) -> Any:
    for name in path.split("."):
        values = values[name]
    return values


def _raw(value: object) -> str:
    match value:
        case None:
            return "-"
        case bytes():
            return "0x" + value.hex()
        case bool():
            return str(value).lower()
        case tuple():
            return f"[{', '.join(map(_raw, value))}]"
        case _:
            return show(str(value))
