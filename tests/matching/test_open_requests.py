"""The open requests in memory are those of the database, whatever happened, for every volunteer."""

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from academy import services as courses
from backend import serving
from common import clock as project_clock
from common.errors import DomainError
from help_requests import services as requests
from help_requests.enums import ASKABLE, TO_TRIAGE, FiledAs, RequestState
from help_requests.models import HelpRequest
from matching import open_requests as module
from matching import services
from matching.candidates import first_near_me, near_me, one_near_me, unlock_values
from matching.demand import asked_by, demands_of
from matching.engine import NO_CAP, DemandIndex, Filter
from matching.enums import OFFER_OPEN, AssignmentState, CancelledBy, CancelReason, OfferState
from matching.models import Assignment, Offer
from matching.open_requests import open_requests
from matching.supply import supply, supply_rows
from people import services as people
from people.enums import ALL_DAYPARTS, HelpCategory
from people.models import Representative, Resident, Volunteer
from places.cells import cell_of
from safeguarding import services as safeguarding
from safeguarding.enums import Requirement
from safeguarding.models import Block
from tests.conftest import Clock
from tests.factories.academy import CourseFactory
from tests.factories.matching import Town, open_request
from tests.factories.people import LAT, CentreFactory, ResidentFactory

committing = pytest.mark.django_db(transaction=True)
KINDS = (HelpCategory.GROCERIES, HelpCategory.GARDEN)
SUMMARY = "Even helpen."


def anew(volunteer: Volunteer) -> tuple[list[object], int]:
    """What an index of all open requests of the centre says, built from the database for this question."""
    row = replace(supply_rows([volunteer.pk])[0], asks_cap=NO_CAP)
    today = project_clock.today()
    answered = OFFER_OPEN | {OfferState.ACCEPTED, OfferState.DECLINED}
    waiting = (
        HelpRequest.objects.filter(centre=volunteer.centre_id, state__in=ASKABLE)
        .exclude(on_date__lt=today)
        .exclude(until_date__lt=today)
        .exclude(pk__in=Offer.objects.filter(volunteer=volunteer, state__in=answered).values("request"))
    )
    demands = demands_of(waiting.select_related("resident", "centre"))
    index = DemandIndex.from_demands(replace(one, asked=frozenset()) for one in demands)
    gaps = {gap.filter: dict(gap.by) for gap in index.relaxations(row, today=today)}
    return list(index.best(row, 90, today=today)), sum(gaps.get(Filter.TRAINING, {}).values())


def same(volunteers: list[Volunteer]) -> int:
    """Compare for each; return how many requests were found in all."""
    found = 0
    for volunteer in volunteers:
        best, opened = anew(volunteer)
        shown = near_me(volunteer, 90)
        assert [one.candidate for one in shown] == best
        assert [one.request.pk for one in shown] == [one.demand.id for one in shown]
        assert sum(count for _, count in unlock_values(volunteer)) == opened
        found += len(best)
    return found


class NothingThere(Exception):
    """It cannot happen now."""


