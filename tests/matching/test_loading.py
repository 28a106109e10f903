"""Everybody read by column is everybody read by row, on either database."""

import threading
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from unittest import mock

import numpy as np
import psycopg
import pytest
from django.db import DatabaseError, connection
from django.db.models import F

from common import clock as project_clock
from matching import copying, loading
from matching.copying import Part
from matching.engine import SupplyIndex
from matching.enums import AssignmentState, OfferOrigin, OfferState
from matching.models import Assignment, Offer
from matching.supply import supply_rows
from people.enums import VolunteerState
from people.models import Volunteer
from safeguarding.enums import Requirement, ScreeningState
from tests.factories.academy import CourseFactory, train
from tests.factories.matching import open_request
from tests.factories.people import CentreFactory, ScreeningFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def held(index: SupplyIndex) -> dict[Any, Any]:
    """Everything the index keeps, by volunteer."""
    table, roster = index._table, index._roster
    rows = {}
    for row in table.alive().tolist():
        gate, skills, person, standing = (array[row] for array in table.arrays.values())
        run = table.lessons.entries[person["trained"] :]
        trainings = run[1 : 1 + int(run[0])].tolist()
        rows[roster.id_at(row)] = (gate, skills, person.tolist()[:-1], repr(standing.tolist()), trainings)
    return rows


def populate(random: Random) -> None:
    today = project_clock.today()
    centres = [CentreFactory() for _ in range(2)]
    courses = [CourseFactory(), CourseFactory(), CourseFactory()]
    for _ in range(25):
        volunteer = VolunteerFactory(
            centre=random.choice(centres),
            state=random.choice([*VolunteerState, VolunteerState.ACTIVE]),
            lat=52 + random.random() / 10,
            lon=5 + random.random() / 10,
            reach_km=random.choice([0.5, 2.5, 5, 100]),
            skills=random.getrandbits(63),
            dayparts=random.getrandbits(21),
            languages=random.getrandbits(32),
            dislikes=random.getrandbits(32),
            paused_until=random.choice([None, today - DAY, today, today + 9 * DAY]),
            adult=random.random() < 0.8,
            monthly_ask_cap=random.choice([0, 1, 2, 8, 300]),
            running_cap=random.choice([1, 2, 300]),
            consented_at=random.choice([None, project_clock.now(), project_clock.now()]),
        )
        if random.random() < 0.2:
            Volunteer.objects.get(pk=volunteer.pk).user.__class__.objects.filter(pk=volunteer.user_id).update(
                **random.choice([{"is_active": False}, {"suspended_at": project_clock.now()}])
            )
        for requirement in random.sample(list(Requirement), 3):
            ScreeningFactory(
                volunteer=volunteer,
                requirement=requirement,
                state=random.choice(
                    [ScreeningState.VALID] * 3 + [ScreeningState.REQUIRED, ScreeningState.BLOCKED]
                ),
                valid_until=random.choice([None, today - 400 * DAY, today + 9 * DAY]),
            )
        for course in random.sample(courses, 2):
            for ago in range(random.choice([0, 1, 2])):
                train(
                    volunteer,
                    course,
                    completed_on=today - (9 + ago) * DAY,
                    valid_until=random.choice([None, today - DAY, today + 9 * DAY]),
                    revoked_at=random.choice([None, None, project_clock.now()]),
                )
        for request in (open_request(centres[0]), open_request(centres[1])):
            offer = Offer.objects.create(
                volunteer=volunteer,
                request=request,
                origin=random.choice(list(OfferOrigin)),
                state=OfferState.DECLINED,
                sent_at=project_clock.now() - random.choice([1, 29, 31, 400]) * DAY,
            )
            state = random.choice([AssignmentState.DONE, AssignmentState.PLANNED, AssignmentState.CANCELLED])
            Assignment.objects.create(volunteer=volunteer, request=request, offer=offer, state=state)
    courses[2].__class__.objects.filter(pk=courses[2].pk).update(retired_at=project_clock.now())


@pytest.mark.parametrize("seed", range(3))
def test_the_index_by_column_holds_what_the_rows_say(clock, seed, monkeypatch):
    populate(Random(seed))
    for part in range(3):  # each leaves a third where it lay and writes the rest behind it
        Volunteer.objects.filter(adult=part % 2).update(monthly_ask_cap=F("monthly_ask_cap"))
    monkeypatch.setattr(copying, "_BLOCKS", 1)
    if loading.copies():
        assert len(copying._pieces(loading._people())) > 1
    rows = supply_rows()
    loaded = loading.load_index()
    assert held(loaded) == held(SupplyIndex.from_rows(rows))
    assert len(loaded) == len(rows) > 3
    assert any(row.trainings for row in rows)
    assert any(row.asks for row in rows)
    assert any(row.running for row in rows)
    few = [row.id for row in rows[::2]] + [VolunteerFactory(consented_at=None).pk]
    read = loading.load_rows(few)
    assert sorted(read, key=repr) == sorted(supply_rows(few), key=repr)
    assert len(read) == len(few) - 1


