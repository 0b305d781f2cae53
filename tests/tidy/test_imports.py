"""Tests of the import direction, and of each rule on a source that breaks it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.tidy import imports
from tests.tidy.sources import Source, sources

Rule = Callable[[Source], list[str]]


@pytest.mark.parametrize("rule", imports.RULES, ids=lambda rule: rule.__name__)
def test_every_source_keeps_the_rule(rule: Rule) -> None:
    """Each breach is named with its file and line."""
    kept = sources(".py", "wallet", "api")
    assert kept, "no source was read"
    assert [breach for source in kept for breach in rule(source)] == []


BREAKS = [
    (imports.wallet_knows_no_bridge, "wallet/token.py", "from api.ledger import post"),
    (imports.wallet_knows_no_bridge, "wallet/token.py", "import api.kernel.money as money"),
    (imports.wallet_knows_no_bridge, "wallet/cli/pay.py", "def f():\n    from api import web\n"),
    (imports.wallet_knows_no_bridge, "wallet/token.py", "from scripts.tools import ROOT"),
    (imports.product_knows_no_build_tool, "api/chain/sender.py", "from brownie import network"),
    (imports.product_knows_no_build_tool, "wallet/token.py", "import solcx"),
    (imports.kernel_imports_no_room, "api/kernel/lease.py", "from api.ledger import post"),
    (imports.kernel_imports_no_room, "api/kernel/lease.py", "from ..bank import port"),
    (imports.kernel_imports_no_room, "api/kernel/lease.py", "from api import bank"),
    (imports.rooms_meet_at_their_faces, "api/deposits/flow.py", "from api.ledger.store import x"),
    (imports.rooms_meet_at_their_faces, "api/deposits/flow.py", "import api.ledger.model"),
    (imports.rooms_meet_at_their_faces, "api/deposits/flow.py", "from api.bank import port"),
    (imports.rooms_meet_at_their_faces, "api/deposits/flow.py", "from ..ledger.model import x"),
    (imports.rooms_meet_at_their_faces, "api/deposits/routes.py", "from api.web.app import make"),
    (imports.rooms_meet_at_their_faces, "api/deposits/routes.py", "from api.web import service"),
]


@pytest.mark.parametrize(("rule", "path", "text"), BREAKS)
def test_the_rule_can_fail(rule: Rule, path: str, text: str) -> None:
    """A source that breaks the rule is found, with its place."""
    breaches = rule(Source(path, text))
    assert len(breaches) == 1
    assert breaches[0].startswith(f"{path}:")


KEEPS = [
    ("wallet/token.py", "from wallet.money import Currency\nimport http.client"),
    ("api/kernel/lease.py", "from api.kernel.clock import Clock\nfrom . import ids"),
    ("api/deposits/flow.py", "from api.ledger import post\nfrom api.kernel.money import Money"),
    ("api/deposits/flow.py", "from . import model\nfrom api.deposits.store import find"),
    ("api/statements/flow.py", "from api.bank.iso20022 import read_camt"),
    ("api/deposits/routes.py", "from api.web.bodies import read"),
    ("api/web/app.py", "from api.deposits.routes import router"),
    ("api/cli/serve.py", "from api.web.app import build"),
    ("api/bootstrap.py", "from api.bank.port import Bank"),
]


@pytest.mark.parametrize(("path", "text"), KEEPS)
def test_what_is_allowed_passes(path: str, text: str) -> None:
    """The rules leave the ways open that the house has."""
    source = Source(path, text)
    assert [breach for rule in imports.RULES for breach in rule(source)] == []
