"""The list near by leaves out beforehand only what the engine would leave out."""

from dataclasses import replace
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import clock as project_clock
from help_requests.models import HelpRequest
from matching.candidates import near_me, unlock_values
from matching.demand import demands_of
from matching.engine import NO_CAP, DemandIndex, Filter
from matching.supply import supply_rows
from people.enums import HelpCategory
from people.models import Volunteer
from places.cells import cell_of
from tests.factories.academy import CourseFactory
from tests.factories.matching import Town

pytestmark = pytest.mark.django_db
KINDS = (HelpCategory.GROCERIES, HelpCategory.GARDEN, HelpCategory.COMPANY)


@pytest.fixture
def town(clock) -> Town:
    """Some hundred requests of three kinds within some ten kilometres, some of which ask for a course."""
    chance, town = Random(5), Town(volunteers=1)
    course = CourseFactory()
    volunteer = town.volunteers[0]
    liked = HelpCategory.to_mask(KINDS[:2])
    Volunteer.objects.filter(pk=volunteer.pk).update(reach_km=4.0, skills=liked)
    made = [
        HelpRequest(
            centre=town.centre,
            resident=town.request.resident,
            state=town.request.state,
            category=chance.choice(KINDS),
            cell=cell_of(
                volunteer.lat + chance.uniform(-0.06, 0.06), volunteer.lon + chance.uniform(-0.1, 0.1)
            ),
            dayparts=0,
        )
        for _ in range(150)
    ]
    HelpRequest.objects.bulk_create(made)
    for request in made[::3]:
        request.required_courses.add(course)
    volunteer.refresh_from_db()
    return town


def test_it_is_what_the_engine_finds_among_all(town):
    volunteer = town.volunteers[0]
    row = replace(supply_rows([volunteer.pk])[0], asks_cap=NO_CAP)
    everything = DemandIndex.from_demands(
        demands_of(HelpRequest.objects.select_related("resident", "centre"))
    )
    today = project_clock.today()
    best = everything.best(row, 200, today=today)
    assert [each.request.pk for each in near_me(volunteer, 200)] == [each.demand_id for each in best]
    assert 20 < len(best) < 120
    lacking = {gap.filter: gap for gap in everything.relaxations(row, today=today)}
    opens = [count for _course, count in unlock_values(volunteer)]
    assert opens == [lacking[Filter.TRAINING].count]
    # There is something to leave out by each rule, and something that only a course keeps away.
    assert min(lacking[rule].count for rule in (Filter.TRAINING, Filter.REACH, Filter.SKILLS)) > 5


def test_what_lies_too_far_is_not_read(town):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        near_me(town.volunteers[0], 5)
    far = cell_of(town.volunteers[0].lat + 0.06, town.volunteers[0].lon)
    wide = [query["sql"] for query in asked if '"description"' in query["sql"]]
    assert len(wide) == 1
    assert str(far) not in wide[0]
