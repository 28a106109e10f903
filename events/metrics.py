"""The event queue in Prometheus's words, read from the table at each scrape."""

from collections.abc import Iterator

import structlog
from django.db import Error as DatabaseError
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from events.failures import describe
from events.queries import queue_age_seconds, queue_sizes

log = structlog.get_logger(__name__)


class QueueCollector(Collector):
    """``events_queue_age_seconds`` and ``events_queue_records{state}``. Silent while the database is away."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name the metrics without reading the database."""
        yield _age()
        yield _sizes()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the table."""
        age, sizes = _age(), _sizes()
        try:
            age.add_metric([], queue_age_seconds())
            for state, number in queue_sizes().items():
                sizes.add_metric([state], number)
        except DatabaseError as error:
            log.warning("queue_metrics_failed", **describe(error))
            return
        yield age
        yield sizes


def _age() -> GaugeMetricFamily:
    return GaugeMetricFamily(
        "events_queue_age_seconds", "Seconds the oldest ready event has waited for a worker"
    )


def _sizes() -> GaugeMetricFamily:
    return GaugeMetricFamily("events_queue_records", "Open events, by what they wait for", labels=["state"])


def register() -> None:
    """Add the collector to the process's registry. Called once, when the app is ready."""
    REGISTRY.register(QueueCollector())
