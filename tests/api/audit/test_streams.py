"""Tests of the audit's streams: sides meet in one order, nothing large is ever held whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from api.audit.tables import LARGE, Row, Tables, out_of_order, together
from api.evidence.chain import ChainReader
from api.kernel.database import Database
from api.kernel.errors import Broken
from api.migrations.schema import metadata
from tests.api.world import NOW, TOKEN
from wallet.keccak import keccak256


def test_sides_meet_at_their_keys() -> None:
    """Every key of any side once, in order, with all that each side has under it."""
    left = [(1, "a"), (2, "b"), (2, "c"), (5, "d")]
    right = [(2, "x"), (3, "y")]
    assert list(together(left, right, ())) == [
        (1, [["a"], [], []]),
        (2, [["b", "c"], ["x"], []]),
        (3, [[], ["y"], []]),
        (5, [["d"], [], []]),
    ]


@pytest.mark.parametrize("moved", range(4))
def test_the_row_that_was_moved_is_named(moved: int) -> None:
    """Wherever it stands: its neighbours fit each other."""
    times = [NOW + timedelta(hours=n) for n in range(4)]
    times[moved] -= timedelta(days=1)
    rows: list[Row] = [{"id": n, "at": at} for n, at in enumerate(times)]
    found = [each.row for each in out_of_order("t", rows, "id", "at")]
    assert found == ([] if moved == 0 else [str(moved)])


@pytest.mark.parametrize("name", sorted(LARGE))
def test_a_large_table_is_never_in_memory(database: Database, name: str) -> None:
    """It is refused as a whole, and given row by row."""
    with database.reading() as connection:
        tables = Tables(connection)
        with pytest.raises(Broken):
            tables[name]
        key = next(iter(metadata.tables[name].primary_key.columns)).name
        assert list(tables.ordered(name, key)) == []


def test_text_is_ordered_as_python_orders_it(database: Database) -> None:
    """Not as a language does: both sides must have one order."""
    names = ["b", "B", "_", "a-b", "ab", "é"]
    counters = metadata.tables["counters"]
    with database.transaction() as connection:
        connection.execute(counters.delete())
        connection.execute(counters.insert(), [{"name": n, "last": 1} for n in names])
    with database.reading() as connection:
        found = [row["name"] for row in Tables(connection).ordered("counters", "name")]
    assert found == sorted(names)


def test_an_answer_that_is_too_large_is_asked_for_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every event once, in order, and no answer above the bound but that of one block."""
    monkeypatch.setattr("api.evidence.chain._MOST_BYTES", 4_000)
    sizes: list[tuple[int, int]] = []

    def urlopen(request: Any, timeout: int) -> Any:
        del timeout
        asked: Mapping[str, Any] = json.loads(request.data)
        return _Answer(_result(asked["method"], asked["params"], sizes))

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    told = ChainReader("http://node").words(
        caip2="eip155:1", token=TOKEN, first=1, blocks=[7], hashes=[]
    )
    blocks = [log.block for log in told.events.named("AccountFrozen")]
    assert blocks == [block for block in range(1, 61) for _ in range(3)]
    assert told.blocks == {7: "0x7"}
    assert any(last > first for first, last in sizes)


class _Answer:
    """What urlopen gives."""

    def __init__(self, result: Any) -> None:
        self._text = json.dumps({"result": result}).encode()

    def __enter__(self) -> _Answer:
        return self

    def __exit__(self, *_args: object) -> None:
        """Nothing to close."""

    def read(self, most: int | None = None) -> bytes:
        """So much of it."""
        return self._text[:most]


def _result(method: str, params: list[Any], sizes: list[tuple[int, int]]) -> Any:
    if method == "eth_getLogs":
        first, last = (int(params[0][word], 16) for word in ("fromBlock", "toBlock"))
        sizes.append((first, last))
        return [_log(block, index) for block in range(first, last + 1) for index in range(3)]
    if method == "eth_getBlockByNumber":
        return {"hash": f"0x{int(params[0], 16):x}", "timestamp": "0x10"}
    return {"eth_blockNumber": hex(60), "eth_call": "0x"}[method]


def _log(block: int, index: int) -> Mapping[str, Any]:
    topic = f"0x{keccak256(b'AccountFrozen(address)').hex()}"
    return {
        "logIndex": hex(index),
        "blockNumber": hex(block),
        "transactionHash": f"0x{block:064x}",
        "topics": [topic, "0x" + "00" * 12 + TOKEN[2:].lower()],
        "data": "0x",
    }
