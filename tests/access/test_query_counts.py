"""Every list costs as many questions to the database for many rows as for few (threat 17).

All addresses without a parameter, pages and API alike, are read by whoever may, in a small town and in the
same town grown. What grows with the rows shows as a difference.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.worker import Worker
from tests.access.growing import grow_once
from tests.access.test_matrix import Visitors, expected
from tests.access.world import ACTORS, World, build_world

pytestmark = pytest.mark.django_db
# The first two read all that is theirs, the others what those may not.
READERS = ("coordinator", "helper", "organisation", "trainer", "owner")
# Made from everything at once: figures for a machine, the description of the API, a file to take along.
NO_LISTS = (
    "metrics",
    "api/v1/openapi.json",
    "api/v1/docs",
    "profiel/rechten/kopie.zip",
    "kennis/beheer/bestanden/alles.zip",
)


# Lists of the API that show the coordinator that the town grew.
GROWING = ("assignments", "residents", "help-requests", "vacancies", "applications")


def lists() -> list[tuple[str, str]]:
    """Addresses without a parameter with who reads them: the first two all theirs, others what is left."""
    asked: list[tuple[str, str]] = []
    for (method, route), statuses in expected().items():
        if method == "GET" and "<" not in route and route not in NO_LISTS:
            let_in = [reader for reader in READERS if statuses[ACTORS.index(reader)] == "200"]
            asked += [(reader, route) for reader in let_in if reader in READERS[:2]] or [
                (reader, route) for reader in let_in[:1]
            ]
    return asked


def grow(world: World, times: int) -> None:
    """A larger town."""
    for _ in range(times):
        grow_once(world)
    Worker().run_due()


def cost_of(visitors: Visitors, reader: str, route: str) -> int:
    """How many queries one reading takes, after another has filled what is kept in memory."""
    client, path = visitors._clients[reader], "/" if route == "home" else f"/{route}"
    client.get(path)
    with CaptureQueriesContext(connection) as taken:
        assert client.get(path).status_code == 200, path
    return len(taken)


def rows_of(visitors: Visitors, name: str) -> int:
    """How many rows the coordinator gets of a list of the API."""
    return len(visitors._clients["coordinator"].get(f"/api/v1/{name}").json()["items"])


@pytest.fixture(autouse=True)
def _unlimited(monkeypatch):
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.allow_request", lambda *_args: True)


@pytest.mark.timeout(600)  # every list there is, four times
def test_a_town_that_grew_costs_every_list_as_many_queries(clock):
    world = build_world()
    grow(world, 2)
    visitors = Visitors(world)
    asked = lists()
    assert len(asked) > 30
    before = {each: cost_of(visitors, *each) for each in asked}
    rows = {name: rows_of(visitors, name) for name in GROWING}
    grow(world, 5)
    assert all(rows_of(visitors, name) > rows[name] for name in rows), (
        "a town that did not grow proves nothing"
    )
    after = {each: cost_of(visitors, *each) for each in asked}
    grown = {each: (before[each], after[each]) for each in asked if after[each] > before[each]}
    assert grown == {}
