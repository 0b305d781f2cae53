"""Web: the app, assembled. Rooms bring their routes; this module brings what surrounds them."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from api.deposits.routes import router as deposits
from api.links.routes import router as links
from api.operations.routes import router as operations
from api.proofs.routes import router as proofs
from api.redemptions.routes import router as redemptions
from api.refunds.routes import router as refunds
from api.reserve.routes import router as reserve
from api.statements.routes import router as statements
from api.transfers.routes import post_in_order
from api.transfers.routes import router as transfers
from api.web import docs_page, metrics, openapi, problems, service
from api.web.context import Bridge
from api.web.layers import BodyGuard, Shield
from api.web.short import Short

__all__ = ["create_app"]

_STREAMED: Final = frozenset({"/v1/statements"})
_SHORT: Final = {("POST", "/v1/transfers"): post_in_order}
_ROUTERS: Final = (
    service.router,
    metrics.router,
    links,
    transfers,
    redemptions,
    refunds,
    reserve,
    proofs,
    deposits,
    statements,
    operations,
)


def create_app(bridge: Bridge) -> FastAPI:
    """The bridge over HTTP. Gives each request an id, each error a remedy."""
    app = FastAPI(
        title="Jiaozi bridge",
        version=version("jiaozi"),
        description="Bank deposits become tokens, signed orders become payouts, exactly once.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
    )
    app.state.bridge = bridge
    app.openapi = partial(openapi.document, app)  # type: ignore[method-assign] # FastAPI's own way to replace it
    problems.install(app, bridge.log)
    for router in _ROUTERS:
        app.include_router(router, responses=openapi.ERRORS)

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(
            docs_page.page(app.openapi()), headers={"Content-Security-Policy": docs_page.POLICY}
        )

    app.add_middleware(Short, ways=_SHORT)
    app.add_middleware(BodyGuard, streamed=_STREAMED)
    app.add_middleware(Shield, log=bridge.log)
    return app
