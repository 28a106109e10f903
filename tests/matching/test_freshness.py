"""The index is never wrong after a refresh: changes, changes taken back, listeners cut, days that pass."""

import threading
import time
from contextlib import nullcontext
from datetime import timedelta
from unittest import mock

import pytest
from django.db import DatabaseError, connection, transaction

from common import clock as project_clock
from events import news
from events.queries import BATCH
from events.services import record
from matching import services
from matching import supply as module
from matching.candidates import best_candidates, judge
from matching.engine import Demand, Filter, kernel
from matching.models import Offer
from matching.supply import Supply
from people.enums import VolunteerState
from people.events import VolunteerChanged
from people.models import Volunteer
from tests.factories.matching import Town, open_request
from tests.factories.people import CentreFactory, VolunteerFactory

committing = pytest.mark.django_db(transaction=True)

HERE, FAR = (52.0292, 5.0806), (52.3, 5.4)


@pytest.fixture
def supply():
    supply = Supply()
    yield supply
    assert supply.settle(60)
    supply.forget()
    kernel.unload()


@pytest.fixture
def volunteer(clock):
    return VolunteerFactory(centre=CentreFactory(), screened=True)


def change(volunteer: Volunteer, **fields: object) -> None:
    """Change a row and say so, as every service does, in one transaction."""
    with transaction.atomic():
        Volunteer.objects.filter(pk=volunteer.pk).update(**fields)
        record(VolunteerChanged(volunteer_id=volunteer.pk, centre_id=volunteer.centre_id))


def found(supply: Supply, place: tuple[float, float] = HERE, required_skills: int = 0) -> list[object]:
    asked = Demand(
        id=1, kind="transport", latitude=place[0], longitude=place[1], required_skills=required_skills
    )
    with supply.fresh() as index:
        return [one.volunteer_id for one in index.best(asked, 9, today=project_clock.today())]


def soon(check) -> bool:
    """Whether it holds within some seconds: word of a commit takes its way, some tenths of a millisecond."""
    deadline = time.perf_counter() + 30
    while not check():
        if time.perf_counter() > deadline:
            return False
    return True


@committing
def test_homes_skills_and_leaving_reach_an_index_that_is_loaded(volunteer, supply):
    assert found(supply) == [volunteer.pk]
    change(volunteer, lat=FAR[0], lon=FAR[1])
    assert soon(lambda: found(supply) == [])
    assert found(supply, FAR) == [volunteer.pk]
    assert found(supply, FAR, 1 << 40) == []
    change(volunteer, skills=1 << 40)
    assert soon(lambda: found(supply, FAR, 1 << 40) == [volunteer.pk])
    change(volunteer, state=VolunteerState.LEFT)
    assert soon(lambda: found(supply, FAR) == [])


@committing
def test_what_was_read_in_a_transaction_that_is_taken_back_is_read_again(volunteer, supply):
    assert found(supply) == [volunteer.pk]
    with transaction.atomic():
        change(volunteer, lat=FAR[0], lon=FAR[1])
        assert found(supply, FAR) == [volunteer.pk]
        transaction.set_rollback(True)
    assert found(supply) == [volunteer.pk]
    with transaction.atomic():
        change(volunteer, skills=1 << 40)
        assert found(supply, HERE, 1 << 40) == [volunteer.pk]
    assert found(supply, HERE, 1 << 40) == [volunteer.pk]
    assert not supply._loaded.is_doubtful


@committing
@pytest.mark.parametrize("is_taken_back", [True, False])
def test_what_was_loaded_in_a_transaction_is_loaded_again_when_that_is_taken_back(
    volunteer, supply, is_taken_back
):
    with transaction.atomic():
        change(volunteer, lat=FAR[0], lon=FAR[1])
        assert found(supply, FAR) == found(supply, FAR) == [volunteer.pk]
        inside = supply._loaded
        transaction.set_rollback(is_taken_back)
    assert found(supply, HERE if is_taken_back else FAR) == [volunteer.pk]
    assert (supply._loaded is not inside) is is_taken_back
    assert not supply._loaded.is_doubtful


@committing
def test_more_than_is_read_at_once_is_read_to_the_end(volunteer, supply):
    other = VolunteerFactory(centre=volunteer.centre, screened=True, lat=FAR[0], lon=FAR[1])
    assert found(supply) == [volunteer.pk]
    with transaction.atomic():
        for _ in range(2 * BATCH):
            record(VolunteerChanged(volunteer_id=volunteer.pk, centre_id=volunteer.centre_id))
        change(other, lat=HERE[0], lon=HERE[1])
    assert len(found(supply)) == 2
    assert not supply._loaded._reader.is_behind


@committing
def test_a_refresh_that_fails_is_made_up_for(volunteer, supply):
    assert found(supply) == [volunteer.pk]
    change(volunteer, lat=FAR[0], lon=FAR[1])
    with mock.patch.object(module._Loaded, "_put", side_effect=DatabaseError):
        assert soon(lambda: fails(supply))
    assert found(supply) == []


