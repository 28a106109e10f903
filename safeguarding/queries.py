"""Reads of screenings, requirements and blocks that more than one caller needs."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from common import clock
from common.compiled import Compiled
from common.errors import InvalidInput, NotFound
from people.enums import COORDINATING, HelpCategory, Role, VolunteerState
from people.models import Centre, Resident, Volunteer
from people.queries import centres_of, has_to_do_with, may_act, organisations_of, standing_of
from people.services import centre_at_postcode
from safeguarding.enums import (
    DEFAULT_REQUIREMENTS,
    EVERYONE,
    STEPS_BY_TWO,
    DecisionState,
    ReportState,
    Requirement,
    ScreeningState,
)
from safeguarding.models import (
    Block,
    CategoryRequirement,
    Concern,
    ConcernRead,
    FreeVog,
    Report,
    Screening,
    ScreeningDecision,
    expires_soon,
)

ValidUntil = dict[Requirement, date | None]


def seen_as_valid() -> QuerySet[Screening]:
    """Return the screenings that were seen as valid; of a volunteer who is blocked on a step none counts."""
    return Screening.objects.filter(state=ScreeningState.VALID)


def blocked() -> QuerySet[Screening]:
    """Return the steps on which two people have blocked a volunteer."""
    return Screening.objects.filter(state=ScreeningState.BLOCKED)


def counting() -> QuerySet[Screening]:
    """Return the screenings that were seen as valid, of volunteers who are blocked on no step."""
    return seen_as_valid().filter(~Exists(blocked().filter(volunteer=OuterRef("volunteer"))))


def barred_volunteers(volunteer_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return which of these volunteers two people have blocked: they help nowhere."""
    rows = blocked().filter(volunteer_id__in=list(volunteer_ids))
    return frozenset(rows.values_list("volunteer_id", flat=True))


def refused_steps(volunteer_id: UUID) -> int:
    """Return the mask of steps that two people have refused: what asks one of them is closed."""
    rows = Screening.objects.filter(volunteer_id=volunteer_id, state=ScreeningState.REFUSED)
    return Requirement.to_mask(rows.values_list("requirement", flat=True))


def valid_on(day: date) -> Q:
    """Return the filter for screenings that hold on ``day``; the last valid day counts."""
    return Q(state=ScreeningState.VALID) & (Q(valid_until=None) | Q(valid_until__gte=day))


def lapsed_on(day: date) -> Q:
    """Return the filter for screenings whose last valid day lies before ``day``."""
    return Q(state=ScreeningState.VALID, valid_until__lt=day)


def requirements_for(category: str, centre: Centre | UUID) -> int:
    """Return the mask of requirements that a centre asks for a kind of help (``EVERYONE``: of all)."""
    return requirements_by_category(centre)[category]


def requirements_by_category(centre: Centre | UUID) -> dict[str, int]:
    """Return the mask of requirements for every kind of help in a centre, in one query.

    What is asked of every volunteer (key ``EVERYONE``) is part of each.
    """
    asked = chosen_requirements(centre)
    return {category: mask | asked[EVERYONE] for category, mask in asked.items()}


def chosen_requirements(centre: Centre | UUID) -> dict[str, int]:
    """Return what a centre has chosen for each kind of help and for everyone, or else the default."""
    centre_id = centre.pk if isinstance(centre, Centre) else centre
    return DEFAULT_REQUIREMENTS | dict(_CHOSEN.rows(centre=centre_id))


_CHOSEN = Compiled(
    lambda centre: CategoryRequirement.objects.filter(centre_id=centre).values_list(
        "category", "requirements"
    ),
    "centre",
)


def valid_requirements(volunteer: Volunteer | UUID, on: date | None = None) -> int:
    """Return the mask of requirements that the volunteer fulfils on the day ``on`` (today unless given).

    Who is blocked on any step fulfils none.
    """
    volunteer_id = volunteer.pk if isinstance(volunteer, Volunteer) else volunteer
    return held_requirements([volunteer_id], on).get(volunteer_id, 0)


