"""Tests of docs/guide/wallet-library.md: each of its examples runs, in the order of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import wallet
from tests.wallet.fakebank import FakeBank
from tests.wallet.fakechain import TOKEN, FakeChain
from tests.wallet.hardware.fakeledger import FakeLedger
from tests.wallet.world import ADDRESS, serve
from wallet.hardware import apdu

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "wallet-library.md"
NODE = "http://127.0.0.1:8545"
TEXT = PAGE.read_text("utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def url() -> Iterator[str]:
    """A chain where the page's account holds 100.00."""
    chain = FakeChain()
    chain.tiers[ADDRESS] = 1
    chain.issue(1, ADDRESS, 100_00)
    with serve(chain, FakeBank(chain)) as url:
        yield url


def test_the_examples_run(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(EXAMPLES) >= 12
    monkeypatch.setattr(apdu, "open_hid", FakeLedger)  # of the page's own phrase
    names: dict[str, Any] = {"__name__": "example"}
    for number, example in enumerate(EXAMPLES, 1):
        exec(compile(example.replace(NODE, url), f"example {number}", "exec"), names)  # noqa: S102  # the page is ours
    assert capsys.readouterr().out == "100.00 EUR\nLook at the device.\n"
    assert names["token"] == TOKEN


def test_the_page_shows_what_the_library_promises() -> None:
    """Every kind of thing the library is for stands on the page, and nothing that it lacks."""
    shown = set(re.findall(r"from wallet import (.+)", TEXT))
    names = {name.strip() for line in shown for name in line.split(",")} - {"mnemonic", "…`"}
    assert {name for name in names if name.isidentifier()} <= set(wallet.__all__)
    for wanted in ("TokenClient", "AsyncTokenClient", "Web3Account", "TypedData", "PrivateNode"):
        assert wanted in names
