"""Tests of the web: an app with fakes behind it, asked over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.chain import provide_chain
from api.chain.memory import MemoryChain
from api.web.app import create_app
from api.web.context import Bridge


@pytest.fixture
def app(bridge: Bridge) -> FastAPI:
    """The whole app over both stores."""
    made = create_app(bridge)
    provide_chain(made, MemoryChain())
    return made


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Asks the app; an error inside it arrives as its answer, as over a socket."""
    with TestClient(app) as asking:
        yield asking
