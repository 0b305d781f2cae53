"""Chain: how a route gets the chain. `api.bootstrap` puts it on the app beside the bridge."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, FastAPI, Request

from api.chain.view import ChainView

__all__ = ["ChainDep", "chain_of", "provide_chain"]


def provide_chain(app: FastAPI, chain: ChainView) -> None:
    """Give an app the chain that its routes ask."""
    app.state.chain = chain


def chain_of(request: Request) -> ChainView:
    """The chain of the app that a request came to."""
    return cast("ChainView", request.app.state.chain)


async def _chain(request: Request) -> ChainView:
    # not for waiting's sake: what is not a coroutine costs a change of threads
    return chain_of(request)


ChainDep = Annotated[ChainView, Depends(_chain)]
"""Parameter type by which a route gets the chain."""
