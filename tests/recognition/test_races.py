"""Two at the same moment: what a day holds, what comes from one source, and a limit that is told once."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from common import clock
from events.models import EventRecord
from recognition import services
from recognition.enums import ClaimKind, HoursState, Source
from recognition.models import HourEntry
from recognition.services import ClaimDetails
from tests.concurrency.racing import race
from tests.factories.matching import Town
from tests.factories.recognition import hours

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_long_days_entered_at_once_one_is_refused():
    town = Town(volunteers=2)
    user, other = (volunteer.user for volunteer in town.volunteers)
    today = clock.today()
    for days in range(4):
        day = today - timedelta(days=days)
        outcomes = race(
            [780, 781], lambda minutes, day=day: services.enter_hours(user, day=day, minutes=minutes, by=user)
        )
        assert outcomes == {"won": 1, "DayIsFull": 1}
    # Of two people there is nothing to refuse.
    outcomes = race(
        [user, other],
        lambda who: services.enter_hours(who, day=today - timedelta(days=9), minutes=780, by=who),
    )
    assert outcomes == {"won": 2}


def test_one_source_told_twice_at_once_and_one_entry_signed_twice_count_once():
    town = Town(volunteers=1)
    user, source = town.volunteers[0].user, uuid4()
    told = {"source": Source.TASK, "source_id": source, "centre": town.centre, "minutes": 60}
    outcomes = race(
        [0, 1, 2, 3],
        lambda days: services.propose_hours(user, day=clock.today() - timedelta(days=days), **told),
    )
    assert outcomes == {"won": 4}
    assert HourEntry.objects.filter(source_id=source).count() == 1
    entry = hours(user, town)
    race([entry] * 3, lambda each: services.approve_hours([each], by=town.coordinator))
    signed = EventRecord.objects.filter(type="recognition.hours_approved", payload__entry_id=str(entry.pk))
    assert signed.count() == 1
    entry.refresh_from_db()
    assert entry.state == HoursState.APPROVED


def test_a_limit_passed_by_two_claims_at_once_is_told_once():
    town = Town(volunteers=1)
    user = town.volunteers[0].user
    details = ClaimDetails(ClaimKind.ALLOWANCE, clock.today(), amount=Decimal("150.00"))
    race([1, 2, 3], lambda _number: services.submit_claim(user, details, by=user))
    told = EventRecord.objects.filter(type="recognition.limit_reached", payload__month__gt=0)
    assert [each.payload["nearness"] for each in told] == ["over"]
