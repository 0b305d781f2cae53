"""Wallet: an opened wallet: its files, its chain, its bank and, with the password, its key."""

from __future__ import annotations

import os
from functools import cached_property

from wallet.address import Address, parse_address
from wallet.book.accounts import WATCH
from wallet.book.home import Home
from wallet.cli.chosen import chosen_account
from wallet.errors import (
    AddressError,
    AmountError,
    DamagedFile,
    InputError,
    SetupError,
    Unreachable,
    WrongChain,
)
from wallet.hints import TYPE_CHECKING
from wallet.money import format_amount, parse_amount, shorten
from wallet.plain import read_line

# `jiaozi balance` needs neither a key nor the bank; what is signed through the agent, no network.
if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.bank import BankClient, BankInfo
    from wallet.book import LinkRecord
    from wallet.cli.session import Session
    from wallet.http import Transport
    from wallet.policy import Guard
    from wallet.signer import Signer
    from wallet.token.client import TokenClient
    from wallet.typed_data import Struct

_NAME_LONGEST = 40
_POLICY_FILES = ("policy.toml", "policy.sig")
#: What a policy means by these is no contact.
_POLICY_WORDS = ("*", "contacts", "bank", "token", "teller")


class Wallet:
    """One wallet in use by one command. Nothing is opened before it is needed."""

    def __init__(self, session: Session, *, offline: bool = False) -> None:
        """Read the wallet's files; SetupError if there is none, InputError for no such account."""
        self.session = session
        self._is_offline = offline
        self.home = Home(session.place, session.line.get("--on"))
        self.accounts, self.account = chosen_account(session)
        session.needs_password = self.accounts.has_vault and self._agent is None
        self.network = self.home.network()

    @property
    def address(self) -> Address:
        """The chosen account's address."""
        return self.account.address

    @cached_property
    def token(self) -> TokenClient:
        """The token on its chain; WrongChain if the node serves another one.

        Unreachable for a wallet that was opened to be used without a network.
        """
        if self._is_offline:
            raise Unreachable("offline.no_network")
        from wallet.rpc import Rpc  # noqa: PLC0415  # see above
        from wallet.token.client import TokenClient  # noqa: PLC0415  # as above

        self._check_way(self.network.rpc_url)
        rpc = Rpc(self._transport(self.network.rpc_url))
        rpc.check_chain(self.network.chain_id)
        return TokenClient(rpc, self.network.token)

    @cached_property
    def bank(self) -> BankClient:
        """The bank's bridge; SetupError for a wallet that was set up without one."""
        if self.network.bank_url is None:
            raise SetupError("bank.none", home=self.home.directory)
        from wallet.bank import BankClient  # noqa: PLC0415  # see above

        self._check_way(self.network.bank_url)
        return BankClient(self._transport(self.network.bank_url))

    def _transport(self, url: str) -> Transport:
        """The way to a server; on a terminal, one that shows a long wait."""
        from wallet.http import HttpTransport  # noqa: PLC0415  # see above

        transport = HttpTransport(url)
        if not self.session.environment.stderr.isatty():
            return transport
        from wallet.cli.patience import Patient  # noqa: PLC0415  # threads, and for people only

        return Patient(transport, self.session)

    def _check_way(self, url: str) -> None:
        """InputError for an http:// URL of another computer, unless the owner allowed it."""
        if not self.network.insecure_http:
            from wallet.http import check_private  # noqa: PLC0415  # see above

            check_private(url)

    @cached_property
    def signer(self) -> Signer:
        """The chosen account's signer: the unlocked agent, else what the password opens.

        Where the wallet has a policy, the signer asks it before each signature.
        """
        guard = self.guard  # a policy that is not in force is told before the password is asked
        if self._agent is not None:
            return self._agent  # which judges by the same policy, and writes it down itself
        signer = self._opened()
        if guard is None:
            return signer
        from wallet.policy import GuardedSigner  # noqa: PLC0415  # most wallets have no policy

        return GuardedSigner(signer, guard)

    def _opened(self) -> Signer:
        from wallet.book.keys import open_signer  # noqa: PLC0415  # see above
        from wallet.cli.holder import Holder  # noqa: PLC0415  # as above

        owner, password = Holder(self.session), self.session.password
        return open_signer(self.home, self.accounts, self.account, password, owner)

    @cached_property
    def guard(self) -> Guard | None:
        """The judge of this account's signatures; None where the wallet has no policy."""
        home = self.session.place  # pathlib takes longer to load than the rest of this
        if not any(os.path.exists(f"{home}/{name}") for name in _POLICY_FILES):  # noqa: PTH110
            return None
        from wallet.policy import Guard, Place, load_policy  # noqa: PLC0415  # as above

        directory = self.session.directory
        found = load_policy(directory, self.accounts)
        if found is None:
            return None
        network = self.network
        place = Place(network.chain_id, network.token, network.teller, network.currency)
        now = self.session.clock.now
        guard = Guard(directory, *found, self.account, place=place, now=now)
        return guard if self._token is None else guard.for_token(self._token.encode())

    @cached_property
    def _agent(self) -> Signer | None:
        """The agent that holds the account's key now; None where a password is given instead."""
        socket, token = f"{self.home.place}/agent.sock", self._token
        with_password = self.session.line.has("--password-file") and token is None
        if with_password or not os.path.lexists(socket):
            if token is not None:
                raise SetupError("agent.none")
            return None
        from wallet.agent.client import find_agent  # noqa: PLC0415  # most wallets have no agent

        found = find_agent(self.home.place, self.address, token)
        if found is None and token is not None:
            raise SetupError("agent.none")
        return found

    @cached_property
    def _token(self) -> str | None:
        """The agent token that this command signs by; None for the owner."""
        given = self.session.secret_file("--token-file")
        return None if given is None else given.decode("utf-8", "replace").strip()

    def check_can_sign(self) -> None:
        """SetupError for a wallet that only watches, before anybody is asked anything."""
        if self.accounts.kind == WATCH:
            raise SetupError("account.watch", address=self.address)

    def links(self) -> list[LinkRecord]:
        """The links of the chosen account, the newest first.

        A record that names no address was signed by the first account, when it was the only one.
        """
        first = self.accounts.entries[0].address
        found = [each for each in self.home.book().links if (each.wallet or first) == self.address]
        return found[::-1]

    def retired_warning(self) -> list[str]:
        """What to say before money of a retired account is moved; nothing for another one."""
        if not self.account.retired:
            return []
        return [self.session.text("account.retired_warning", account=self.account.label), ""]

    def sign(self, message: Struct) -> bytes:
        """Sign a message under this token's domain, and verify the signature."""
        from wallet.signer import recover  # noqa: PLC0415  # see above

        domain = self.network.domain()
        signature = self.signer.sign_message(message, domain)
        if recover(message.digest(domain), signature) != self.address:
            raise DamagedFile("signer.mismatch", address=self.address)
        return signature

    def bank_info(self) -> BankInfo:
        """What the bank says of its token; WrongChain if it speaks of another one by now."""
        info = self.bank.info()
        network = self.network
        if (info.chain_id, info.token) != (network.chain_id, network.token):
            raise WrongChain("bank.other_token", place=self.bank.place, token=info.token)
        if info.token_name != network.token_name:
            raise WrongChain("bank.other_token", place=self.bank.place, token=info.token)
        return info

    def money(self, minor: int) -> str:
        """An amount with its currency, for people: "12.34 EUR"."""
        return f"{format_amount(minor, self.network.currency)} {self.network.currency.code}"

    def amount(self, minor: int) -> dict[str, str]:
        """An amount for programs: {"amount": "12.34", "currency": "EUR"}."""
        currency = self.network.currency
        return {"amount": format_amount(minor, currency), "currency": currency.code}

    def positive(self, text: str) -> int:
        """An amount of this wallet's currency, above zero, as minor units."""
        minor = parse_amount(text, self.network.currency)
        if minor == 0:
            raise AmountError("amount.zero")
        return minor

    def chain_time(self) -> int:
        """Now, by the chain or by this machine, whichever is later; seconds since 1970."""
        block = self.token.rpc.block("latest")
        return max(block.timestamp if block else 0, self.session.clock.now())

    def whose(self, text: str) -> Address:
        """An address, given as such or by a contact's name."""
        known = self.home.book().contacts.get(text)
        try:
            return known or parse_address(text)
        except AddressError as error:
            if error.code == "address.format":
                raise AddressError("payee.unknown", payee=shorten(text)) from error
            raise

    def payee(self, text: str) -> Address:
        """A payee: a contact's name or an address; not this wallet and not the token."""
        address = self.whose(text)
        if address == self.network.token:
            raise AddressError("payee.token")
        if address == self.network.teller:
            raise AddressError("payee.teller")
        if address == self.address:
            raise AddressError("payee.self")
        return address

    def named(self, address: str) -> str:
        """An address in full, with its contact's name where it has one."""
        name = self.home.book().name_of(address)
        return f"{address} ({name})" if name else address

    def chain_label(self) -> str:
        """The chain and token, for people."""
        return f"{self.network.chain_id} · {self.network.symbol} {self.network.token}"

    def check_contact(self, name: str, address: Address) -> None:
        """InputError if a new contact's name cannot be one or is somebody else's; its risks must
        be accepted.
        """
        self.check_name(name, "--save-as")
        contacts = self.home.book().contacts
        if contacts.get(name) not in (None, address):
            raise InputError("contact.taken", name=shorten(name))
        self.accept_name(name, contacts)

    def check_name(self, name: str, field: str) -> None:
        """InputError for a contact's name that is too long, invisible, or means something else."""
        read_line(field, name, _NAME_LONGEST)
        if name.startswith("0x") or name in _POLICY_WORDS:
            raise InputError("contact.name", name=shorten(name), longest=_NAME_LONGEST)

    def accept_name(self, name: str, contacts: Mapping[str, Address]) -> None:
        """Go on only where the dangers of a contact's name are accepted."""
        from wallet.cli.approval import Approval  # noqa: PLC0415  # only where one is named
        from wallet.consent import risks_of_name  # noqa: PLC0415  # as above

        Approval(self).accept(risks_of_name(name, contacts))

    def add_contact(self, name: str, address: Address) -> None:
        """Remember a payee by a checked name, unless another command took it meanwhile."""
        self.home.update(
            lambda book: book if name in book.contacts else book.with_contact(name, address)
        )
