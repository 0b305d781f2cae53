"""Web: GET /metrics, for Prometheus (text format 0.0.4), under a token of its own.

On the API's port, because every process gives the same figures: they are read from the database
and the chain at each look. Under a token, because how much may be issued is nobody's business;
of its own, because whoever watches need not be able to act.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from api.chain import ChainDep, ChainView, position
from api.kernel.errors import NotFound, Unauthorised, Unavailable
from api.web.context import Bridge, BridgeDep
from api.web.counting import UNAVAILABLE
from api.web.measures import FAMILIES, Sample, of_bank, of_chain, of_database

__all__ = ["router"]

router = APIRouter(tags=["service"])


@router.get("/metrics", include_in_schema=False)
def metrics(
    bridge: BridgeDep,
    chain: ChainDep,
    authorization: Annotated[str | None, Header()] = None,
) -> Response:
    """Every figure, or those that can be had: a database or a chain that is down is one, too."""
    _require_token(bridge, authorization)
    registry = CollectorRegistry()
    registry.register(_Given([*_measured(bridge, chain), *_counted(UNAVAILABLE)]))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _require_token(bridge: Bridge, authorization: str | None) -> None:
    expected = bridge.secrets.metrics_token
    if expected is None:
        raise NotFound(
            "This bridge shows no metrics.", remedy="Set metrics.token_file in its settings."
        )
    scheme, _, token = (authorization or "").partition(" ")
    given, wanted = (hashlib.sha256(t).digest() for t in (token.encode(), expected.reveal()))
    if scheme.lower() != "bearer" or not hmac.compare_digest(given, wanted):
        raise Unauthorised(
            "This needs the token for metrics.", remedy="Send it as: Authorization: Bearer <token>."
        )


def _measured(bridge: Bridge, chain: ChainView) -> Iterator[Sample]:
    depth = bridge.settings.chain.depth
    yield Sample("jiaozi_chain_depth", depth, {})
    read: int | None = None
    try:
        with bridge.database.reading() as connection:
            found = list(of_database(connection, bridge.clock.now()))
            at = position(connection)
        read = None if at is None else at[0]
        yield Sample("jiaozi_database_up", 1, {})
        yield from found
    except Unavailable:
        yield Sample("jiaozi_database_up", 0, {})
    yield from of_bank(bridge.bank)
    yield from of_chain(chain, read, depth)


def _counted(counter: Counter) -> Iterator[Sample]:
    for metric in counter.collect():
        for each in metric.samples:
            if each.name.endswith("_total"):
                yield Sample(each.name, each.value, each.labels)


class _Given(Collector):
    """Samples as the library's exposition takes them, with the help text of every family."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self._samples = list(samples)

    def collect(self) -> Iterator[Metric]:
        """A family for each name."""
        for name, help_text in FAMILIES.items():
            kind = Metric(name.removesuffix("_total"), help_text, "counter")
            family = kind if name.endswith("_total") else GaugeMetricFamily(name, help_text)
            for sample in self._samples:
                if sample.family == name:
                    family.add_sample(name, dict(sample.labels), sample.value)
            yield family
