"""The verbs of the academy: keep courses, record who has done them, ask for them, invite to them."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from academy.enums import INVITATION_RUNNING, TRANSITIONS, InvitationState, TrainedRole
from academy.errors import (
    AlreadyTrained,
    CourseNotOffered,
    CourseRetired,
    NoRoomForCourse,
    VolunteerHasLeft,
)
from academy.events import (
    CertificateRevoked,
    CompletionChanged,
    CourseChanged,
    CourseInvited,
    InvitationAccepted,
    InvitationDeclined,
    RequirementChanged,
    RoleRequirementChanged,
    ValidityEnded,
    ValidityEnding,
)
from academy.models import (
    COURSES_AT_MOST,
    LAPSES_SOON,
    CategoryRequirement,
    Certificate,
    Completion,
    Course,
    CourseInvitation,
    RoleRequirement,
)
from academy.queries import holds_course, in_a_ring, living_courses
from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from events.services import record
from people.enums import HelpCategory, VolunteerState
from people.models import Centre, User, Volunteer


class CourseDetails(TypedDict, total=False):
    """What is told of a course; see the fields of ``Course``."""

    slug: str
    title_nl: str
    title_en: str
    summary_nl: str
    summary_en: str
    theme: str
    audiences: int
    needs_session: bool
    valid_months: int | None
    published: bool


# --- Courses ------------------------------------------------------------------------------------


@transaction.atomic
def add_course(*, by: User | None, **details: Unpack[CourseDetails]) -> Course:
    """Add a course, at the lowest free place in the engine's masks. Without a short name it gets one.

    Raises:
        Forbidden: ``by`` is no administrator.
        NoRoomForCourse: there are as many living courses as the masks have places.
        InvalidInput: another course has this short name.
    """
    require(by, "academy.keep_courses")
    details["slug"] = details.get("slug") or _free_slug(details["title_nl"])
    if Course.objects.filter(slug=details["slug"]).exists():
        raise InvalidInput(_("Another training has this name already."), field="slug")
    course = _at_free_bit(details)
    record(CourseChanged(course_id=course.pk), actor=by)
    return course


def _free_slug(title: str) -> str:
    """A short name made of the title, with a number when another course has it."""
    base = slugify(title)[:45].strip("-") or "training"
    taken = set(Course.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)


@transaction.atomic
def change_course(course: Course, *, by: User | None, **details: Unpack[CourseDetails]) -> Course:
    """Change what is told of a course. Completions keep the last valid day that they were given.

    Raises:
        Forbidden: ``by`` is no administrator.
        CourseRetired: it is given no more.
    """
    course = _locked(course)
    require(by, "academy.keep_courses")
    for name, value in details.items():
        setattr(course, name, value)
    course.save(update_fields=list(details))
    record(CourseChanged(course_id=course.pk), actor=by)
    return course


@transaction.atomic
def set_prerequisites(course: Course, before: Collection[Course], *, by: User | None) -> bool:
    """Say which courses come first, instead of those before; return whether anything changed.

    All living courses are locked, in one order: two people never close a ring together.

    Raises:
        Forbidden: ``by`` is no administrator.
        CourseRetired: the course is given no more.
        InvalidInput: one of them waits for the course itself; nobody could begin with either.
    """
    require(by, "academy.keep_courses")
    living = {each.pk for each in Course.objects.select_for_update().filter(retired_at=None).order_by("pk")}
    if course.pk not in living:
        raise CourseRetired
    if ring := in_a_ring(course, before):
        raise InvalidInput(ring_words(ring), field="prerequisites")
    wanted = {each.pk for each in before}
    if wanted == set(course.prerequisites.values_list("pk", flat=True)):
        return False
    course.prerequisites.set(list(before))
    record(CourseChanged(course_id=course.pk), actor=by)
    return True


def ring_words(ring: Collection[Course]) -> str:
    """Say kindly why these courses cannot come first."""
    titles = ", ".join(f"“{each.title}”" for each in ring)
    return _("Cannot come first: %(titles)s. These trainings would wait for each other.") % {"titles": titles}


@transaction.atomic
def retire_course(course: Course, *, by: User | None) -> Course:
    """Give a course no more: no help asks for it, no completion of it counts; repeating changes nothing.

    Raises:
        Forbidden: ``by`` is no administrator.
    """
    require(by, "academy.keep_courses")
    now = clock.now()
    if Course.objects.filter(pk=course.pk, retired_at=None).update(retired_at=now, published=False) == 1:
        record(CourseChanged(course_id=course.pk), actor=by)
        for volunteer in Volunteer.objects.filter(completions__course=course).distinct():
            _completion_changed(volunteer, course.pk, by)
    course.refresh_from_db()
    return course


# --- Who has done them --------------------------------------------------------------------------


@transaction.atomic
def complete_course(
    volunteer: Volunteer, course: Course, *, completed_on: date | None = None, by: User | None
) -> Completion:
    """Record that a volunteer has done a course, today unless said; the same day twice is one completion.

    The last valid day follows from the course. A running invitation to the course is done with it.

    Raises:
        Forbidden: ``by`` neither coordinates nor trains at the volunteer's centre, or is the volunteer.
        CourseRetired: the course is given no more.
        InvalidInput: the day has yet to come; ``field`` names it.
    """
    course = _locked(course)
    require(by, "academy.record_completion", volunteer)
    day = completed_on or clock.today()
    if day > clock.today():
        raise InvalidInput(_("This day has yet to come."), field="completed_on")
    completion, made = Completion.objects.get_or_create(
        volunteer=volunteer,
        course=course,
        completed_on=day,
        revoked_at=None,
        defaults={"valid_until": last_valid_day(course, day), "recorded_by": by},
    )
    if made:
        running = CourseInvitation.objects.filter(volunteer=volunteer, course=course)
        running.filter(state__in=INVITATION_RUNNING).update(state=InvitationState.DONE)
        _completion_changed(volunteer, course.pk, by)
        watch_validity(volunteer.user_id, course.pk, completion.valid_until)
    return completion


@transaction.atomic
def revoke_completion(completion: Completion, *, by: User | None) -> Completion:
    """Take back a completion that was recorded wrongly; repeating it changes nothing.

    Raises:
        Forbidden: as for recording.
    """
    require(by, "academy.revoke_completion", completion)
    live = Completion.objects.filter(pk=completion.pk, revoked_at=None)
    if live.update(revoked_at=clock.now(), revoked_by=by) == 1:
        _completion_changed(completion.volunteer, completion.course_id, by)
        _revoke_proof(completion, by)
    completion.refresh_from_db()
    return completion


def last_valid_day(course: Course, completed_on: date) -> date | None:
    """Return the last day on which a completion of that day holds, ``None`` for no end.

    It is the same day of a later month, or the last day of that month where it is shorter.
    """
    if course.valid_months is None:
        return None
    years, month = divmod(completed_on.month - 1 + course.valid_months, 12)
    year = completed_on.year + years
    return date(year, month + 1, min(completed_on.day, monthrange(year, month + 1)[1]))


def watch_validity(user_id: UUID, course_id: UUID, until: date | None) -> None:
    """Set the timers of a validity: two months before it ends, and the day after."""
    if until is None or until < clock.today():
        return
    last = until.isoformat()
    ends = ValidityEnded(user_id, course_id, last), _early(until + timedelta(days=1), time(0, 5))
    ending = ValidityEnding(user_id, course_id, last), _early(until - LAPSES_SOON, time(9))
    for event, due_at in (ending, ends):
        if due_at > clock.now():
            record(event, due_at=due_at, key=f"{event.type}/{user_id}/{course_id}/{until}")


def _early(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def _revoke_proof(completion: Completion, by: User | None) -> None:
    """A certificate of it goes with it."""
    for proof in Certificate.objects.filter(completion=completion, revoked_at=None):
        Certificate.objects.filter(pk=proof.pk).update(revoked_at=clock.now(), revoked_by=by)
        about = {"certificate_id": proof.pk, "user_id": proof.user_id, "course_id": proof.course_id}
        record(CertificateRevoked(**about), actor=by)


# --- Which help asks for them -------------------------------------------------------------------


@transaction.atomic
def require_course_for(
    category: HelpCategory, course: Course, centre: Centre, *, by: User | None
) -> CategoryRequirement:
    """Ask the course of whoever gives this kind of help in the centre; repeating it changes nothing.

    Raises:
        Forbidden: ``by`` does not coordinate the centre.
        CourseNotOffered: the course is a draft or is given no more.
    """
    require(by, "academy.set_requirements", centre)
    if not _locked(course).published:
        raise CourseNotOffered
    requirement, made = CategoryRequirement.objects.get_or_create(
        centre=centre, category=category, course=course
    )
    if made:
        _requirement_changed(centre, category, course, by)
    return requirement


@transaction.atomic
def stop_requiring(category: HelpCategory, course: Course, centre: Centre, *, by: User | None) -> None:
    """Ask the course no more for this kind of help; repeating it changes nothing.

    Raises:
        Forbidden: ``by`` does not coordinate the centre.
    """
    require(by, "academy.set_requirements", centre)
    asked = CategoryRequirement.objects.filter(centre=centre, category=category, course=course)
    if asked.delete()[0]:
        _requirement_changed(centre, category, course, by)


@transaction.atomic
def set_required_for(
    course: Course, centre: Centre, categories: Collection[HelpCategory], *, by: User | None
) -> None:
    """Ask the course for exactly these kinds of help in the centre.

    What is asked already may stay so when the course is not on offer any more.

    Raises: as ``require_course_for``.
    """
    require(by, "academy.set_requirements", centre)
    rows = CategoryRequirement.objects.filter(centre=centre, course=course)
    asked = {HelpCategory(category) for category in rows.values_list("category", flat=True)}
    for category in HelpCategory:
        if category in categories and category not in asked:
            require_course_for(category, course, centre, by=by)
        elif category not in categories and category in asked:
            stop_requiring(category, course, centre, by=by)


@transaction.atomic
def set_required_of(
    course: Course, centre: Centre, roles: Collection[TrainedRole], *, by: User | None
) -> None:
    """Ask the course of exactly these roles in the centre; it counts from now on.

    What is asked already may stay so when the course is not on offer any more.

    Raises:
        Forbidden: ``by`` does not coordinate the centre.
        CourseNotOffered: the course is a draft or is given no more.
    """
    require(by, "academy.set_requirements", centre)
    offered = _locked(course).published
    rows = RoleRequirement.objects.filter(centre=centre, course=course)
    before, wanted = set(rows.values_list("role", flat=True)), {role.value for role in roles}
    if wanted - before and not offered:
        raise CourseNotOffered
    rows.filter(role__in=before - wanted).delete()
    RoleRequirement.objects.bulk_create(
        RoleRequirement(centre=centre, course=course, role=role) for role in sorted(wanted - before)
    )
    for role in sorted(before ^ wanted):
        record(RoleRequirementChanged(centre_id=centre.pk, course_id=course.pk, role=role), actor=by)


# --- Invitations --------------------------------------------------------------------------------


@transaction.atomic
def invite_to_course(course: Course, volunteer: Volunteer, *, by: User | None) -> CourseInvitation:
    """Invite a volunteer to a course; while an invitation runs, repeating it gives that one.

    Who has done it may be invited again when it lapses within two months.

    Raises:
        Forbidden: ``by`` neither coordinates nor trains at the volunteer's centre.
        CourseNotOffered: the course is a draft or is given no more.
        VolunteerHasLeft: the volunteer has stopped.
        AlreadyTrained: the volunteer has done it, and it stays valid.
    """
    require(by, "academy.invite", volunteer)
    if not _locked(course).published:
        raise CourseNotOffered
    if volunteer.state == VolunteerState.LEFT:
        raise VolunteerHasLeft
    if holds_course(volunteer, course, clock.today() + LAPSES_SOON):
        raise AlreadyTrained
    invitation, made = CourseInvitation.objects.get_or_create(
        volunteer=volunteer, course=course, state__in=INVITATION_RUNNING, defaults={"invited_by": by}
    )
    if made:
        _tell(CourseInvited, invitation, by)
    return invitation


@transaction.atomic
def accept_invitation(invitation: CourseInvitation, *, by: User | None) -> CourseInvitation:
    """The volunteer wants to do the course; repeating it changes nothing.

    Raises:
        Forbidden: it is not their invitation.
        InvalidTransition: they have turned it down, or done the course.
    """
    require(by, "academy.answer_invitation", invitation)
    return _answered(invitation, InvitationState.ACCEPTED, InvitationAccepted, by)


@transaction.atomic
def decline_invitation(invitation: CourseInvitation, *, by: User | None) -> CourseInvitation:
    """The volunteer says "not now"; no reason is asked. Repeating it changes nothing.

    Raises:
        Forbidden: it is not their invitation.
        InvalidTransition: they have done the course.
    """
    require(by, "academy.answer_invitation", invitation)
    return _answered(invitation, InvitationState.DECLINED, InvitationDeclined, by)


def _answered(
    invitation: CourseInvitation,
    to: InvitationState,
    event: type[InvitationAccepted | InvitationDeclined],
    by: User | None,
) -> CourseInvitation:
    before = [state for state, steps in TRANSITIONS.items() if to in steps]
    rows = CourseInvitation.objects.filter(pk=invitation.pk, state__in=before)
    if rows.update(state=to, answered_at=clock.now()) == 1:
        _tell(event, invitation, by)
    invitation.refresh_from_db()
    if invitation.state != to:
        raise InvalidTransition
    return invitation


def _tell(
    event: type[CourseInvited | InvitationAccepted | InvitationDeclined],
    invitation: CourseInvitation,
    by: User | None,
) -> None:
    record(
        event(
            volunteer_id=invitation.volunteer_id,
            centre_id=invitation.volunteer.centre_id,
            course_id=invitation.course_id,
            invitation_id=invitation.pk,
        ),
        actor=by,
    )


def _completion_changed(volunteer: Volunteer, course_id: UUID, by: User | None) -> None:
    record(
        CompletionChanged(volunteer_id=volunteer.pk, centre_id=volunteer.centre_id, course_id=course_id),
        actor=by,
    )


def _requirement_changed(centre: Centre, category: HelpCategory, course: Course, by: User | None) -> None:
    changed = RequirementChanged(centre_id=centre.pk, course_id=course.pk, category=str(category.value))
    record(changed, actor=by)


def _locked(course: Course) -> Course:
    """Return the living course, fresh and locked: nobody retires it meanwhile."""
    found = Course.objects.select_for_update().filter(pk=course.pk, retired_at=None).first()
    if found is None:
        raise CourseRetired
    return found


def _at_free_bit(details: CourseDetails) -> Course:
    taken = set(living_courses().values_list("bit", flat=True))
    for bit in range(COURSES_AT_MOST):
        if bit in taken:
            continue
        try:
            with transaction.atomic():
                return Course.objects.create(bit=bit, **details)
        except IntegrityError:
            continue  # someone has just taken this place
    raise NoRoomForCourse
