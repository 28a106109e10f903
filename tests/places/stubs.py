"""Stand-ins for the network, at the edge where geopy meets it."""

from collections.abc import Mapping
from typing import Any

from geopy.adapters import BaseSyncAdapter

from places.geocoding.pdok import PdokLocatieserver


class StubAdapter(BaseSyncAdapter):
    """A geopy adapter that gives one answer, or raises it, and remembers what was asked."""

    def __init__(
        self, *, answer: Any, calls: list[tuple[str, float, Mapping[str, str]]], **transport: Any
    ) -> None:
        super().__init__(**transport)
        self._answer = answer
        self._calls = calls

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        self._calls.append((url, timeout, headers))
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        raise AssertionError("PDOK answers in JSON")


def pdok(answer: Any, calls: list[Any] | None = None, **options: Any) -> PdokLocatieserver:
    """PDOK, as far as we can tell: everything but the wire is real."""
    remembered = [] if calls is None else calls
    return PdokLocatieserver(
        adapter_factory=lambda **transport: StubAdapter(answer=answer, calls=remembered, **transport),
        **options,
    )


def document(**fields: Any) -> dict[str, Any]:
    """One address as PDOK describes it."""
    return {
        "weergavenaam": "Dorpsstraat 12, 3431AB Nieuwegein",
        "centroide_ll": "POINT(5.08123456 52.03123456)",
        "postcode": "3431AB",
        "wijkcode": "WK035601",
    } | fields


def answer(*documents: dict[str, Any]) -> dict[str, Any]:
    return {
        "response": {"numFound": len(documents), "start": 0, "numFoundExact": True, "docs": list(documents)}
    }
