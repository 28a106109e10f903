"""Two coordinators point the same thing out to one volunteer at the same moment: one message goes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
from django.db import connection, transaction

from events.models import EventRecord
from events.services import record
from events.worker import Worker
from matching.events import ShiftTipped, VacancyTipped
from matching.fitting import question_about
from matching.models import VacancyTip
from matching.services import point_out
from notifications.models import Notice
from people.models import User, Volunteer
from tests.concurrency.racing import race
from tests.factories.people import LAT, LON, CoordinatorFactory
from tests.factories.shifts import ShiftTown
from vacancies.models import Shift

pytestmark = pytest.mark.django_db(transaction=True)


def the_desk() -> tuple[ShiftTown, Volunteer, list[User]]:
    """A town with somebody to tell, and two coordinators."""
    town = ShiftTown(lat=LAT, lon=LON)
    return town, town.volunteer(), [town.coordinator, CoordinatorFactory(town.centre)]


def messages_sent() -> int:
    """How many messages have reached the volunteer once the worker is through."""
    Worker().run_due()
    return Notice.objects.filter(kind__in=["vacancy_tip", "shift_tip"]).count()


@pytest.mark.parametrize("what", ["vacancy", "shift"])
def test_one_wins_and_one_message_goes(what):
    for _ in range(3):
        town, volunteer, coordinators = the_desk()
        shift = town.shift() if what == "shift" else None
        told: list[tuple[VacancyTip, User]] = []

        def press(by: User, town=town, volunteer=volunteer, shift=shift, told=told) -> None:
            told.append((point_out(town.vacancy, volunteer, shift=shift, by=by), by))

        assert race(coordinators * 4, press) == {"won": 8}
        assert len({tip.pk for tip, _by in told}) == 1, "everybody sees what the first did"
        assert VacancyTip.objects.get(volunteer=volunteer).tipped_by in coordinators
        kinds = [VacancyTipped.type, ShiftTipped.type]
        assert (
            EventRecord.objects.filter(type__in=kinds, payload__volunteer_id=str(volunteer.pk)).count() == 1
        )
        before = Notice.objects.count()
        assert messages_sent() - before == 1


def test_a_vacancy_and_its_shift_at_once_are_two_things():
    town, volunteer, coordinators = the_desk()
    steps = list(zip(coordinators * 3, [None, town.shift(), None] * 2, strict=True))
    assert race(steps, lambda step: point_out(town.vacancy, volunteer, by=step[0], shift=step[1])) == {
        "won": 6
    }
    assert VacancyTip.objects.count() == messages_sent() == 2


@contextmanager
def without(name: str) -> Iterator[None]:
    """Take a constraint of the table away for a while."""
    guards = VacancyTip._meta.constraints
    guard = next(each for each in guards if each.name == name)
    others = [each for each in guards if each is not guard]
    # SQLite makes the table anew, from what the model says.
    with mock.patch.object(VacancyTip._meta, "constraints", others), connection.schema_editor() as editor:
        editor.remove_constraint(VacancyTip, guard)
    try:
        yield
    finally:
        VacancyTip.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(VacancyTip, guard)


@pytest.mark.parametrize("what", ["vacancy", "shift"])
def test_without_lock_and_constraint_the_volunteer_gets_two(what):
    """Negative control: the same steps, look, judge and tell, with neither lock nor constraint."""
    town, volunteer, coordinators = the_desk()
    shift: Shift | None = town.shift() if what == "shift" else None
    about = {"vacancy_id": town.vacancy.pk, "volunteer_id": volunteer.pk, "centre_id": town.centre.pk}
    both_have_looked = threading.Barrier(2, timeout=60)

    def press_naively(by: User) -> None:
        tip = VacancyTip(vacancy=town.vacancy, shift=shift, volunteer=volunteer, tipped_by=by)
        told = VacancyTip.objects.filter(vacancy=town.vacancy, shift=shift, volunteer=volunteer).exists()
        judged = question_about(town.vacancy, shift).judge(volunteer.pk)
        both_have_looked.wait()
        if not told and not judged.failed:
            with transaction.atomic():
                tip.save(force_insert=True)
                record(ShiftTipped(shift_id=shift.pk, **about) if shift else VacancyTipped(**about), actor=by)

    with without(f"one_tip_per_{what}"):
        assert race(coordinators, press_naively) == {"won": 2}
        assert VacancyTip.objects.count() == messages_sent() == 2
