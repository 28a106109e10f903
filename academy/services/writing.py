"""Writing lessons: a draft grows beside what is published, and takes its place when it is good."""

import re
from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from academy.enums import StepKind, VersionState
from academy.errors import CourseRetired, NotADraft
from academy.events import CourseChanged
from academy.models import Course, CourseVersion, Step, Texts
from academy.services.course_text import refuse_what_fits_no_file
from academy.services.pictures import forget_unnamed, refuse_bare_picture, refuse_empty_place
from common import clock
from common.errors import InvalidInput
from common.permissions import require
from events.services import record
from people.models import User

STEPS_AT_MOST = 60
CHOICES = (2, 6)
LONGEST_BODY = 12_000
LONGEST_TITLE = 120
# https elsewhere, or a file of this site; never a script, never another host without a lock.
FILM = re.compile(r"https://[^\s<>\"']+|/[A-Za-z0-9][^\s<>\"']*")


class StepDetails(TypedDict, total=False):
    """What a step shows; see the fields of ``Step``."""

    kind: str
    minutes: int
    title: Texts
    body: Texts
    film: str
    transcript: Texts
    choices: list[dict[str, Any]]


@transaction.atomic
def draft_of(course: Course, *, by: User | None) -> CourseVersion:
    """Return the draft of a course: the one there is, else a copy of what is published, else an empty one.

    Raises:
        Forbidden: ``by`` neither trains nor coordinates anywhere.
        CourseRetired: the course is given no more.
    """
    require(by, "academy.write_lessons")
    course = _locked(course)
    draft = course.versions.filter(state=VersionState.DRAFT).first()
    if draft is not None:
        return draft
    number = (course.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = CourseVersion.objects.create(course=course, number=number, created_by=by)
    published = course.versions.filter(state=VersionState.PUBLISHED).first()
    if published is not None:
        Step.objects.bulk_create(_copies(published, draft))
    return draft


@transaction.atomic
def add_step(draft: CourseVersion, *, by: User | None, **details: Unpack[StepDetails]) -> Step:
    """Add a step at the end of a draft.

    Raises:
        Forbidden: as for ``draft_of``.
        NotADraft: the version is published, or was.
        InvalidInput: something is missing or too long; ``field`` names it.
    """
    require(by, "academy.write_lessons")
    _lock_draft(draft)
    count = draft.steps.count()
    step = _added(draft, count + 1, details)
    refuse_what_fits_no_file(draft)
    return step


@transaction.atomic
def change_step(step: Step, *, by: User | None, **details: Unpack[StepDetails]) -> Step:
    """Change a step of a draft.

    Raises: as ``add_step``.
    """
    require(by, "academy.write_lessons")
    _lock_draft(step.version)
    for name, value in details.items():
        setattr(step, name, value)
    _check(step)
    step.save(update_fields=list(details))
    refuse_what_fits_no_file(step.version)
    return step


@transaction.atomic
def remove_step(step: Step, *, by: User | None) -> None:
    """Take a step out of a draft; those after it move up.

    Raises:
        Forbidden, NotADraft: as for ``add_step``.
    """
    require(by, "academy.write_lessons")
    _lock_draft(step.version)
    found = Step.objects.filter(pk=step.pk).first()
    if found is not None:
        rest = [each.pk for each in step.version.steps.all() if each.pk != found.pk]
        found.delete()
        _number(step.version, rest)


@transaction.atomic
def move_step(step: Step, *, to: int, by: User | None) -> None:
    """Put a step of a draft at place ``to`` (from 1); beyond the ends is the end.

    Raises:
        Forbidden, NotADraft: as for ``add_step``.
    """
    require(by, "academy.write_lessons")
    _lock_draft(step.version)
    order = [each.pk for each in step.version.steps.all() if each.pk != step.pk]
    order.insert(max(0, min(to - 1, len(order))), step.pk)
    _number(step.version, order)


@transaction.atomic
def write_steps(draft: CourseVersion, steps: Sequence[StepDetails], *, by: User | None) -> CourseVersion:
    """Write all steps of a draft anew, in this order: how a file is read in.

    Raises: as ``add_step``; then nothing has changed.
    """
    require(by, "academy.write_lessons")
    _lock_draft(draft)
    draft.steps.all().delete()
    for position, details in enumerate(steps, start=1):
        _added(draft, position, details)
    refuse_what_fits_no_file(draft)
    return draft


@transaction.atomic
def publish_version(draft: CourseVersion, *, by: User | None) -> CourseVersion:
    """Give the lessons of a draft from now on. Who is half-way in an older version finishes that one.

    Raises:
        Forbidden: ``by`` coordinates nowhere.
        NotADraft: it is published, or was.
        InvalidInput: it has no steps.
        CourseRetired: the course is given no more.
    """
    require(by, "academy.publish_lessons")
    course = _locked(draft.course)
    _lock_draft(draft)
    if not draft.steps.exists():
        raise InvalidInput(_("There is nothing to learn in it yet. Add a step first."))
    course.versions.filter(state=VersionState.PUBLISHED).update(state=VersionState.REPLACED)
    rows = CourseVersion.objects.filter(pk=draft.pk, state=VersionState.DRAFT)
    if rows.update(state=VersionState.PUBLISHED, published_at=clock.now()) != 1:
        raise NotADraft
    record(CourseChanged(course_id=course.pk), actor=by)
    forget_unnamed(course)
    draft.refresh_from_db()
    return draft


@transaction.atomic
def drop_draft(draft: CourseVersion, *, by: User | None) -> None:
    """Throw a draft away.

    Raises:
        Forbidden, NotADraft: as for ``add_step``.
    """
    require(by, "academy.write_lessons")
    _lock_draft(draft)
    CourseVersion.objects.filter(pk=draft.pk).delete()
    forget_unnamed(draft.course)


def _added(draft: CourseVersion, position: int, details: StepDetails) -> Step:
    if position > STEPS_AT_MOST:
        raise InvalidInput(_("A course has at most 60 steps. Make two courses of it."))
    step = Step(version=draft, position=position, **details)
    _check(step)
    step.save(force_insert=True)
    return step


def _copies(published: CourseVersion, draft: CourseVersion) -> list[Step]:
    names = [*StepDetails.__annotations__, "position"]
    return [
        Step(version=draft, **{name: getattr(step, name) for name in names}) for step in published.steps.all()
    ]


def _number(version: CourseVersion, order: Sequence[Any]) -> None:
    """Number the steps; by way of numbers that nobody has, for two never share one."""
    version.steps.update(position=F("position") + 1000)
    for position, key in enumerate(order, start=1):
        Step.objects.filter(pk=key).update(position=position)


def _check(step: Step) -> None:
    """Raise ``InvalidInput`` for what a learner could not use."""
    _check_texts(step.title, "title", LONGEST_TITLE, needed=True)
    _check_texts(step.body, "body", LONGEST_BODY, needed=step.kind == StepKind.TEXT)
    _check_texts(step.transcript, "transcript", LONGEST_BODY, needed=step.kind == StepKind.FILM)
    if step.kind not in StepKind.values:
        raise InvalidInput(field="kind")
    if not 1 <= step.minutes <= 60:
        raise InvalidInput(_("A step takes 1 to 60 minutes; about five is best."), field="minutes")
    if (step.kind == StepKind.FILM or step.film) and not FILM.fullmatch(step.film):
        raise InvalidInput(_("Give the address of the film, beginning with https://"), field="film")
    if step.kind == StepKind.QUESTION:
        _check_choices(step.choices)


def _check_texts(texts: Texts, field: str, longest: int, *, needed: bool) -> None:
    languages = {code for code, _name in settings.LANGUAGES}
    if not isinstance(texts, dict) or not set(texts) <= languages:
        raise InvalidInput(field=field)
    if any(not isinstance(text, str) or len(text) > longest for text in texts.values()):
        raise InvalidInput(_("This is too long. Make two steps of it."), field=field)
    for text in texts.values():
        refuse_empty_place(text, field)
        refuse_bare_picture(text, field)
    if needed and not texts.get("nl", "").strip():
        raise InvalidInput(_("This is needed in Dutch."), field=field)


def _check_choices(choices: list[dict[str, Any]]) -> None:
    fewest, most = CHOICES
    if len(choices) < fewest:
        raise InvalidInput(_("A question has at least two answers."), field="choices")
    if len(choices) > most:
        raise InvalidInput(_("A question has two to six answers."), field="choices")
    if len({choice.get("key") for choice in choices}) != len(choices):
        raise InvalidInput(field="choices")
    for choice in choices:
        _check_texts(choice.get("text", {}), "choices", LONGEST_BODY, needed=True)
        _check_texts(choice.get("why", {}), "choices", LONGEST_BODY, needed=False)
        if not choice.get("why", {}).get("nl", "").strip():
            raise InvalidInput(_("Say with each answer, kindly, why it is or is not right."), field="choices")
    if not any(choice.get("right") is True for choice in choices):
        raise InvalidInput(_("At least one answer is right."), field="choices")


def _locked(course: Course) -> Course:
    found = Course.objects.select_for_update().filter(pk=course.pk, retired_at=None).first()
    if found is None:
        raise CourseRetired
    return found


def _lock_draft(version: CourseVersion) -> None:
    """Lock the version. Raises ``NotADraft`` when learners may have it before them."""
    found = CourseVersion.objects.select_for_update().filter(pk=version.pk).first()
    if found is None or found.state != VersionState.DRAFT:
        raise NotADraft
