"""Numbers for Prometheus, for whoever carries the token that is set for it; without one this page does not exist."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterable, Iterator

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from desk.room import Room
from storage.gauges import Gauge, gauges

router = APIRouter()
BEARER = "Bearer "


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Whether a token is set at all cannot be told from outside."""
    room: Room = request.app.state.room
    sent = request.headers.get("authorization", "")
    wanted = BEARER + room.metrics_token
    if not room.metrics_token or not hmac.compare_digest(wanted.encode(), sent.encode()):
        raise HTTPException(404)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collected(gauges(room.store, time.time())))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class Collected(Collector):
    """Gauges, as the library wants to have them."""

    def __init__(self, found: Iterable[Gauge]) -> None:
        self._found = tuple(found)

    def collect(self) -> Iterator[Metric]:
        for gauge in self._found:
            family = GaugeMetricFamily(gauge.name, gauge.told, labels=gauge.labels)
            for labels, value in gauge.values:
                family.add_metric(labels, value)
            yield family