def held_requirements(volunteer_ids: Collection[UUID], on: date | None = None) -> dict[UUID, int]:
    """Return the same for several volunteers in one query; who fulfils none has no key."""
    rows = counting().filter(valid_on(on or clock.today()), volunteer_id__in=list(volunteer_ids))
    steps: dict[UUID, list[str]] = {}
    for volunteer_id, requirement in rows.values_list("volunteer_id", "requirement"):
        steps.setdefault(volunteer_id, []).append(requirement)
    return {volunteer_id: Requirement.to_mask(held) for volunteer_id, held in steps.items()}


def meets(volunteer: Volunteer | UUID, category: str, centre: Centre | UUID, on: date | None = None) -> bool:
    """Whether the volunteer fulfils, on that day, all that the centre asks for the kind of help."""
    return not requirements_for(category, centre) & ~valid_requirements(volunteer, on)


def closed_categories(volunteer: Volunteer, on: date | None = None) -> frozenset[str]:
    """Return the kinds of help that the volunteer is not screened for on that day: none reaches them."""
    held = valid_requirements(volunteer, on)
    asked = requirements_by_category(volunteer.centre_id)
    return frozenset(category for category, mask in asked.items() if category and mask & ~held)


def valid_until_days(volunteer_ids: Collection[UUID] | None = None) -> dict[UUID, ValidUntil]:
    """Return per volunteer the requirements seen as valid, each with its last valid day (``None``: no end).

    One query. Days that have passed are included: the reader compares with the day it asks about.
    ``None`` reads every volunteer; a volunteer without valid screenings, or blocked on a step, has no key.
    """
    rows = counting()
    if volunteer_ids is not None:
        rows = rows.filter(volunteer_id__in=volunteer_ids)
    found: dict[UUID, ValidUntil] = {}
    for volunteer_id, requirement, last_day in rows.values_list("volunteer_id", "requirement", "valid_until"):
        found.setdefault(volunteer_id, {})[Requirement(requirement)] = last_day
    return found


def screenings_of(volunteer: Volunteer) -> list[Screening]:
    """Return one screening per requirement, in order; what has no row yet is "required" and unsaved."""
    rows = {row.requirement: row for row in volunteer.screenings.select_related("seen_by")}
    return [rows.get(step) or Screening(volunteer=volunteer, requirement=step) for step in Requirement]


def screenings_visible_to(user: Any) -> QuerySet[Screening]:
    """Return the screenings that ``user`` may see: their own and those of the centres where they work."""
    if not may_act(user):
        return Screening.objects.none()
    own = Q(volunteer__user_id=user.pk)
    return Screening.objects.filter(own | Q(volunteer__centre_id__in=centres_of(user)))


def is_blocked(volunteer: Volunteer | UUID, resident: Resident | UUID) -> bool:
    """Whether these two are not to be brought together."""
    volunteer_id = volunteer.pk if isinstance(volunteer, Volunteer) else volunteer
    return volunteer_id in blocked_volunteers(resident)


def blocked_volunteers(resident: Resident | UUID) -> set[UUID]:
    """Return the ids of the volunteers who are not to be brought together with the resident."""
    resident_id = resident.pk if isinstance(resident, Resident) else resident
    return set(
        Block.objects.filter(resident_id=resident_id, ended_at=None).values_list("volunteer_id", flat=True)
    )


def running_blocks(residents: Iterable[UUID]) -> QuerySet[Block]:
    """Return the running blocks of these residents."""
    return Block.objects.filter(resident_id__in=list(residents), ended_at=None)


def blocks_of(volunteer_id: UUID) -> QuerySet[Block]:
    """Return the running blocks that keep this volunteer from residents."""
    return Block.objects.filter(volunteer_id=volunteer_id, ended_at=None)


def filter_by_screening(volunteers: QuerySet[Volunteer], wanted: str, day: date) -> QuerySet[Volunteer]:
    """Return those whose screening on ``day`` is ``wanted``: complete, missing, vog (missing) or expiring.

    "Expiring" has a step that is valid now and ends within the days of the setting. Any other word filters
    nothing.
    """
    valid = Screening.objects.filter(valid_on(day), volunteer=OuterRef("pk"))
    steps = valid.order_by().values("volunteer").annotate(n=Count("pk")).values("n")
    counted = volunteers.annotate(valid_steps=Coalesce(Subquery(steps), 0))
    if wanted == "complete":
        return counted.filter(valid_steps=len(Requirement))
    if wanted == "missing":
        return counted.filter(valid_steps__lt=len(Requirement))
    if wanted == "vog":
        return volunteers.exclude(Exists(valid.filter(requirement=Requirement.VOG)))
    if wanted == "expiring":
        return volunteers.filter(Exists(valid.filter(valid_until__lt=day + expires_soon())))
    return volunteers


