"""The server's metrics for Prometheus. They contain nothing that a reader has typed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Gauge, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from s2s_ui.capacity.places import PLACES
from s2s_ui.session import caches

NAMES = "seq2scope"
REGISTRY = CollectorRegistry()
SESSIONS = Gauge("sessions", "Browsers that are connected.", namespace=NAMES, registry=REGISTRY)
ANSWERS = Histogram(
    "answer_seconds",
    "Time from the beginning to the end of a page's script.",
    ["page"],
    namespace=NAMES,
    registry=REGISTRY,
    buckets=(0.02, 0.05, 0.1, 0.2, 0.3, 0.6, 1, 2, 5, 10, 30),
)


@contextmanager
def timed(page: str) -> Iterator[None]:
    """Count and time the block as a response of this page, also if it fails."""
    began = time.perf_counter()
    try:
        yield
    finally:
        ANSWERS.labels(page).observe(time.perf_counter() - began)


class Sessions:
    """Counts the open connections of browsers, each of which is a session."""

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self.app, self.path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" or scope["path"] != self.path:
            await self.app(scope, receive, send)
            return
        with SESSIONS.track_inprogress():
            await self.app(scope, receive, send)


class _State(Collector):
    """Metrics that are read on request: computations, trainings, caches."""

    def collect(self) -> Iterator[Metric]:
        computations = GaugeMetricFamily(
            f"{NAMES}_computations", "Computations that run or wait for a place.", labels=["kind", "state"]
        )
        for kind, (running, waiting) in PLACES.load().items():
            computations.add_metric([kind, "running"], running)
            computations.add_metric([kind, "waiting"], waiting)
        yield computations
        trainings = GaugeMetricFamily(f"{NAMES}_trainings", "Trainings in memory, by status.", labels=["status"])
        for status, count in caches.workshop().counts().items():
            trainings.add_metric([status], count)
        yield trainings
        cached = GaugeMetricFamily(f"{NAMES}_cache_bytes", "Memory that the caches take.", labels=["cache"])
        cached.add_metric(["models"], caches.MODELS.size)
        cached.add_metric(["traces"], caches.TRACES.size)
        yield cached


for _collector in (_State(), ProcessCollector(registry=None), PlatformCollector(registry=None)):
    REGISTRY.register(_collector)


def answer(_: Request) -> Response:
    """All numbers as text."""
    return Response(
        generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
    )
