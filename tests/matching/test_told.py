"""A changed row comes with the news, as it would be read; one that may lack a change is asked for."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections, transaction

from common import clock
from events import news
from events.models import EventRecord
from events.services import record
from events.wakeup import listen
from matching import supply as following
from matching import told as module
from matching.engine import Demand, Filter, kernel
from matching.engine import Screening as Step
from matching.loading import Snapshot, asks_from
from matching.supply import ACCOUNT_EVENTS, ROW_EVENTS, Supply, supply_rows
from matching.told import CHANNEL, Age, Newest, Told, told_in
from people.enums import VolunteerState
from people.events import UserSuspended, VolunteerChanged
from people.models import Volunteer
from safeguarding.enums import Requirement
from safeguarding.events import ScreeningChanged
from safeguarding.models import Screening
from tests.factories.people import CentreFactory, VolunteerFactory
from tests.matching.test_freshness import HERE, change, found, soon
from tests.matching.test_loading import populate

TELLS = connection.vendor == "postgresql"
committing = pytest.mark.django_db(transaction=True)


@pytest.fixture
def supply(monkeypatch):
    """An index of a process that hears of changes only as every other process does, and believes silence."""
    monkeypatch.setattr(news.bell, "ring", lambda: None)
    monkeypatch.setattr(news, "SILENCE_SECONDS", 3600)
    supply = Supply()
    supply._news = news.News(CHANNEL)
    yield supply
    supply.forget()


@pytest.fixture
def volunteer(transactional_db):
    return VolunteerFactory(centre=CentreFactory(), screened=True)


@pytest.fixture
def told(transactional_db):
    """What has been told since the last call, by a connection that listens."""
    if not TELLS:
        yield list
        return
    with listen(CHANNEL) as listener:

        def heard() -> list[str]:
            listener.execute("SELECT 1")  # what was sent before its answer has come with it
            return [each.payload for each in listener.notifies(timeout=0)]

        yield heard


@pytest.fixture
def looks(monkeypatch):
    """How often the database was asked what changed: one for each time."""
    looks: list[int] = []

    def counted(*args, load=following.load_news):
        looks.append(1)
        return load(*args)

    monkeypatch.setattr(following, "load_news", counted)
    return looks


def since() -> int:
    return int(asks_from().timestamp())


def all_are_over() -> bool:
    """Whether what is under way now ends: also in the databases of other tests, as they share their numbers.

    What is told while such a transaction lasts may lack its change.
    """
    if not TELLS:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        [following] = cursor.fetchone()

        def over() -> bool:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= %s", [following])
            return cursor.fetchone()[0]

        return soon(over)


def test_what_is_told_is_what_would_be_read(told):
    populate(Random(1))
    everybody = [*Volunteer.objects.values_list("pk", "centre")]
    with transaction.atomic():
        for one, centre in everybody:
            record(VolunteerChanged(volunteer_id=one, centre_id=centre))
    rows = {row.id: row for row in supply_rows()}
    heard = [told_in(each, since()) for each in told()]
    assert {each.volunteer_id: each.row for each in heard} == (
        {one: rows.get(one) for one, _ in everybody} if TELLS else {}
    )
    assert 0 < len(rows) < len(everybody)


def test_a_row_is_told_as_it_is_at_the_commit_and_not_when_it_is_taken_back(volunteer, told):
    with transaction.atomic():
        record(VolunteerChanged(volunteer_id=volunteer.pk, centre_id=volunteer.centre_id))
        Volunteer.objects.filter(pk=volunteer.pk).update(skills=8)  # after its event
    with transaction.atomic():
        change(volunteer, skills=16)
        transaction.set_rollback(True)
    assert [told_in(each, since()).row.skills for each in told()] == [8] * TELLS


def test_rows_of_another_version_or_day_say_nothing(volunteer, told, monkeypatch):
    change(volunteer, skills=8)
    heard = told()
    assert [told_in(each, since() + 86_400) for each in heard] == [None] * TELLS
    monkeypatch.setattr(module, "_version", lambda: "another")
    assert [told_in(each, since()) for each in heard] == [None] * TELLS
    assert told_in("", since()) is None


def test_a_change_of_an_account_says_only_that_somebody_changed(volunteer, told):
    with transaction.atomic():
        record(UserSuspended(user_id=volunteer.user_id))
    assert told() == [""] * TELLS


def test_no_change_fails_because_it_cannot_be_told(volunteer, told):
    if not TELLS:
        return
    EventRecord.objects.create(type=VolunteerChanged.type, payload={"volunteer_id": "nobody"})
    assert told() == [""]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE academy_completion RENAME TO elsewhere")
        try:
            change(volunteer, skills=8)
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO academy_completion")
    assert told() == [""]
    assert Volunteer.objects.get().skills == 8


def test_no_change_waits_for_a_table_that_somebody_holds(volunteer, told):
    if not TELLS:
        return
    with listen("nothing") as other, other.transaction():
        other.execute("SET LOCAL idle_in_transaction_session_timeout = '10s'")  # who waits, fails
        other.execute("LOCK TABLE academy_completion")
        change(volunteer, skills=8)
        assert told() == [""]
    assert Volunteer.objects.get().skills == 8


def test_a_changed_row_is_in_the_index_without_a_question(volunteer, supply, looks):
    assert found(supply) == [volunteer.pk]
    change(volunteer, skills=1 << 39)  # who has never looked is sure of nothing
    assert soon(lambda: found(supply, required_skills=1 << 39) == [volunteer.pk])
    assert all_are_over()
    looks.clear()
    change(volunteer, skills=1 << 40)
    assert soon(lambda: found(supply, required_skills=1 << 40) == [volunteer.pk])
    assert (not looks) is TELLS
    change(volunteer, state=VolunteerState.LEFT)
    assert soon(lambda: found(supply) == [])


def test_a_server_follows_what_is_told_without_a_question(volunteer, supply, looks, monkeypatch):
    monkeypatch.setattr(kernel, "load", lambda: False)
    supply.start()
    index = supply._loaded.index
    assert volunteer.pk in index
    assert all_are_over()
    looks.clear()
    change(volunteer, state=VolunteerState.LEFT)
    assert soon(lambda: volunteer.pk not in index) if TELLS else found(supply) == []
    assert (not looks) is TELLS


def test_what_is_told_in_another_version_is_asked_for(volunteer, supply, looks, monkeypatch):
    assert found(supply) == found(supply) == [volunteer.pk]
    monkeypatch.setattr(module, "_version", lambda: "another")
    change(volunteer, skills=1 << 40)
    looks.clear()
    assert soon(lambda: found(supply, required_skills=1 << 40) == [volunteer.pk])
    assert looks


@contextmanager
def before_it_commits(volunteer: Volunteer) -> Iterator[None]:
    """While it lasts a transaction has told its row, in which a skill is new, and has not committed."""
    ready, go_on = threading.Event(), threading.Event()

    def first() -> None:
        try:
            with transaction.atomic():
                change(volunteer, skills=1 << 40)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at its commit
                ready.set()
                assert go_on.wait(60)
        finally:
            connections.close_all()

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert ready.wait(60)
        yield
    finally:
        go_on.set()
        thread.join(60)


def lose_talk(volunteer: Volunteer) -> None:
    """Another change of the same volunteer: a screening counts no more."""
    with transaction.atomic():
        Screening.objects.filter(volunteer=volunteer, requirement=Requirement.TALK).delete()
        record(ScreeningChanged(volunteer_id=volunteer.pk, centre_id=volunteer.centre_id))


def both_are_in(supply: Supply, volunteer: Volunteer) -> bool:
    """Whether the index has the second change; in the end it has the first."""
    asked = Demand(
        id=1, kind="transport", latitude=HERE[0], longitude=HERE[1], required_skills=1 << 40,
        screenings=frozenset({Step.TALK}),
    )  # fmt: skip

    def failed() -> Filter:
        with supply.fresh() as index:
            return index.candidate(asked, volunteer.pk, today=clock.today()).failed

    assert soon(lambda: not failed() & Filter.SKILLS)
    return failed() == Filter.SCREENING


@pytest.mark.parametrize("is_careful", [True, False])
def test_two_changes_that_cross_are_both_in_the_index(volunteer, supply, monkeypatch, is_careful):
    if not TELLS:  # it has one writer
        return
    assert found(supply) == [volunteer.pk]
    change(volunteer, skills=1 << 39)
    assert soon(lambda: found(supply, required_skills=1 << 39) == [volunteer.pk])
    if not is_careful:  # who believes whatever is told loses one of them
        monkeypatch.setattr(Newest, "age", lambda self, told: Age.NEWER)
    with before_it_commits(volunteer):
        lose_talk(volunteer)
    assert both_are_in(supply, volunteer) is is_careful


def test_a_row_that_was_loaded_may_hold_what_one_told_before_lacks(volunteer, supply):
    if not TELLS:  # it has one writer
        return
    with before_it_commits(volunteer):
        lose_talk(volunteer)
        with supply._lock:
            supply._refreshed().catch_up()
    assert both_are_in(supply, volunteer)


def test_the_database_is_told_once_how_to_tell(django_assert_num_queries, db):
    types = [event.type for event in ROW_EVENTS + ACCOUNT_EVENTS]
    with django_assert_num_queries(int(TELLS)):
        module.install(types, "default")
    with django_assert_num_queries(2 * TELLS):
        module.install(types[1:], "default")
    with django_assert_num_queries(2 * TELLS):
        module.install(types, "default")


def test_what_is_told_is_written_alike_in_every_process(db):
    """A set comes in another order in each; then none would understand another."""
    if not TELLS:
        return
    tell = "import django; django.setup(); from matching.told import _version; print(_version())"
    other = subprocess.run(
        [sys.executable, "-c", tell],
        env={**os.environ, "PYTHONHASHSEED": "1", "DJANGO_SETTINGS_MODULE": "backend.settings"},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert other.stdout.split()[-1] == module._version()


@dataclass
class Past:
    """Transactions that change one of two values of volunteers, numbered as they begin."""

    random: Random
    values: dict[tuple[int, int], int] = field(default_factory=dict)
    running: dict[int, tuple[int, int]] = field(default_factory=dict)
    told: dict[int, tuple[int, tuple[int, int]]] = field(default_factory=dict)
    following: int = 100
    sent: list[tuple[int, int, int, tuple[int, int]]] = field(default_factory=list)

    def row(self, one: int) -> tuple[int, int]:
        return self.values.get((one, 0), 0), self.values.get((one, 1), 0)

    @property
    def oldest(self) -> int:
        return min(self.running, default=self.following)

    def begin(self) -> None:
        value = (self.random.randrange(3), self.random.randrange(2))
        if value not in self.running.values():  # a row is locked by who changes it
            self.running[self.following] = value
            self.following += 1

    def tell(self) -> None:
        if waiting := sorted(self.running.keys() - self.told.keys()):
            number = self.random.choice(waiting)
            one, which = self.running[number]
            row = list(self.row(one))
            row[which] = number
            self.told[number] = (self.oldest, (row[0], row[1]))

    def commit(self) -> None:
        if self.told:
            number = self.random.choice(sorted(self.told))
            self.values[self.running.pop(number)] = number
            oldest, row = self.told.pop(number)
            one = next(one for (one, _), value in self.values.items() if value == number)
            self.sent.append((number, oldest, one, row))


@pytest.mark.once
@pytest.mark.parametrize("is_careful", [True, False])
def test_whoever_takes_in_what_is_sure_and_asks_otherwise_is_never_wrong(is_careful):
    wrong, kinds = 0, dict.fromkeys(Age, 0)
    ids = [uuid4() for _ in range(3)]
    for seed in range(300):
        past, newest, index = Past(Random(seed)), Newest(), dict.fromkeys(range(3), (0, 0))

        def look(past=past, newest=newest, index=index) -> None:
            changed = {one for one in range(3) if index[one] != past.row(one)}
            index.update((one, past.row(one)) for one in changed)
            newest.look(Snapshot(past.oldest, past.following), [ids[one] for one in changed])

        for step in range(132):
            past.random.choice([past.begin, past.begin, past.tell, past.commit])()
            if step < 12:
                continue
            if step == 12:  # loaded in the midst of it, and only then looked at
                index.update((one, past.row(one)) for one in range(3))
                past.sent.clear()
                look()
            if past.random.random() < 0.03:
                look()
            if past.random.random() < 0.3:
                continue  # word of it takes its way
            unsure = False
            for number, oldest, one, row in past.sent:
                age = newest.age(Told(number, number, oldest, ids[one], None))
                kinds[age] += 1
                if age is Age.NEWER or (age is Age.UNSURE and not is_careful):
                    index[one] = row
                    newest.put(Told(number, number, oldest, ids[one], None))
                unsure |= age is Age.UNSURE and is_careful
            past.sent.clear()
            if unsure:
                look()
            wrong += any(index[one] != past.row(one) for one in range(3))
    assert all(kinds.values())
    assert (wrong == 0) is is_careful


@pytest.mark.once
def test_a_row_that_was_read_inside_a_transaction_may_hold_anything():
    newest, one, other = Newest(), UUID(int=1), UUID(int=2)
    told = [Told(1, 7, 7, each, None) for each in (one, other)]
    assert [newest.age(each) for each in told] == [Age.UNSURE, Age.UNSURE]
    newest.look(Snapshot(5, 7), [])
    assert [newest.age(each) for each in told] == [Age.NEWER, Age.NEWER]
    newest.look(None, [one])
    assert [newest.age(each) for each in told] == [Age.UNSURE, Age.NEWER]
    newest.look(Snapshot(6, 7), [one])
    assert [newest.age(each) for each in told] == [Age.NEWER, Age.NEWER]
    newest.look(Snapshot(8, 9), [])
    assert [newest.age(each) for each in told] == [Age.OLD, Age.OLD]