def fails(supply: Supply) -> bool:
    try:
        found(supply)
    except DatabaseError:
        return True
    return False


@committing
def test_a_server_takes_changes_in_before_anybody_asks(volunteer, supply):
    supply.start()
    index, follower = supply._loaded.index, supply._follower
    if connection.vendor != "postgresql":  # nothing tells of a change: every question looks
        assert follower is None
        return
    with mock.patch.object(module._Loaded, "_put", side_effect=DatabaseError) as failing:
        change(volunteer, state=VolunteerState.LEFT)
        assert soon(lambda: failing.called)
    assert soon(lambda: volunteer.pk not in index)
    supply.forget()
    assert not follower.is_alive()


@committing
def test_a_listener_that_is_cut_misses_nothing(volunteer, supply):
    assert found(supply) == [volunteer.pk]
    listener = supply._news._listener
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [listener.info.backend_pid])
    change(volunteer, lat=FAR[0], lon=FAR[1])
    assert soon(lambda: found(supply) == [])


@committing
def test_a_new_day_loads_beside_the_questions_once_the_server_serves(volunteer, supply, clock):
    supply.start()
    old = supply._loaded
    clock.forward(days=1)
    gate, arrived, load = threading.Event(), threading.Event(), module.load_index

    def slow():
        arrived.set()
        assert gate.wait(60)
        return load()

    with mock.patch.object(module, "load_index", slow):
        assert found(supply) == [volunteer.pk]
        assert arrived.wait(60)
        change(volunteer, lat=FAR[0], lon=FAR[1])
        assert soon(lambda: found(supply) == [])
        assert supply._loaded is old
        gate.set()
        assert supply.settle(60)
    assert supply._loaded is not old
    assert found(supply, FAR) == [volunteer.pk]


@pytest.mark.django_db
def test_a_new_day_loads_at_once_elsewhere(volunteer, supply, clock):
    assert found(supply) == [volunteer.pk]
    old = supply._loaded
    assert (found(supply), supply._loaded) == ([volunteer.pk], old)
    clock.forward(days=1)
    assert found(supply) == [volunteer.pk]
    assert supply._loaded is not old


@pytest.mark.django_db
def test_an_index_with_many_rows_outside_its_buckets_is_loaded_anew(volunteer, supply, monkeypatch):
    assert found(supply) == [volunteer.pk]
    old = supply._loaded
    monkeypatch.setattr(module, "_MOST_OUTSIDE", 0)
    change(volunteer, lat=FAR[0], lon=FAR[1])
    assert soon(lambda: found(supply, FAR) == [volunteer.pk])
    assert found(supply, FAR) == [volunteer.pk]
    assert (supply._loaded is not old, supply._loaded.index.unsorted) == (True, 0)


@pytest.mark.django_db
def test_a_server_starts_without_its_database_and_loads_later(volunteer, supply):
    with mock.patch.object(module, "load_index", side_effect=DatabaseError):
        supply.start()
    assert supply._news._channel == news.CHANNEL  # nobody takes in what is told, and it would pile up
    assert found(supply) == [volunteer.pk]
    supply.start()
    assert kernel.load()


@committing
def test_another_transaction_that_looks_meanwhile_does_not_put_the_old_row_back_for_good(volunteer, supply):
    assert found(supply) == [volunteer.pk]
    inside, go_on = threading.Event(), threading.Event()

    def first() -> None:
        try:
            with transaction.atomic():
                change(volunteer, lat=FAR[0], lon=FAR[1])
                assert found(supply, FAR) == [volunteer.pk]
                inside.set()
                assert go_on.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(60)
    # SQLite lets one transaction write at a time; a look from outside will do there.
    with transaction.atomic() if connection.vendor == "postgresql" else nullcontext():
        assert found(supply) == [volunteer.pk]
    go_on.set()
    thread.join()
    assert soon(lambda: found(supply) == [])


@committing
def test_an_ask_counts_until_the_day_is_over_for_the_index_and_for_the_database(clock):
    town = Town(volunteers=1)
    Volunteer.objects.update(monthly_ask_cap=1)
    offer = services.ask_volunteer(open_request(town.centre), town.volunteers[0], by=town.coordinator)
    services.decline_offer(offer, by=town.volunteers[0].user)
    Offer.objects.update(sent_at=project_clock.now() - timedelta(days=30))
    for _ in range(2):
        assert judge(town.request, town.volunteers[0].pk).failed == Filter.ASKS_CAP
        assert best_candidates(town.request, 1) == []
        clock.forward(hours=2)
    clock.forward(days=1)
    assert judge(town.request, town.volunteers[0].pk).failed == Filter(0)
    assert [one.volunteer_id for one in best_candidates(town.request, 1)] == [town.volunteers[0].pk]
