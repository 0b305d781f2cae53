"""Tests of speeding up and cancelling on a real node, which has its own rules for replacements."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.wallet.test_real_token import YOU, Blocks, Real, real
from tests.wallet.world import ADDRESS, PASSWORD, PHRASE
from wallet.cli.run import run
from wallet.cli.session import Environment

__all__ = ["real"]

Jiaozi = Callable[..., Any]


@pytest.fixture
def jiaozi(real: Real, tmp_path: Path) -> Jiaozi:
    """The command over a wallet with native coin, on a chain that takes fees, mines when asked."""
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "phrase").write_text(PHRASE)
    line = ("--home", str(tmp_path / "home"), "--password-file", str(tmp_path / "password"))
    clock = Blocks(real.contracts.mine)

    def call(*arguments: str) -> Any:
        out, err = io.StringIO(), io.StringIO()
        world = Environment(io.StringIO(), out, err, {}, clock)
        code = run([*arguments, *line, "--yes", "--json"], world)
        assert code == 0, err.getvalue()
        return json.loads(out.getvalue())

    urls = ("--network", str(real.contracts.file), "--rpc", real.contracts.anvil.url)
    call("init", "--phrase-file", str(tmp_path / "phrase"), *urls)
    rpc = real.client.rpc
    rpc.call("anvil_setBalance", ADDRESS, hex(10**18))
    rpc.call("evm_setAutomine", False)
    return call


@pytest.mark.parametrize("base_fee", [0, 7 * 10**9])
def test_a_node_takes_the_faster_attempt(real: Real, jiaozi: Jiaozi, base_fee: int) -> None:
    real.client.rpc.call("anvil_setNextBlockBaseFeePerGas", hex(base_fee))
    real.client.rpc.call("evm_mine")
    first = jiaozi("send", "250.00", YOU.address, "--direct", "--no-wait")
    second = jiaozi("send", "--speed-up", first["id"], "--no-wait")
    assert second["id"] == first["id"]
    assert second["tx_hash"] != first["tx_hash"]
    assert not real.client.rpc.knows(bytes.fromhex(first["tx_hash"][2:]))
    third = jiaozi("send", "--speed-up", first["id"])
    assert (third["state"], real.balance(YOU.address)) == ("FINAL", 250_00)


@pytest.mark.parametrize("base_fee", [0, 7 * 10**9])
def test_a_node_takes_the_cancellation(real: Real, jiaozi: Jiaozi, base_fee: int) -> None:
    real.client.rpc.call("anvil_setNextBlockBaseFeePerGas", hex(base_fee))
    real.client.rpc.call("evm_mine")
    first = jiaozi("send", "250.00", YOU.address, "--direct", "--no-wait")
    assert jiaozi("send", "--cancel", first["id"])["state"] == "CANCELLED"
    assert real.balance(YOU.address) == 0
    again = jiaozi("send", "1.00", YOU.address, "--direct")  # the next nonce is free
    assert (again["state"], real.balance(YOU.address)) == ("FINAL", 1_00)
