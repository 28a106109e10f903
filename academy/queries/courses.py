"""Reads of courses, completions, requirements and invitations that more than one caller needs."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from academy.enums import INVITATION_RUNNING, InvitationState, TrainedRole
from academy.models import CategoryRequirement, Completion, Course, CourseInvitation, RoleRequirement
from academy.queries.roles import training_centres
from common import clock
from common.compiled import Compiled
from people.enums import HelpCategory
from people.models import Centre, Volunteer
from people.queries import centres_of, may_act

# Pairs (bit of the course, last valid day; ``None``: no end), by bit.
LastDays = tuple[tuple[int, date | None], ...]


def living_courses() -> QuerySet[Course]:
    """Return the courses that are not retired, drafts too, by title."""
    return Course.objects.filter(retired_at=None).order_by("title_nl", "pk")


def courses_on_offer() -> QuerySet[Course]:
    """Return the courses that people can be invited to and help may ask for, by title."""
    return living_courses().filter(published=True)


def courses_by_bit() -> dict[int, Course]:
    """Return the living courses by their place in the engine's masks."""
    return {course.bit: course for course in living_courses()}


def titles_by_bit() -> dict[int, str]:
    """Return the titles of the living courses in the language of the reader, by place in the masks."""
    return {bit: course.title for bit, course in courses_by_bit().items()}


def valid_until_days(volunteer_ids: Collection[UUID] | None = None) -> dict[UUID, LastDays]:
    """Return per volunteer the living courses they have done, each with its last valid day.

    One query. Days that have passed are included: the reader compares with the day it asks about. Of
    several completions of one course the longest valid counts. ``None`` reads every volunteer; a volunteer
    without completions has no key.
    """
    rows = Completion.objects.filter(revoked_at=None, course__retired_at=None)
    if volunteer_ids is not None:
        rows = rows.filter(volunteer_id__in=volunteer_ids)
    found: dict[UUID, dict[int, date | None]] = {}
    for volunteer_id, bit, last_day in rows.values_list("volunteer_id", "course__bit", "valid_until"):
        held = found.setdefault(volunteer_id, {})
        held[bit] = later(held[bit], last_day) if bit in held else last_day
    return {volunteer_id: tuple(sorted(held.items())) for volunteer_id, held in found.items()}


def later(first: date | None, second: date | None) -> date | None:
    """Return the later of two last valid days, of which ``None`` has no end."""
    return None if first is None or second is None else max(first, second)


def holds_course(volunteer: Volunteer | UUID, course: Course, on: date | None = None) -> bool:
    """Whether the volunteer has done the course and it holds on the day ``on`` (today unless given)."""
    volunteer_id = volunteer.pk if isinstance(volunteer, Volunteer) else volunteer
    held = Completion.objects.filter(_holding_on(on or clock.today()), volunteer_id=volunteer_id)
    return held.filter(course=course).exists()


def requirements_by_category(centre: Centre | UUID) -> dict[str, int]:
    """Return the mask of the living courses that a centre asks for every kind of help, in one query.

    What is asked of everyone who helps is part of each. Beside them the map has a mask for each role.
    """
    centre_id = centre.pk if isinstance(centre, Centre) else centre
    masks = dict.fromkeys([*HelpCategory.values, *TrainedRole.values], 0)
    for asking, bit in _ASKED_BY_CENTRE.rows(centre=centre_id):
        masks[asking] |= 1 << bit
    for category in HelpCategory.values:
        masks[category] |= masks[TrainedRole.VOLUNTEER]
    return masks


def _asked_by(centre: UUID) -> QuerySet[Any, tuple[Any, ...]]:
    """Rows (kind of help or role, bit)."""
    asked = {"centre_id": centre, "course__retired_at": None}
    kinds = CategoryRequirement.objects.filter(**asked).values_list("category", "course__bit")
    return kinds.union(RoleRequirement.objects.filter(**asked).values_list("role", "course__bit"))


_ASKED_BY_CENTRE = Compiled(_asked_by, "centre")


def completions_of(volunteer: Volunteer) -> QuerySet[Completion]:
    """Return what the volunteer has done and what still counts, newest first."""
    found = Completion.objects.filter(volunteer=volunteer, revoked_at=None)
    return found.select_related("course", "recorded_by", "certificate").order_by("-completed_on", "-pk")


def best_completions(volunteer: Volunteer) -> list[Completion]:
    """Return per living course what counts of the volunteer's completions: the longest valid, by title."""
    done = completions_of(volunteer).filter(course__retired_at=None)
    best = _longest(done, lambda completion: completion.course_id)
    return sorted(best, key=lambda completion: completion.course.title)


def running_invitations(volunteer: Volunteer) -> QuerySet[CourseInvitation]:
    """Return the invitations that the volunteer has not turned down and not followed up, newest first."""
    found = CourseInvitation.objects.filter(
        volunteer=volunteer, state__in=INVITATION_RUNNING, course__retired_at=None
    )
    return found.select_related("course", "invited_by").order_by("-at", "-pk")