def screening_lists(centre_ids: Collection[UUID], day: date) -> dict[str, QuerySet[Volunteer]]:
    """Return the volunteers of these centres by what their screening asks of the desk on ``day``.

    ``required``: a step that their kinds of help ask is still to be done; ``in_progress``: one is being done
    or renewed; ``expiring`` and ``expired``; ``decided``: something is proposed, refused or blocked.
    """
    helpers = Volunteer.objects.filter(centre_id__in=centre_ids).exclude(state=VolunteerState.LEFT)
    steps = Screening.objects.filter(volunteer=OuterRef("pk"))
    begun = Q(state=ScreeningState.IN_PROGRESS) | Q(state=ScreeningState.VALID, started_on__isnull=False)
    proposed = ScreeningDecision.objects.filter(
        screening__volunteer=OuterRef("pk"), state=DecisionState.PROPOSED
    )
    ending = valid_on(day) & Q(valid_until__lt=day + expires_soon(), started_on=None)
    found = helpers.select_related("user", "district", "centre").order_by("user__name", "pk")
    return {
        "required": _lacking_a_step(found, centre_ids),
        "in_progress": found.filter(Exists(steps.filter(begun))),
        "expiring": found.filter(Exists(steps.filter(ending))),
        "expired": found.filter(Exists(steps.filter(lapsed_on(day), started_on=None))),
        "decided": found.filter(Exists(steps.filter(state__in=STEPS_BY_TWO)) | Exists(proposed)),
    }


def _lacking_a_step(helpers: QuerySet[Volunteer], centre_ids: Collection[UUID]) -> QuerySet[Volunteer]:
    """Those who like a kind of help that asks a step which nobody has begun."""
    lacking = Q(pk__in=[])
    for number, centre_id in enumerate(centre_ids):
        asked = requirements_by_category(centre_id)
        for step in Requirement:
            kinds = HelpCategory.to_mask(kind for kind in HelpCategory if asked[kind] >> step.bit & 1)
            rows = Screening.objects.filter(volunteer=OuterRef("pk"), requirement=step)
            liked = f"likes_{number}_{step}"
            helpers = helpers.alias(**{liked: F("skills").bitand(kinds)})
            begun = Exists(rows.exclude(state=ScreeningState.REQUIRED))
            lacking |= Q(~begun, centre_id=centre_id, **{f"{liked}__gt": 0})
    return helpers.filter(lacking)


def needed_steps(volunteer: Volunteer) -> int:
    """Return the mask of steps that the kinds of help which the volunteer likes ask for."""
    asked = requirements_by_category(volunteer.centre_id)
    mask = asked[EVERYONE]
    for kind in HelpCategory.from_mask(volunteer.skills):
        mask |= asked[kind]
    return mask


def free_vog_of(centre: Centre | UUID) -> FreeVog | None:
    """Return what was recorded of the centre itself about free certificates, or ``None``."""
    centre_id = centre.pk if isinstance(centre, Centre) else centre
    return (
        FreeVog.objects.filter(centre_id=centre_id, organisation=None).select_related("recorded_by").first()
    )


def free_vogs_in_scope(user: Any) -> QuerySet[FreeVog]:
    """Return what was recorded about free certificates in the centres of whose staff ``user`` is."""
    return FreeVog.objects.filter(centre_id__in=centres_of(user)).select_related(
        "organisation", "recorded_by"
    )


def decisions_in_scope(user: Any) -> QuerySet[ScreeningDecision]:
    """Return the decisions about volunteers of the centres of whose staff ``user`` is, newest first."""
    found = ScreeningDecision.objects.filter(screening__volunteer__centre_id__in=centres_of(user))
    return found.select_related("screening__volunteer__user", "proposed_by", "answered_by").order_by("-pk")


