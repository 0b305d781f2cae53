"""Tests of deposits: the contracts on a real chain, for what is measured there."""

from tests.api.fixtures import deployed

__all__ = ["deployed"]