class Life:
    """Random things that happen to requests, through the services that make them happen."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.town = Town(volunteers=3)
        self.centres = [self.town.centre, CentreFactory()]
        self.residents = [ResidentFactory(centre=self.chance.choice(self.centres)) for _ in range(4)]
        for resident, lon in zip(self.residents, (5.06, 5.07, 5.08, 5.09), strict=True):
            Resident.objects.filter(pk=resident.pk).update(any_screened_volunteer=True)
            self._put(resident, lon)
        for resident in self.residents:
            resident.refresh_from_db()
        self.courses = [CourseFactory(), CourseFactory()]
        self.volunteers = self.town.volunteers
        self.seen: dict[UUID, int] = {}
        for resident in self.residents[:3] * 4:
            open_request(resident.centre, resident=resident, **self._details())
            self._look()
        Volunteer.objects.update(skills=HelpCategory.to_mask(KINDS), dayparts=ALL_DAYPARTS, monthly_ask_cap=2)

    def step(self) -> None:
        happening = self.chance.choice(
            [self.file] * 2
            + [self.approve] * 4
            + [self.ask, self.come, self.answer] * 2
            + [self.edit, self.widen, self.cancel, self.finish, self.withdraw, self.move, self.speak]
            + [self.block, self.act_for, self.consent, self.train, self.retire, self.demand]
        )
        with suppress(DomainError, NothingThere), transaction.atomic():
            happening()
        self._look()

    def _look(self) -> None:
        """Note what is new, so that the order of ids made in one moment decides nothing."""
        for model in (HelpRequest, Offer, Assignment, Block, Representative):
            for pk in model.objects.values_list("pk", flat=True):
                self.seen.setdefault(pk, len(self.seen))

    def _one(self, rows: QuerySet[Any]) -> Any:
        found = sorted(rows, key=lambda row: self.seen[row.pk])
        if not found:
            raise NothingThere
        return self.chance.choice(found)

    def _open(self) -> HelpRequest:
        return self._one(HelpRequest.objects.filter(state__in=ASKABLE))

    def _someone(self) -> Volunteer:
        return Volunteer.objects.get(pk=self.chance.choice(self.volunteers).pk)

    def _resident(self) -> Resident:
        return Resident.objects.get(pk=self.chance.choice(self.residents).pk)

    def _details(self) -> dict[str, object]:
        day = project_clock.today() + timedelta(days=self.chance.randrange(4))
        return {
            "category": self.chance.choice(KINDS),
            "on_date": self.chance.choice([None, day]),
            "dayparts": self.chance.choice([ALL_DAYPARTS, 0b1, 0b11 << 6]),
            "adults_only": self.chance.random() < 0.5,
        }

    def file(self) -> None:
        requests.file_request(
            self._resident(), by=None, filed_as=FiledAs.COORDINATOR, description="Hulp", **self._details()
        )

    def approve(self) -> None:
        asked = self.chance.sample(self.courses, self.chance.choice([0, 0, 1]))
        request = self._one(HelpRequest.objects.filter(state__in=TO_TRIAGE))
        requests.open_request(request, by=None, summary=SUMMARY, required_courses=asked)

    def edit(self) -> None:
        requests.edit_request(self._open(), by=None, **self._details())

    def widen(self) -> None:
        requests.widen_request(self._open(), by=None, dayparts=self.chance.choice([ALL_DAYPARTS, 0b111 << 3]))

    def ask(self) -> None:
        services.ask_volunteer(self._open(), self._someone(), by=None)

    def answer(self) -> None:
        offer = self._one(Offer.objects.filter(state__in=OFFER_OPEN))
        verb = self.chance.choice([services.accept_offer, services.decline_offer])
        verb(offer, by=offer.volunteer.user)

    def come(self) -> None:
        volunteer = self._someone()
        services.come_forward(self._open(), volunteer, by=volunteer.user)

    def cancel(self) -> None:
        centre, reason = CancelledBy.CENTRE, CancelReason.OTHER
        services.cancel_assignment(self._one(Assignment.objects.all()), side=centre, reason=reason, by=None)

    def finish(self) -> None:
        went_well = self._one(Assignment.objects.exclude(state=AssignmentState.CANCELLED))
        Assignment.objects.filter(pk=went_well.pk).update(state=AssignmentState.DONE)

    def withdraw(self) -> None:
        requests.withdraw(self._open(), by=None)

    def move(self) -> None:
        resident = self._resident()
        self._put(resident, self.chance.choice([5.06, 5.07, 5.08, 5.3]))
        requests.follow_home(resident.pk)

    def _put(self, resident: Resident, lon: float) -> None:
        Resident.objects.filter(pk=resident.pk).update(cell=cell_of(LAT, lon))

    def speak(self) -> None:
        people.update_resident(self._resident(), by=None, languages=self.chance.choice([0b1, 0b10, 0b11]))

    def block(self) -> None:
        running = Block.objects.filter(ended_at=None)
        if running.exists() and self.chance.random() < 0.5:
            safeguarding.unblock(self._one(running), by=None)
        else:
            safeguarding.block(self._someone(), self._resident(), by=None)

    def act_for(self) -> None:
        running = Representative.objects.filter(ended_at=None)
        if running.exists() and self.chance.random() < 0.5:
            people.stop_representing(self._one(running), by=None)
        else:
            people.represent(self._resident(), self._someone().user, by=None)

    def consent(self) -> None:
        resident = self._resident()
        if resident.consented_at:
            people.withdraw_consent(resident, by=None)
        else:
            people.give_consent(resident, by=None)

    def train(self) -> None:
        requests.require_courses(self._open(), by=None, courses=self.chance.sample(self.courses, 1))

    def retire(self) -> None:
        if self.chance.random() < 0.3:
            courses.retire_course(self.courses[0], by=None)

    def demand(self) -> None:
        kind = self.chance.choice(KINDS)
        if self.chance.random() < 0.5:
            steps = Requirement.to_mask(self.chance.sample(list(Requirement), 1))
            safeguarding.set_requirements(self.town.centre, kind, steps, by=None)
        else:
            kinds = self.chance.choice([[], [kind]])
            courses.set_required_for(self.courses[1], self.town.centre, kinds, by=None)


@committing
@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_it_is_what_an_index_built_anew_says(seed: int, clock: Clock) -> None:
    """Also inside transactions, after they are taken back in part or whole, and as days pass."""
    life = Life(seed)
    chance = life.chance
    assert same(life.volunteers) > 9
    for _ in range(18):
        with transaction.atomic() if chance.random() < 0.4 else nullcontext():
            life.step()
            if connection.in_atomic_block:
                same(life.volunteers[:1])
                with transaction.atomic():
                    life.step()
                    life.step()
                    same(life.volunteers[1:2])
                    transaction.set_rollback(chance.random() < 0.5)
                same(life.volunteers[2:])
                transaction.set_rollback(chance.random() < 0.5)
        same(life.volunteers)
        clock.forward(hours=chance.choice([0, 0, 0, 9, 30]))
    assert not open_requests._kept.is_doubtful


@pytest.fixture
def town(clock: Clock) -> Town:
    """Two requests near by, in memory."""
    town = Town(volunteers=1)
    open_request(town.centre)
    assert len(shown(town)) == 2
    return town


def shown(town: Town) -> list[UUID]:
    return [one.request.pk for one in near_me(town.volunteers[0], 9)]


def soon(check: Callable[[], bool]) -> bool:
    """Whether it holds within some seconds: word of a commit takes its way."""
    deadline = time.perf_counter() + 30
    while not check():
        if time.perf_counter() > deadline:
            return False
    return True


@pytest.mark.django_db
def test_what_no_event_told_of_is_not_shown_once_it_is_gone_or_otherwise(town: Town) -> None:
    HelpRequest.objects.filter(pk=town.request.pk).update(state=RequestState.WITHDRAWN)
    with open_requests.fresh(town.centre.pk, asked_by(town.centre.pk)) as index:
        assert town.request.pk in index
    assert first_near_me(town.volunteers[0], 2, 9)[1] == 1
    assert town.request.pk not in shown(town)
    [left] = shown(town)
    HelpRequest.objects.filter(pk=left).update(dayparts=0b11)
    assert shown(town) == [left]
    HelpRequest.objects.filter(pk=left).update(dayparts=0b1)
    Volunteer.objects.update(dayparts=0b10)
    assert one_near_me(town.volunteers[0], left, 9) is None


@pytest.mark.django_db
def test_a_course_that_is_given_no_more_keeps_nobody_away(town: Town) -> None:
    course = CourseFactory()
    requests.require_courses(town.request, by=None, courses=[course])
    assert town.request.pk not in shown(town)
    courses.retire_course(course, by=None)
    assert town.request.pk in shown(town)


@pytest.mark.django_db
def test_only_what_is_shown_is_read(town: Town) -> None:
    with CaptureQueriesContext(connection) as asked:
        found, count = first_near_me(town.volunteers[0], 1, 9)
        assert (len(found), count) == (1, 2)
        assert one_near_me(town.volunteers[0], found[0].request.pk, 9) == found[0]
    wide = [query["sql"] for query in asked if '"description"' in query["sql"]]
    assert len(wide) == 2
    left_out = next(one for one in shown(town) if one != found[0].request.pk)
    assert not any(left_out.hex in sql or str(left_out) in sql for sql in wide)


@committing
def test_a_refresh_that_fails_and_a_listener_that_is_cut_are_made_up_for(town: Town) -> None:
    listener = open_requests._news._listener
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [listener.info.backend_pid])
    requests.withdraw(town.request, by=None)
    with mock.patch.object(module._Kept, "_read_again", side_effect=DatabaseError):
        assert soon(lambda: fails(town))
    assert town.request.pk not in kept_of(town)


def fails(town: Town) -> bool:
    try:
        shown(town)
    except DatabaseError:
        return True
    return False


def kept_of(town: Town) -> DemandIndex:
    with open_requests.fresh(town.centre.pk, asked_by(town.centre.pk)) as index:
        return index


@committing
def test_another_transaction_that_looks_meanwhile_does_not_put_the_old_row_back_for_good(town: Town) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def first() -> None:
        try:
            with transaction.atomic():
                requests.withdraw(town.request, by=None)
                assert town.request.pk not in kept_of(town)
                inside.set()
                assert go_on.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(60)
    # SQLite lets one transaction write at a time; a look from outside will do there.
    with transaction.atomic() if connection.vendor == "postgresql" else nullcontext():
        assert town.request.pk in kept_of(town)
    go_on.set()
    thread.join()
    assert soon(lambda: town.request.pk not in kept_of(town))


@committing
def test_what_was_loaded_in_a_transaction_that_is_taken_back_is_loaded_again(town: Town) -> None:
    open_requests.forget()
    with transaction.atomic():
        requests.withdraw(town.request, by=None)
        assert len(shown(town)) == 1
        transaction.set_rollback(True)
    assert len(shown(town)) == 2
    kept = open_requests._kept
    with transaction.atomic():
        safeguarding.set_requirements(
            town.centre, HelpCategory.GROCERIES, Requirement.to_mask([Requirement.REFERENCES]), by=None
        )
        requests.withdraw(town.request, by=None)
        assert len(shown(town)) == 1
        transaction.set_rollback(True)
    assert len(shown(town)) == 2
    assert open_requests._kept is kept


@committing
def test_a_server_loads_all_centres_reads_on_by_itself_and_loads_anew_each_day(
    town: Town, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0.01)
    open_requests.forget()
    open_request(CentreFactory())
    with mock.patch.object(supply, "start"), mock.patch.object(serving.connections, "close_all"):
        serving.warm_up()
    kept, follower = open_requests._kept, open_requests._follower
    assert len(open_requests) == 3
    if connection.vendor == "postgresql":
        requests.withdraw(town.request, by=None)
        assert soon(lambda: len(kept) == 2)
        clock.forward(days=1)
        assert soon(lambda: open_requests._kept is not kept)
        assert soon(lambda: len(open_requests) == 2)
    else:  # nothing tells of a change: every question looks
        assert follower is None
        clock.forward(days=1)
        assert len(shown(town)) == 2
        assert open_requests._kept is not kept
    open_requests.forget()
    assert follower is None or not follower.is_alive()


@pytest.mark.django_db
def test_a_server_starts_without_its_database_and_loads_later(town: Town) -> None:
    open_requests.forget()
    with mock.patch.object(module._Kept, "load_all", side_effect=DatabaseError):
        open_requests.start()
    assert len(shown(town)) == 2


@pytest.mark.django_db
def test_more_than_is_read_again_one_by_one_is_loaded_anew(town: Town, monkeypatch) -> None:
    monkeypatch.setattr(module, "_MOST_AGAIN", 0)
    kept = open_requests._kept
    requests.withdraw(town.request, by=None)
    assert town.request.pk not in shown(town)
    assert open_requests._kept is not kept
