"""Tests of the habits of every source, and of each rule on a source that breaks it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.tidy import habits, solidity
from tests.tidy.sources import ROOT, Source, sources

Rule = Callable[[Source], list[str]]
ALL = ("wallet", "api", "scripts", "tests")
PRODUCT = ALL[:-1]
ROOMS_READ: dict[Rule, tuple[str, ...]] = {
    habits.functions_are_short: ALL,
    habits.modules_are_short: ALL,
    habits.money_is_never_a_float: PRODUCT,
    habits.time_is_passed_in: PRODUCT,
    habits.public_names_are_documented: PRODUCT,
    habits.modules_name_their_room: PRODUCT,
}


@pytest.mark.parametrize("rule", habits.RULES, ids=lambda rule: rule.__name__)
def test_every_source_keeps_the_rule(rule: Rule) -> None:
    """Each breach is named with its file."""
    kept = sources(".py", *ROOMS_READ[rule])
    assert kept, "no source was read"
    assert [breach for source in kept for breach in rule(source)] == []


@pytest.mark.parametrize("rule", [solidity.functions_are_short, habits.modules_are_short])
def test_every_contract_keeps_the_rule(rule: Rule) -> None:
    """Solidity has the same limits."""
    kept = sources(".sol", "contracts")
    assert kept, "no contract was read"
    assert [breach for source in kept for breach in rule(source)] == []


LONG = "\n".join(["def f():", *["    x = 1"] * habits.FUNCTION_LINES])
BREAKS = [
    (habits.functions_are_short, "api/x.py", LONG),
    (habits.functions_are_short, "api/x.py", LONG.replace("def", "async def")),
    (habits.modules_are_short, "api/x.py", "x = 1\n" * (habits.MODULE_LINES + 1)),
    (habits.money_is_never_a_float, "wallet/money.py", "def f(x):\n    return float(x)"),
    (habits.money_is_never_a_float, "api/ledger/model.py", "rate = 0.1"),
    (habits.money_is_never_a_float, "api/bank/port.py", "amount: float"),
    (habits.money_is_never_a_float, "api/deposits/model.py", "x = list(map(float, y))"),
    (habits.time_is_passed_in, "api/deposits/flow.py", "x = datetime.now(UTC)"),
    (habits.time_is_passed_in, "api/deposits/flow.py", "x = datetime.datetime.utcnow()"),
    (habits.time_is_passed_in, "wallet/token.py", "x = time.time()"),
    (habits.time_is_passed_in, "wallet/token.py", "ask = time.time_ns"),
    (habits.time_is_passed_in, "wallet/token.py", "from time import time"),
    (habits.time_is_passed_in, "api/bank/port.py", "x = date.today()"),
    (habits.public_names_are_documented, "api/x.py", "x = 1"),
    (habits.public_names_are_documented, "api/x.py", '"""Bridge: x."""\ndef f(): return 1'),
    (habits.public_names_are_documented, "api/x.py", '"""Bridge: x."""\nclass A: x = 1'),
    (
        habits.public_names_are_documented,
        "wallet/x.py",
        '"""Wallet: x."""\nclass A:\n    """A."""\n    def f(self): return 1',
    ),
    (habits.modules_name_their_room, "api/bank/port.py", '"""The port."""'),
    (habits.modules_name_their_room, "api/bank/iso20022/x.py", '"""Iso20022: x."""'),
    (habits.modules_name_their_room, "wallet/cli/pay.py", '"""Cli: pay."""'),
    (habits.modules_name_their_room, "api/cli.py", ""),
]


@pytest.mark.parametrize(("rule", "path", "text"), BREAKS)
def test_the_rule_can_fail(rule: Rule, path: str, text: str) -> None:
    """A source that breaks the rule is found, with its place."""
    breaches = rule(Source(path, text))
    assert len(breaches) == 1
    assert breaches[0].startswith(path)


KEEPS = [
    ("api/bank/x.py", f'"""Bank: x."""\n{LONG[: -len("    x = 1")]}'.replace("def f", "def _f")),
    ("wallet/cli/x.py", '"""Wallet: x."""\nimport time\nSTART = time.monotonic()\nWAIT = 0.5'),
    ("api/kernel/clock.py", '"""Kernel: x."""\nNOW = datetime.now(UTC)'),
    ("api/ledger/_x.py", '"""Ledger: x."""\ndef f(minor: int): return minor * 3 // 2'),
    ("scripts/x.py", '"""Scripts: x."""\nRATIO = 1.5'),
]


@pytest.mark.parametrize(("path", "text"), KEEPS)
def test_what_is_allowed_passes(path: str, text: str) -> None:
    """The rules do not cry wolf."""
    source = Source(path, text)
    assert [breach for rule in habits.RULES for breach in rule(source)] == []


BODY = "{" + "\n x = 1;" * habits.FUNCTION_LINES + "}"


@pytest.mark.parametrize(
    "text",
    [
        f"contract C {{ function f(uint a) external view returns (uint) {BODY} }}",
        f'contract C {{ string s = "}}"; constructor() {BODY} }}',
        f"contract C {{ /* }} function g() {{ */ modifier only() {BODY} }}",
    ],
)
def test_a_long_solidity_function_is_found(text: str) -> None:
    """Braces in strings and comments do not mislead the count."""
    assert len(solidity.functions_are_short(Source("contracts/C.sol", text))) == 1


def test_a_short_solidity_function_passes() -> None:
    """Neither a declaration nor the function after it is counted as one long body."""
    declared = "interface I { function f(uint a) external; }\n" + "\n" * habits.FUNCTION_LINES
    text = declared + "contract C { function g() external { x = 1; } }"
    assert list(solidity.functions(text)) == [("g", habits.FUNCTION_LINES + 2, 1)]


@pytest.mark.parametrize("place", [*habits.MONEY, *habits.CLOCKS])
def test_the_places_that_rules_name_exist(place: str) -> None:
    """A room that has moved must not fall out of its rule unseen."""
    found = (ROOT / place).exists() or list(ROOT.glob(f"{place}*.py"))
    assert found, f"{place} is named in tests/tidy/habits.py and does not exist"
