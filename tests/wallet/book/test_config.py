"""Tests of wallet.book.networks: config.toml is read strictly and written back the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.address import checksum
from wallet.book import Network, Networks
from wallet.errors import InputError, SetupError
from wallet.money import Currency

NETWORK = Network(
    chain_id=31337,
    rpc_url="http://127.0.0.1:8545",
    token=checksum(b"\x7e" * 20),
    token_name="Euro Deposit",
    symbol="dEUR",
    currency=Currency.of("EUR"),
    first_block=3,
    depth=2,
    bank_url="http://127.0.0.1:8000",
)
_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(_text, _text, st.none() | _text)
def test_what_is_written_reads_back(name: str, symbol: str, bank: str | None) -> None:
    network = replace(NETWORK, token_name=name, symbol=symbol, bank_url=bank)
    networks = Networks({"main": network, "test-2": replace(network, chain_id=5)}, "test-2")
    assert Networks.from_toml(networks.to_toml()) == networks
    assert networks.pick(None).chain_id == 5
    assert Networks.from_toml(Networks({"main": network}).to_toml()).pick("main") == network


@pytest.mark.parametrize(
    ("line", "changed", "field"),
    [
        ("chain_id = 31337", "chain_id = 0", "chain_id"),
        ("chain_id = 31337", 'chain_id = "31337"', "chain_id"),
        ("chain_id = 31337", "chain_id = true", "chain_id"),
        ("chain_id = 31337", "", "chain_id"),
        ('currency = "EUR"', 'currency = "EURO"', "currency"),
        ("depth = 2", "depth = -1", "depth"),
        ("depth = 2", "depth = 2.5", "depth"),
        ("token = ", "token = '0x12' #", "token"),
        ("rpc_url = ", "rpc_url = '' #", "rpc_url"),
        ("[network]", "[other]", "network"),
        ('[bank]\nurl = "http://127.0.0.1:8000"', "[bank]\nurl = 5", "url"),
        ('[bank]\nurl = "http://127.0.0.1:8000"', "bank = 5", "url"),
    ],
)
def test_a_wrong_field_is_named(line: str, changed: str, field: str) -> None:
    text = Networks({"main": NETWORK}).to_toml()
    assert line in text
    if changed == "bank = 5":
        text = "bank = 5\n" + text.replace(line, "")
    with pytest.raises(SetupError) as caught:
        Networks.from_toml(text.replace(line, changed))
    assert (caught.value.code, caught.value.values["field"]) == ("config.field", field)


@pytest.mark.parametrize("text", ["[network", "a = 1\na = 2", "= 1"])
def test_what_is_no_toml_is_refused(text: str) -> None:
    with pytest.raises(SetupError) as caught:
        Networks.from_toml(text)
    assert caught.value.code == "config.syntax"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ('use = "other"', "use"),
        ("use = 5", "use"),
        ("[networks.Main]\nchain_id = 1", "networks.Main"),
        ("[networks.main]\nchain_id = 1", "networks.main"),
        ("[networks.x]\nchain_id = 0", "chain_id"),
        ("networks = 5", "networks"),
    ],
)
def test_a_further_network_is_read_as_strictly(more: str, field: str) -> None:
    text = Networks({"main": NETWORK}).to_toml()
    text = text + more if more.startswith("[") else more + "\n" + text
    with pytest.raises(SetupError) as caught:
        Networks.from_toml(text)
    assert (caught.value.code, caught.value.values["field"]) == ("config.field", field)


def test_what_an_earlier_version_wrote_is_the_main_network() -> None:
    """As it was written before there could be several."""
    text = f"""# Written by `jiaozi init`. URLs may be edited; the rest names what is signed for.
[network]
chain_id = 31337
rpc_url = "http://127.0.0.1:8545"
token = "{NETWORK.token}"
token_name = "Euro Deposit"
symbol = "dEUR"
currency = "EUR"
first_block = 3
depth = 2

[bank]
url = "http://127.0.0.1:8000"
"""
    assert Networks.from_toml(text) == Networks({"main": NETWORK})


def test_names_are_checked() -> None:
    networks = Networks({"main": NETWORK})
    for name in ("", "a b", "A", "-a", "ü", "a" * 31):
        with pytest.raises(InputError):
            networks.put(name, NETWORK)
    with pytest.raises(SetupError):
        networks.use("other")
    with pytest.raises(InputError):
        networks.without("main")
    with pytest.raises(InputError):
        networks.put("b", NETWORK).use("b").without("b")
    assert networks.put("b", NETWORK).without("b") == networks
