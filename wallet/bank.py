"""Wallet: the bank's bridge over HTTP; its problems (RFC 9457) shown as what to do.

Each POST carries an Idempotency-Key made of the signed nonce, so sending the same signed
order again, after a crash or a silence, has one effect only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from wallet.address import Address, parse_address
from wallet.errors import AddressError, AmountError, BankAnswerError, RefusedError
from wallet.hints import Any, Final
from wallet.http import HttpTransport, Transport
from wallet.money import Currency, parse_amount
from wallet.plain import show
from wallet.record import Record
from wallet.strict_json import read_json
from wallet.typed_data import AccountLink, AccountUnlink, RedeemOrder, TransferAuthorization

_REFUSING: Final = (401, 403, 404, 409, 422)
_FAILING: Final = 400
_LONGEST: Final = 500
_NOT_FOUND: Final = 404
_DEEPEST: Final = 64


class BankInfo(Record):
    """What a bank says of its token. `fee` is the redemption fee in minor units."""

    chain_id: int
    token: Address
    token_name: str
    symbol: str
    currency: Currency
    depth: int
    fee: int
    teller: Address | None = None


class LinkAnswer(Record):
    """A link at the bank. `reason` says why it was refused."""

    id: str
    state: str
    deposit_reference: str | None
    reserve_account: str | None
    reason: str | None


class OrderAnswer(Record):
    """A transfer or redemption at the bank."""

    id: str
    state: str
    tx_hash: str | None
    reason: str | None


class ProofAnswer(Record):
    """A day's proof of reserve as the bank tells it: nothing of it is verified yet."""

    day: str
    statement: Mapping[str, Any]
    digest: bytes
    transaction: str


class LeafAnswer(Record):
    """An address's leaf in a proof's tree, by its salt and its way to the root."""

    salt: bytes
    index: int
    path: list[bytes]