def test_nobody_is_an_empty_index(clock):
    assert len(loading.load_index()) == 0


def test_it_takes_six_queries_however_many(clock, django_assert_num_queries):
    for _ in range(4):
        VolunteerFactory(screened=True)
    # A copy is not counted; how large a table is, is asked of the two large ones.
    with django_assert_num_queries(2 if loading.copies() else 6):
        assert len(loading.load_index()) == 4
    few = [*Volunteer.objects.values_list("pk", flat=True)[:3]]
    with django_assert_num_queries(1 if loading.copies() else 6):
        assert len(loading.load_rows(few)) == 3


def read(**kinds: str) -> copying.Columns:
    with copying.reading([Part(Volunteer.objects.all(), kinds)]) as [[found]]:
        return found


def test_empty_values_are_refused(clock):
    VolunteerFactory(paused_until=None)
    with pytest.raises(ValueError, match="empty values"):
        read(id="id", paused_until="day")


def test_days_and_moments_count_from_the_same_day(clock):
    volunteer = VolunteerFactory(paused_until=project_clock.today())
    found = read(id="id", paused_until="day", consented_at="moment", lat="float", adult="bool")
    day = (project_clock.today() - copying.EPOCH).days
    assert [found["paused_until"].tolist(), found["consented_at"].tolist()] == [[day], [day]]
    assert int(found["id"][0, 0]) << 64 | int(found["id"][0, 1]) == volunteer.pk.int
    assert (found["lat"].tolist(), found["adult"].dtype) == ([volunteer.lat], np.bool_)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-07-14T21:59:59Z", date(2026, 7, 14)),
        ("2026-07-14T22:00:00Z", date(2026, 7, 15)),
        ("2026-12-31T22:59:59.999999Z", date(2026, 12, 31)),
        ("2026-12-31T23:00:00Z", date(2027, 1, 1)),
        ("1999-12-31T23:30:00Z", date(2000, 1, 1)),
    ],
)
def test_a_moment_counts_for_the_day_it_is_here(clock, moment, day):
    volunteer, at = VolunteerFactory(), datetime.fromisoformat(moment)
    Offer.objects.create(
        volunteer=volunteer, request=open_request(volunteer.centre), origin=OfferOrigin.WAVE, sent_at=at
    )
    asks, number = loading._asks(at), (day - copying.EPOCH).days
    with copying.reading([asks]) as [[found]]:
        assert found["last_asked"].tolist() == [number]
    assert [row.last_asked for row in (*loading.load_rows([volunteer.pk]), *supply_rows())] == [number] * 2


@pytest.mark.once
def test_each_requirement_has_a_first_letter_of_its_own():
    assert len({each[0] for each in Requirement}) == len(Requirement)


@pytest.mark.django_db(transaction=True)
def test_what_is_read_over_several_connections_is_of_one_moment(clock, monkeypatch):
    """What commits between two pieces is in neither, and in both at the next loading."""
    volunteers = [VolunteerFactory(skills=1, screened=True) for _ in range(2)]
    before, whole, changed = held(loading.load_index()), copying._copied, threading.Event()

    def late(*given):
        if not changed.is_set():
            changed.set()
            with psycopg.connect(**connection.get_connection_params()) as other:
                other.execute("UPDATE people_volunteer SET skills = 2")
                other.execute("UPDATE safeguarding_screening SET valid_until = '2031-01-01'")
        return whole(*given)

    if loading.copies():  # elsewhere one connection reads
        monkeypatch.setattr(copying, "_copied", late)
        assert held(loading.load_index()) == before
        assert changed.is_set()
        monkeypatch.undo()
        after = held(loading.load_index())
        assert after != before
        assert after == held(SupplyIndex.from_rows(supply_rows()))
        assert int(after[volunteers[0].pk][1]) == 2
    assert before.keys() == {volunteer.pk for volunteer in volunteers}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failing", ["connect", "copy"])
def test_a_connection_beside_that_fails_is_an_error_of_the_database(clock, monkeypatch, failing):
    VolunteerFactory()
    error = mock.Mock(side_effect=psycopg.OperationalError("too many clients"))
    if failing == "connect":
        monkeypatch.setattr(copying.psycopg, "connect", error)
    else:
        monkeypatch.setattr(copying, "_copied", error)
    with pytest.raises(DatabaseError) if loading.copies() else nullcontext():
        assert len(loading.load_index()) == 1
    assert error.called is loading.copies()
    monkeypatch.undo()
    assert len(loading.load_index()) == 1  # nothing is left open
