"""Every list costs as many questions to the database for many rows as for few (threat 17).

All addresses without a parameter, pages and API alike, are read by whoever may, in a small town and in the
same town grown. What grows with the rows shows as a difference.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.worker import Worker
from matching import services
from safeguarding.services import report_concern
from tests.access.test_matrix import Visitors, expected
from tests.access.world import ACTORS, World, build_world
from tests.factories.academy import CourseFactory, train
from tests.factories.matching import open_request
from tests.factories.people import ResidentFactory, VolunteerFactory

pytestmark = pytest.mark.django_db
READERS = ("coordinator", "helper")
# Made from everything at once: figures for a machine, the description of the API, a file to take along.
NO_LISTS = (
    "metrics",
    "api/v1/openapi.json",
    "api/v1/docs",
    "profiel/rechten/kopie.zip",
    "kennis/beheer/bestanden/alles.zip",
)


def lists_of(reader: str) -> list[str]:
    """Addresses without a parameter that answer this person."""
    column = ACTORS.index(reader)
    return [
        route
        for (method, route), statuses in expected().items()
        if method == "GET" and "<" not in route and statuses[column] == "200" and route not in NO_LISTS
    ]


def grow(world: World, times: int) -> None:
    """More of everything that stands in a list, for the same people where it can be."""
    centre, coordinator = world.volunteer.centre, world.people["coordinator"]
    for _ in range(times):
        volunteer = VolunteerFactory(centre=centre, screened=True)
        resident = ResidentFactory(centre=centre, user=None)
        request = open_request(centre, resident=resident)
        services.accept_offer(services.ask_volunteer(request, volunteer, by=coordinator), by=volunteer.user)
        open_request(centre, resident=ResidentFactory(centre=centre))
        train(volunteer, CourseFactory())
        report_concern(centre, story="Nog een zorg.")
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


@pytest.mark.timeout(300)  # every list there is, four times
def test_a_town_that_grew_costs_every_list_as_many_queries(clock):
    world = build_world()
    grow(world, 2)
    visitors = Visitors(world)
    asked = [(reader, route) for reader in READERS for route in lists_of(reader)]
    assert len(asked) > 30
    before = {each: cost_of(visitors, *each) for each in asked}
    rows = {name: rows_of(visitors, name) for name in ("assignments", "residents", "help-requests")}
    grow(world, 5)
    assert all(rows_of(visitors, name) > rows[name] for name in rows), (
        "a town that did not grow proves nothing"
    )
    after = {each: cost_of(visitors, *each) for each in asked}
    grown = {each: (before[each], after[each]) for each in asked if after[each] > before[each]}
    assert grown == {}