class BankClient:
    """A bank's bridge. Unreachable, RefusedError and BankAnswerError are all it raises."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @classmethod
    def at(cls, url: str) -> BankClient:
        """A bridge at an http(s) URL."""
        return cls(HttpTransport(url))

    @property
    def place(self) -> str:
        """The bank's server as it may be shown."""
        return self._transport.place

    def info(self) -> BankInfo:
        """Chain, token and fee."""
        answer = self._get("/v1/info")
        try:
            currency = Currency.of(self._text(answer, "currency"))
            fee = self._amount(answer, "redemption_fee", currency)
            if answer.get("decimals") != currency.exponent:
                raise BankAnswerError("bank.answer", place=self.place, field="decimals")
            return BankInfo(
                chain_id=self._number(answer, "chain_id"),
                token=parse_address(self._text(answer, "token")),
                token_name=self._text(answer, "token_name"),
                symbol=self._text(answer, "symbol"),
                currency=currency,
                depth=self._number(answer, "depth"),
                fee=fee,
                teller=parse_address(self._text(answer, "teller")) if "teller" in answer else None,
            )
        except AddressError as error:
            raise BankAnswerError("bank.answer", place=self.place, field="token") from error
        except AmountError as error:
            raise BankAnswerError("bank.answer", place=self.place, field="currency") from error

    def create_link(self, message: AccountLink, signature: bytes, code: str) -> LinkAnswer:
        """Hand in a signed link with the one-time code that the bank gave its customer."""
        body = {
            "wallet": message.wallet,
            "account": message.account,
            "name": message.name,
            "issued_at": str(message.issued_at),
            "nonce": "0x" + message.nonce.hex(),
            "signature": "0x" + signature.hex(),
            "code": code,
        }
        return self._link(self._post("/v1/links", body, message.nonce))

    def close_link(self, message: AccountUnlink, signature: bytes) -> LinkAnswer:
        """Hand in a signed wish to end a link."""
        body = {
            "wallet": message.wallet,
            "account": message.account,
            "issued_at": str(message.issued_at),
            "signature": "0x" + signature.hex(),
        }
        key = message.struct_hash()  # the same wish is the same request
        return self._link(self._post(f"/v1/links/{message.link}/close", body, key))

    def link(self, link_id: str) -> LinkAnswer:
        """How far a link has come."""
        return self._link(self._get(f"/v1/links/{link_id}"))

    def submit_transfer(self, message: TransferAuthorization, signature: bytes) -> OrderAnswer:
        """Hand in a signed authorization for the bank to bring to the chain."""
        body = {
            "from": message.from_,
            "to": message.to,
            "value": str(message.value),
            "valid_after": str(message.valid_after),
            "valid_before": str(message.valid_before),
            "nonce": "0x" + message.nonce.hex(),
            "signature": "0x" + signature.hex(),
        }
        return self._order(self._post("/v1/transfers", body, message.nonce))

    def transfer(self, transfer_id: str) -> OrderAnswer:
        """How far a relayed transfer has come."""
        return self._order(self._get(f"/v1/transfers/{transfer_id}"))

    def submit_redemption(self, order: RedeemOrder, signature: bytes) -> OrderAnswer:
        """Hand in a signed redemption order with its payout in clear."""
        body = {
            "order": {
                "holder": order.holder,
                "amount": str(order.amount),
                "fee": str(order.fee),
                "nonce": "0x" + order.nonce.hex(),
                "deadline": str(order.deadline),
            },
            "payout": {
                "account": order.payout.account,
                "name": order.payout.name,
                "reference": order.payout.reference,
                "salt": "0x" + order.payout.salt.hex(),
            },
            "signature": "0x" + signature.hex(),
        }
        return self._order(self._post("/v1/redemptions", body, order.nonce))

    def redemption(self, redemption_id: str) -> OrderAnswer:
        """How far a redemption has come."""
        return self._order(self._get(f"/v1/redemptions/{redemption_id}"))

    def proof_days(self) -> list[str]:
        """The days that have a proof of reserve, newest first."""
        days = self._get("/v1/proofs").get("days")
        if not isinstance(days, list) or not all(isinstance(day, str) for day in days):
            raise BankAnswerError("bank.answer", place=self.place, field="days")
        return [show(day)[:10] for day in days]

    def proof(self, day: str) -> ProofAnswer:
        """A day's proof of reserve; RefusedError when there is none."""
        answer = self._get(f"/v1/proofs/{day}")
        statement = answer.get("statement")
        if not isinstance(statement, dict):
            raise BankAnswerError("bank.answer", place=self.place, field="statement")
        transaction = f"0x{self._bytes32(answer.get('tx_hash'), 'tx_hash').hex()}"
        digest = self._bytes32(answer.get("digest"), "digest")
        return ProofAnswer(day, statement, digest, transaction)

    def proof_leaf(self, day: str, holder: Address) -> LeafAnswer | None:
        """An address's leaf; None when the bank says that it held nothing."""
        try:
            answer = self._get(f"/v1/proofs/{day}/leaf?address={holder}")
        except RefusedError as refused:
            if refused.values.get("status") == _NOT_FOUND:
                return None
            raise
        path = answer.get("path")
        if not isinstance(path, list) or len(path) > _DEEPEST:
            raise BankAnswerError("bank.answer", place=self.place, field="path")
        return LeafAnswer(
            self._bytes32(answer.get("salt"), "salt"),
            self._number(answer, "index"),
            [self._bytes32(step, "path") for step in path],
        )

    def _bytes32(self, value: object, field: str) -> bytes:
        try:
            raw = bytes.fromhex(str(value).removeprefix("0x"))
        except ValueError:
            raw = b""
        if len(raw) != 32:  # noqa: PLR2004  # bytes32
            raise BankAnswerError("bank.answer", place=self.place, field=field)
        return raw

    def _get(self, path: str) -> Mapping[str, Any]:
        return self._ask("GET", path, b"", {"Accept": "application/json"})

    def _post(self, path: str, body: object, nonce: bytes) -> Mapping[str, Any]:
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Idempotency-Key": nonce.hex(),
        }
        return self._ask("POST", path, json.dumps(body, ensure_ascii=False).encode(), headers)

    def _ask(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> Mapping[str, Any]:
        reply = self._transport.request(method, path, body, headers)
        try:
            answer = read_json(reply.body)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise BankAnswerError("bank.not_json", place=self.place, status=reply.status)
        if reply.status >= _FAILING:
            raise self._problem(reply.status, answer)
        return answer

    def _problem(self, status: int, answer: Mapping[str, Any]) -> BankAnswerError | RefusedError:
        """The bank's own words; a server is not trusted to send harmless characters."""
        said = {
            field: show(str(answer.get(field) or ""))[:_LONGEST]
            for field in ("type", "title", "detail", "remedy")
        }
        values = {
            "place": self.place,
            "status": status,
            "problem": said["type"],
            "detail": said["detail"] or said["title"] or str(status),
            "bank_remedy": said["remedy"],
        }
        if status in _REFUSING:
            return RefusedError("bank.refused", **values)
        return BankAnswerError("bank.problem", **values)

    def _link(self, answer: Mapping[str, Any]) -> LinkAnswer:
        return LinkAnswer(
            self._text(answer, "id"),
            self._text(answer, "state"),
            self._optional(answer, "deposit_reference"),
            self._optional(answer, "reserve_account"),
            self._optional(answer, "reason"),
        )

    def _order(self, answer: Mapping[str, Any]) -> OrderAnswer:
        return OrderAnswer(
            self._text(answer, "id"),
            self._text(answer, "state"),
            self._optional(answer, "tx_hash"),
            self._optional(answer, "reason"),
        )

    def _text(self, answer: Mapping[str, Any], field: str) -> str:
        value = answer.get(field)
        if not isinstance(value, str) or not value or show(value) != value:
            raise BankAnswerError("bank.answer", place=self.place, field=field)
        return value

    def _optional(self, answer: Mapping[str, Any], field: str) -> str | None:
        value = answer.get(field)
        return None if value is None else show(str(value))[:_LONGEST]

    def _number(self, answer: Mapping[str, Any], field: str) -> int:
        value = answer.get(field)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise BankAnswerError("bank.answer", place=self.place, field=field)
        return value

    def _amount(self, answer: Mapping[str, Any], field: str, currency: Currency) -> int:
        value = answer.get(field)
        if not isinstance(value, dict) or value.get("currency") != currency.code:
            raise BankAnswerError("bank.answer", place=self.place, field=field)
        return parse_amount(self._text(value, "amount"), currency)
