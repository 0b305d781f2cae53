"""Tests of the library's public face, and of the small parts that everything stands on."""

from __future__ import annotations

import doctest
import subprocess
import sys
from importlib import import_module

import pytest

import wallet
from wallet.clock import SystemClock
from wallet.keccak import keccak256


def test_every_public_name_is_there_and_is_the_modules_own() -> None:
    assert len(wallet.__all__) == len(set(wallet.__all__))
    for name in wallet.__all__:
        module = import_module(f"wallet.{wallet._HOME[name]}")
        assert getattr(wallet, name) is getattr(module, name)


def test_nothing_else_is_promised() -> None:
    assert set(wallet.__all__) == set(wallet._HOME)
    with pytest.raises(AttributeError, match="nothing_such"):
        wallet.nothing_such  # noqa: B018  # that it fails is the test


def test_the_examples_run() -> None:
    result = doctest.testmod(wallet)
    assert result.attempted >= 4
    assert result.failed == 0


def test_importing_the_package_loads_none_of_its_modules() -> None:
    program = "import sys, wallet; print([m for m in sys.modules if m.startswith('wallet.')])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_keccak_is_not_sha3() -> None:
    assert keccak256(b"").hex() == (
        "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    )


def test_the_clock_goes_on() -> None:
    clock = SystemClock()
    before = clock.now()
    clock.sleep(1)
    assert clock.now() >= before > 1_700_000_000
