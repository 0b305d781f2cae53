"""Wallet: config.toml, the networks that this wallet knows, and which of them is used.

    use = "test"            which network is meant where none is named; "main" if it is left out
    [network] and [bank]    the network "main", written by `jiaozi init`
    [networks.NAME]         each further one, with its bank_url

A file with [network] and [bank] alone, as every earlier wallet has it, is complete.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from wallet.book.config import Network, quoted, table_field, text_field
from wallet.errors import InputError, SetupError
from wallet.hints import Final
from wallet.money import shorten
from wallet.record import Record

#: The name of the network that [network] and [bank] describe.
MAIN: Final = "main"
_FILE: Final = "config.toml"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,29}", re.ASCII)


class Networks(Record):
    """All networks by name, and the name of the one in use. A change gives another one."""

    known: Mapping[str, Network]
    used: str = MAIN

    def pick(self, name: str | None) -> Network:
        """A network by its name, the one in use for None; SetupError if there is none."""
        return self.known[self.checked(name or self.used)]

    def section(self, name: str | None) -> str | None:
        """Where the book keeps what was signed for a network; None for the main one."""
        found = self.checked(name or self.used)
        return None if found == MAIN else self.known[found].asset()

    def checked(self, name: str) -> str:
        """The name itself; SetupError if no network has it."""
        if name not in self.known:
            raise SetupError("network.unknown", name=shorten(name), known=", ".join(self.known))
        return name

    def put(self, name: str, network: Network) -> Networks:
        """With this network under this name; InputError for a name that cannot be one."""
        if _NAME.fullmatch(name) is None:
            raise InputError("network.name", name=shorten(name))
        return Networks({**self.known, name: network}, self.used)

    def use(self, name: str) -> Networks:
        """With another network in use."""
        return Networks(self.known, self.checked(name))

    def without(self, name: str) -> Networks:
        """Without one of the further networks."""
        self.checked(name)
        if name in (MAIN, self.used):
            raise InputError("network.needed", name=name)
        return Networks({n: each for n, each in self.known.items() if n != name}, self.used)

    def to_toml(self) -> str:
        """The file's text."""
        lines = ["# Written by jiaozi. URLs may be edited; the rest names what is signed for."]
        if self.used != MAIN:
            lines.append(f"use = {quoted(self.used)}")
        for name, network in self.known.items():
            is_main = name == MAIN
            lines += ["[network]" if is_main else f"[networks.{name}]", *network.rows()]
            if network.bank_url is not None:
                bank = quoted(network.bank_url)
                lines += ["", "[bank]", f"url = {bank}"] if is_main else [f"bank_url = {bank}"]
            lines.append("")
        return "\n".join(lines)

    @classmethod
    def from_toml(cls, text: str) -> Networks:
        """Read the file; SetupError naming the field that is missing or wrong."""
        try:
            whole = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SetupError("config.syntax", reason=str(error)) from error
        bank = whole.get("bank", {})
        url = text_field(bank, "url") if bank else None
        known = {MAIN: Network.from_table(table_field(whole, "network"), url)}
        more = table_field(whole, "networks") if "networks" in whole else {}
        for name in more:
            if name == MAIN or _NAME.fullmatch(name) is None:
                raise SetupError("config.field", file=_FILE, field=f"networks.{shorten(name)}")
            table = table_field(more, name)
            url = text_field(table, "bank_url") if "bank_url" in table else None
            known[name] = Network.from_table(table, url)
        used = text_field(whole, "use") if "use" in whole else MAIN
        if used not in known:
            raise SetupError("config.field", file=_FILE, field="use")
        return cls(known, used)