def unanswered_invitations(volunteer: Volunteer) -> QuerySet[CourseInvitation]:
    """Return the running invitations that the volunteer has not answered, newest first."""
    return running_invitations(volunteer).filter(state=InvitationState.SENT)


def categories_by_course(centre: Centre) -> dict[UUID, list[HelpCategory]]:
    """Return per course the kinds of help for which the centre asks it, in their fixed order."""
    order = list(HelpCategory)
    found: dict[UUID, list[HelpCategory]] = {}
    rows = CategoryRequirement.objects.filter(centre=centre).values_list("course_id", "category")
    for course_id, category in rows:
        found.setdefault(course_id, []).append(HelpCategory(category))
    return {course_id: sorted(categories, key=order.index) for course_id, categories in found.items()}


def trained_by_course(centre: Centre) -> dict[UUID, int]:
    """Return per course how many volunteers of the centre have done it and may use it today."""
    rows = _held_today().filter(volunteer__centre=centre).values("course_id").order_by()
    counted = rows.annotate(people=Count("volunteer", distinct=True))
    return {row["course_id"]: row["people"] for row in counted}


def invited_by_course(centre: Centre) -> dict[UUID, int]:
    """Return per course how many volunteers of the centre are invited and have not said no."""
    rows = CourseInvitation.objects.filter(volunteer__centre=centre, state__in=INVITATION_RUNNING)
    counted = rows.values("course_id").order_by().annotate(people=Count("pk"))
    return {row["course_id"]: row["people"] for row in counted}


def completions_in(centre: Centre, course: Course) -> list[Completion]:
    """Return what counts today of a course in a centre: per volunteer the longest valid, by name."""
    rows = _held_today().filter(volunteer__centre=centre, course=course).select_related("volunteer__user")
    best = _longest(rows.order_by("-completed_on"), lambda completion: completion.volunteer_id)
    return sorted(best, key=lambda completion: completion.volunteer.user.name)


def invitations_in(centre: Centre, course: Course) -> QuerySet[CourseInvitation]:
    """Return the running invitations to a course in a centre, those who want to do it first."""
    found = CourseInvitation.objects.filter(
        volunteer__centre=centre, course=course, state__in=INVITATION_RUNNING
    )
    return found.select_related("volunteer__user", "invited_by").order_by("state", "-at", "-pk")


def invited_to(course: Course, volunteer_ids: Collection[UUID]) -> dict[UUID, InvitationState]:
    """Return of whom among these volunteers is invited to a course already how their invitation stands."""
    running = CourseInvitation.objects.filter(
        course=course, volunteer__in=volunteer_ids, state__in=INVITATION_RUNNING
    )
    return {whom: InvitationState(state) for whom, state in running.values_list("volunteer_id", "state")}


def _longest(rows: Iterable[Completion], key: Callable[[Completion], UUID]) -> Iterable[Completion]:
    """Keep of the completions with one key the longest valid."""
    best: dict[UUID, Completion] = {}
    for completion in rows:
        known = best.setdefault(key(completion), completion)
        if later(known.valid_until, completion.valid_until) != known.valid_until:
            best[key(completion)] = completion
    return best.values()


def _held_today() -> QuerySet[Completion]:
    return Completion.objects.filter(_holding_on(clock.today()))


def _holding_on(day: date) -> Q:
    return Q(revoked_at=None) & (Q(valid_until=None) | Q(valid_until__gte=day))


def teaching_centres(user: Any) -> frozenset[UUID]:
    """Return the ids of the centres where ``user`` is staff, or gives training and may do so today."""
    return centres_of(user) | training_centres(user)


def learners_in_scope(user: Any) -> QuerySet[Volunteer]:
    """Return the volunteers of the centres where ``user`` is staff or gives training."""
    found = Volunteer.objects.filter(centre_id__in=teaching_centres(user))
    return found.select_related("user", "centre", "district")


def courses_visible_to(user: Any) -> QuerySet[Course]:
    """Return the courses that ``user`` may know of: those on offer, and for who teaches the drafts too."""
    if not may_act(user):
        return Course.objects.none()
    return living_courses() if teaching_centres(user) else courses_on_offer()


def completions_visible_to(user: Any) -> QuerySet[Completion]:
    """Return the completions that ``user`` may see: their own and those of the centres where they teach."""
    return Completion.objects.filter(_seen_by(user))


def invitations_visible_to(user: Any) -> QuerySet[CourseInvitation]:
    """Return the invitations that ``user`` may see: their own and those of the centres where they teach."""
    return CourseInvitation.objects.filter(_seen_by(user)).select_related("course")


def _seen_by(user: Any) -> Q:
    if not may_act(user):
        return Q(pk__in=[])
    return Q(volunteer__user_id=user.pk) | Q(volunteer__centre_id__in=teaching_centres(user))
