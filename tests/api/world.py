"""Tests of the bridge: customers, statements and a wired bridge, as values."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from api.bank import Bank, BookedLine, Direction
from api.bank.iso20022 import Statement, write_camt
from api.bank.memory import FakeBank, FakeCustomer
from api.chain import Deployment
from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.ids import Address, TxId
from api.kernel.money import Money
from api.kernel.settings import BankSettings, ChainSettings, Secrets, Settings
from api.web.context import Bridge
from wallet.address import checksum
from wallet.secret import Secret
from wallet.signer import LocalSigner
from wallet.typed_data import AccountLink, Domain

RESERVE = "NL96JIAO0000000001"
TOKEN = checksum(b"\x11" * 20)
TELLER = checksum(b"\x22" * 20)
DOMAIN = Domain(name="Jiaozi Euro", chain_id=31337, verifying_contract=TOKEN)
KEY = Secret(b"a key for references that is long enough")
OPERATOR = "an operator's token that is long enough"
TODAY = date(2026, 11, 19)
NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Customer:
    """Someone with an account, a wallet and a code from the bank."""

    name: str
    account: str
    code: str
    signer: LocalSigner

    @property
    def wallet(self) -> Address:
        """The address of the customer's key."""
        return self.signer.address


ADA = Customer("Ada Lovelace", "DE89370400440532013000", "ada-484912", LocalSigner(b"\x01" * 32))
BO = Customer("Bo Zhang", "FR1420041010050500013M02606", "bo-771200", LocalSigner(b"\x02" * 32))


def bank(clock: Clock) -> FakeBank:
    """A bank that knows Ada and Bo."""
    made = FakeBank(clock)
    for tier, customer in enumerate((ADA, BO), start=1):
        made.customers[customer.account] = FakeCustomer(customer.name, customer.code, tier=tier)
    return made


def no_bank() -> Bank:
    """For actions that ask the bank nothing."""
    raise AssertionError("nothing is asked of the bank")


def settings(folder: Path) -> Settings:
    """Settings as `load` would give them."""
    return Settings(
        database_url="sqlite:///unused.db",
        chain=ChainSettings(
            "http://127.0.0.1:1",
            folder / "31337.json",
            2,
            timedelta(seconds=1),
            max_skew=timedelta(days=3650),  # the tests' clock is moved, the chain's is not
        ),
        bank=BankSettings("simulated", folder, RESERVE, "Jiaozi Reserve", "JIAONL2A"),
        keys={},
        operator_token_file=folder / "operator",
        reference_key_file=folder / "reference",
        http_host="127.0.0.1",
        http_port=8080,
        redemption_fee=25,
        attest_every=timedelta(seconds=60),
    )


def deployment() -> Deployment:
    """One token on the local chain."""
    return Deployment(
        chain_id=31337,
        caip2="eip155:31337",
        token=TOKEN,
        teller=TELLER,
        access_manager=checksum(b"\x33" * 20),
        contracts=(),
        name="Jiaozi Euro",
        symbol="JEUR",
        currency="EUR",
        decimals=2,
        block=1,
        roles={},
    )


def bridge(database: Database, clock: Clock, fake: FakeBank, folder: Path) -> Bridge:
    """The bridge's parts, wired with fakes."""
    return Bridge(
        settings=settings(folder),
        secrets=Secrets(operator_token=Secret(OPERATOR.encode()), reference_key=KEY),
        database=database,
        clock=clock,
        bank=fake,
        deployment=deployment(),
        domain=DOMAIN,
        log=logging.getLogger("jiaozi.tests"),
    )


def credit(bank_id: str, minor: int, **fields: Any) -> BookedLine:
    """A credit of `minor` euro cents."""
    return replace(_LINE, bank_id=bank_id, amount=Money(minor, "EUR"), **fields)


def debit(bank_id: str, minor: int, **fields: Any) -> BookedLine:
    """A debit of `minor` euro cents."""
    return credit(bank_id, minor, direction=Direction.DEBIT, **fields)


_LINE = BookedLine(
    number=1,
    bank_id="",
    amount=Money(1, "EUR"),
    direction=Direction.CREDIT,
    booked_on=TODAY,
    value_on=None,
    end_to_end_id=None,
    structured_reference=None,
    payer_account=None,
    payer_name=None,
    payee_account=None,
    remittance=None,
    reversal=False,
)


def camt(
    lines: Iterable[BookedLine],
    *,
    message_id: str = "M1",
    account: str = RESERVE,
    currency: str = "EUR",
    opening: int | None = None,
    closing: int | None = None,
) -> io.BytesIO:
    """A camt.053.001.08 file with these lines."""
    out = io.BytesIO()
    head = Statement(
        dialect="camt.053.001.08",
        message_id=message_id,
        statement_id=f"{message_id}-1",
        created_at=NOW,
        account=account,
        owner="Jiaozi Reserve",
        currency=currency,
        opening=None if opening is None else (Money(opening, currency), TODAY),
        closing=None if closing is None else (Money(closing, currency), TODAY),
    )
    write_camt(out, head, lines)
    out.seek(0)
    return out


def link_body(
    customer: Customer,
    *,
    issued_at: datetime = NOW,
    nonce: int = 1,
    domain: Domain = DOMAIN,
    **changed: str,
) -> dict[str, str]:
    """The signed body of POST /v1/links; `changed` is changed after signing."""
    link = AccountLink(
        wallet=customer.wallet,
        account=customer.account,
        name=customer.name,
        issued_at=int(issued_at.timestamp()),
        nonce=nonce.to_bytes(32, "big"),
    )
    return {
        "wallet": link.wallet,
        "account": link.account,
        "name": link.name,
        "issued_at": str(link.issued_at),
        "nonce": "0x" + link.nonce.hex(),
        "signature": "0x" + customer.signer.sign_message(link, domain).hex(),
        "code": customer.code,
    } | changed


class Outbox:
    """The fake of `Enqueue`: remembers what was queued; the same purpose and ref once."""

    def __init__(self) -> None:
        self.queued: dict[tuple[str, str], bytes] = {}

    def __call__(
        self,
        connection: Connection,  # noqa: ARG002 - the port's signature
        *,
        data: bytes,
        purpose: str,
        ref: str,
        now: datetime,  # noqa: ARG002 - the port's signature
        gas: int | None = None,  # noqa: ARG002 - the port's signature
    ) -> TxId:
        """See `Enqueue`."""
        self.queued.setdefault((purpose, ref), data)
        return TxId(f"tx_{purpose}_{ref}")

    @property
    def refs(self) -> list[str]:
        """The refs in the order in which they were queued."""
        return [ref for _, ref in self.queued]


@dataclass(frozen=True)
class FakeEvent:
    """A final event as `api.chain` would give it."""

    event_id: str
    args: dict[str, Any]
    block_time: datetime = NOW
    block_number: int = 1