def running_decisions(volunteer: Volunteer) -> dict[str, ScreeningDecision]:
    """Return what is proposed about the steps of a volunteer now, by requirement."""
    rows = ScreeningDecision.objects.filter(screening__volunteer=volunteer, state=DecisionState.PROPOSED)
    found = rows.select_related("screening__volunteer", "proposed_by")
    return {decision.screening.requirement: decision for decision in found}


def concerns_visible_to(user: Any) -> QuerySet[Concern]:
    """Return the concerns that ``user`` may read, the urgent first; what was told is not read along.

    Those of the centres where they are confidential officer, and those entrusted to them where they
    coordinate.
    """
    standing = standing_of(user)
    officer = Q(centre_id__in=standing.centres(frozenset({Role.CONFIDENTIAL_OFFICER})))
    named = (
        Q(coordinator_id=user.pk, centre_id__in=standing.centres(COORDINATING))
        if may_act(user)
        else Q(pk=None)
    )
    found = Concern.objects.filter(officer | named).defer("told")
    return found.select_related("coordinator").order_by("-urgent", "-reported_at", "-pk")


def concern_reads_visible_to(user: Any) -> QuerySet[ConcernRead]:
    """Return who was shown what, of the centres where ``user`` is confidential officer, newest first."""
    own = standing_of(user).centres(frozenset({Role.CONFIDENTIAL_OFFICER}))
    return ConcernRead.objects.filter(concern__centre_id__in=own)


def centre_for_concern(user: Any, postcode: str, centre_id: UUID | None = None) -> Centre:
    """Return the centre that hears a concern. It is never refused for want of an address.

    That of the request it is about, of the place, or of who reports; else the first.

    Raises:
        NotFound: this installation has no centre.
    """
    found = Centre.objects.filter(pk=centre_id).first() if centre_id else _centre_at(postcode)
    if found is None:
        own = [centre for _role, centre in standing_of(user).grants if centre]
        mine = Centre.objects.filter(pk__in=own).order_by("code").first()
        found = mine or Centre.objects.order_by("code").first()
    if found is None:
        raise NotFound
    return found


def _centre_at(postcode: str) -> Centre | None:
    try:
        return centre_at_postcode(postcode) if postcode.strip() else None
    except InvalidInput:
        return None


def reports_at_desk(user: Any) -> QuerySet[Report]:
    """Return the reports at the centres that ``user`` coordinates, except those about or by themselves."""
    rows = Report.objects.filter(centre_id__in=standing_of(user).centres(COORDINATING))
    rows = rows.exclude(volunteer__user_id=user.pk).exclude(resident__user_id=user.pk)
    rows = rows.exclude(person_id=user.pk).exclude(organisation_id__in=organisations_of(user))
    rows = rows.exclude(reporter_id=user.pk)
    return rows.select_related(
        "centre", "reporter", "volunteer__user", "resident", "person", "organisation", "handler"
    )


@has_to_do_with
def reported_accounts(user: Any) -> QuerySet[Any, Any]:
    """Return the accounts that ``user`` may have to close because of a report alone, with whose centre.

    Of a report that they may decide, while nobody has, and ``REPORT_SCOPE_DAYS`` after that.
    """
    lately = clock.now() - timedelta(days=settings.REPORT_SCOPE_DAYS)
    open_or_recent = ~Q(state=ReportState.SETTLED) | Q(settled_at__gt=lately)
    told = reports_at_desk(user).filter(open_or_recent, person__isnull=False)
    return told.order_by().values("centre_id", account_id=F("person_id"))


def reports_of(user: Any) -> QuerySet[Report]:
    """Return what ``user`` told, the latest first."""
    return Report.objects.filter(reporter_id=user.pk) if may_act(user) else Report.objects.none()


def blocks_around(user: Any) -> QuerySet[Block]:
    """Return the running blocks that ``user`` set, or that are about people of centres they coordinate."""
    if not may_act(user):
        return Block.objects.none()
    own = standing_of(user).centres(COORDINATING)
    of_centre = Q(resident__centre_id__in=own) | Q(volunteer__centre_id__in=own)
    rows = Block.objects.filter(Q(set_by_id=user.pk) | of_centre, ended_at=None)
    return rows.select_related("volunteer__user", "volunteer__centre", "resident__centre", "set_by")
