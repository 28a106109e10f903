"""Hours, thanks and reimbursements of the demonstration town: a year of them, and some for each login."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from common import clock
from matching.advice import BY_SLUG
from matching.enums import AssignmentState
from matching.models import Assignment
from matching.services.advice import ask_talk, note_talk, take_talk
from people.enums import HelpCategory
from people.models import Centre, Organisation, User, Volunteer
from recognition.enums import ClaimKind, Giver, HoursState, MilestoneKind, RefusalReason, Source, Warmth
from recognition.models import Claim, HourEntry, Milestone, Thanks
from recognition.services import (
    ClaimDetails,
    Shows,
    approve_claims,
    enter_hours,
    refuse_hours,
    share_passport,
    submit_claim,
)

SEED = 250
THANKED = 0.25
WORDS = ("", "", "De tuin ziet er weer prachtig uit.", "We hebben zo gelachen.", "Tot de volgende keer!")


def recognise(organisation: Organisation, stars: list[Volunteer], coordinator: User) -> None:
    """Let what was done have become hours, and let some people have said thank you."""
    chance = Random(SEED)
    done = list(
        Assignment.objects.filter(state=AssignmentState.DONE, ended_at__isnull=False).select_related(
            "request", "volunteer"
        )
    )
    HourEntry.objects.bulk_create([_hours(each) for each in done], batch_size=500)
    thanked = [each for each in done if chance.random() < THANKED]
    Thanks.objects.bulk_create([_thanks(each, chance) for each in thanked], batch_size=500)
    for star in stars:
        _stage_star(star, organisation, coordinator, chance)
    _stage_talks(organisation.centre, coordinator)


def _stage_talks(centre: Centre, coordinator: User) -> None:
    """Two people who want to talk about what suits them; with one it has begun."""
    tapped = (
        ("Yara", "mensen", "een", "nieuwkomers", "uitleggen", "gebouw", "week", "avond", "ja"),
        ("Gerard", "maken", "alleen", "iedereen", "klussen", "thuis", "soms", "wisselt", "nee"),
    )
    for number, (name, *answers) in enumerate(tapped):
        given = dict(zip(BY_SLUG, answers, strict=True))
        phone = f"06 1234567{number}"
        talk = ask_talk(centre, name=name, phone=phone, answers=given, consented=True)
    note_talk(take_talk(talk, by=coordinator), "Belt vrijdag terug.", by=coordinator)


def _hours(done: Assignment) -> HourEntry:
    """What the volunteer confirmed at the time."""
    return HourEntry(
        user_id=done.volunteer.user_id,
        centre_id=done.request.centre_id,
        source=Source.TASK,
        source_id=done.pk,
        category=done.request.category,
        day=timezone.localdate(done.starts_at or done.ended_at),
        minutes=done.minutes_spent or done.request.duration_minutes,
        planned_minutes=done.request.duration_minutes,
        state=HoursState.APPROVED,
        created_at=done.ended_at or clock.now(),
        decided_at=done.ended_at,
    )


def _thanks(done: Assignment, chance: Random) -> Thanks:
    return Thanks(
        user_id=done.volunteer.user_id,
        giver=Giver.RESIDENT,
        source_id=done.pk,
        sentence=chance.choice(Warmth.values),
        words=chance.choice(WORDS),
        at=done.ended_at or clock.now(),
        seen_at=done.ended_at,
    )


def _stage_star(star: Volunteer, organisation: Organisation, coordinator: User, chance: Random) -> None:
    """For who signs in: hours to confirm and to be signed, a thank you, an anniversary, costs, a passport."""
    user, today = star.user, clock.today()
    past = [
        HourEntry(
            user=user,
            centre_id=star.centre_id,
            organisation=organisation if week % 3 == 0 else None,
            category=HelpCategory.GARDEN if week % 3 == 0 else HelpCategory.TRANSPORT,
            day=today - timedelta(days=7 * week + 9),
            minutes=chance.choice((60, 90, 120, 150)),
            state=HoursState.APPROVED,
        )
        for week in range(40)
    ]
    HourEntry.objects.bulk_create(past)
    for days, category in ((1, HelpCategory.GROCERIES), (2, HelpCategory.TRANSPORT)):
        done = Assignment.objects.filter(state=AssignmentState.DONE, request__category=category).order_by(
            "pk"
        )[days]
        HourEntry.objects.create(
            user=user,
            centre_id=star.centre_id,
            source=Source.TASK,
            source_id=done.pk,
            category=category,
            day=today - timedelta(days=days),
            minutes=60,
            planned_minutes=60,
        )
    for days, minutes, note in ((3, 150, "Bollen geplant"), (5, 120, "Bezoekers rondgeleid")):
        enter_hours(
            user,
            day=today - timedelta(days=days),
            minutes=minutes,
            organisation=organisation,
            category=HelpCategory.GARDEN,
            note=note,
            by=user,
        )
    wrong = enter_hours(user, day=today - timedelta(days=6), minutes=600, note="Buurtfeest", by=user)
    refuse_hours(wrong, RefusalReason.OTHER_LENGTH, by=coordinator)
    Thanks.objects.create(
        user=user, giver=Giver.ORGANISATION, organisation=organisation, sentence=Warmth.RELY, at=clock.now()
    )
    Milestone.objects.create(user=user, kind=MilestoneKind.HOURS_50, reached_on=today - timedelta(days=30))
    share_passport(user, Shows(full_name=False), by=user)
    _stage_claims(user, organisation, coordinator)


def _stage_claims(user: User, organisation: Organisation, coordinator: User) -> None:
    """Some approved, one that waits at the organisation, and a month near its limit."""
    today = clock.today()
    amounts = ((40, "85.00"), (35, "92.50"), (12, "60.00"))
    approved: list[Claim] = [
        submit_claim(
            user,
            ClaimDetails(ClaimKind.ALLOWANCE, today - timedelta(days=days), amount=Decimal(amount)),
            by=user,
        )
        for days, amount in amounts
    ]
    approve_claims(approved, by=coordinator)
    ride = ClaimDetails(
        ClaimKind.KILOMETRES,
        today - timedelta(days=3),
        kilometres=Decimal("24.0"),
        note="Planten gehaald",
        organisation=organisation,
    )
    submit_claim(user, ride, by=user)
