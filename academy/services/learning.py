"""Doing the lessons of a course, step by step, also from a phone that was offline meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from academy.enums import StepKind, VersionState
from academy.errors import CourseNotOffered, NothingToLearn, PrerequisiteMissing, StepNotHere
from academy.events import LearningBegun, LearningFinished
from academy.models import LAPSES_SOON, Course, Learning, Step, StepDone
from academy.queries import has_done, missing_prerequisites
from academy.services.certificates import settle
from common import clock
from common.errors import InvalidInput
from common.permissions import require
from events.services import record
from people.models import User


@dataclass(frozen=True, slots=True)
class Feedback:
    """What came of a step: whether it is done, what to say of the answer, and whether that was the last."""

    learning: Learning
    done: bool
    why: str = ""


@transaction.atomic
def begin(course: Course, user: User, *, by: User | None) -> Learning:
    """Begin with the lessons of a course as they are now; who is half-way goes on with the version they have.

    Who has done the course gets those lessons back, to read them again, until it is time to renew it.

    Raises:
        Forbidden: ``by`` is someone else.
        CourseNotOffered: it is a draft or given no more.
        NothingToLearn: it has no lessons.
        PrerequisiteMissing: another course comes first.
    """
    require(by, "academy.learn", user)
    course = Course.objects.get(pk=course.pk)
    known = course.learnings.filter(user=user).order_by(F("finished_at").desc(nulls_first=True)).first()
    fresh = has_done(user, course, on=clock.today() + LAPSES_SOON)
    if known is not None and (known.finished_at is None or fresh or _waits_for_session(known)):
        return known
    if not course.on_offer:
        raise CourseNotOffered
    _require_prerequisites(course, user)
    version = course.versions.filter(state=VersionState.PUBLISHED).first()
    if version is None:
        raise NothingToLearn
    learning, made = Learning.objects.get_or_create(
        user=user, course=course, finished_at=None, defaults={"version": version}
    )
    if made:
        record(LearningBegun(learning_id=learning.pk, user_id=user.pk, course_id=course.pk), actor=by)
    return learning


@transaction.atomic
def do_step(
    learning: Learning, step: Step, *, by: User | None, choice: str = "", at: datetime | None = None
) -> Feedback:
    """Note that a step is done; a question is done once a right answer is chosen. Repeating changes nothing.

    ``at`` is when the learner did it, where that is earlier than now. With the last step the course is done,
    unless a meeting belongs to it.

    Raises:
        Forbidden: it is not their learning.
        StepNotHere: the step is of another version.
        InvalidInput: no such answer; ``field`` is ``choice``.
    """
    require(by, "academy.learn", learning.user)
    learning = Learning.objects.select_for_update(of=("self",)).select_related("user").get(pk=learning.pk)
    if step.version_id != learning.version_id:
        raise StepNotHere
    chosen = _chosen(step, choice)
    why = step.words(chosen["why"]) if chosen else ""
    if chosen and not chosen["right"]:
        return Feedback(learning, done=False, why=why)
    now = clock.now()
    moment = min(max(at or now, learning.started_at), now)
    StepDone.objects.get_or_create(learning=learning, step=step, defaults={"at": moment})
    Learning.objects.filter(pk=learning.pk).update(seen_at=now)
    learning.seen_at = now
    _finish_if_done(learning, by)
    return Feedback(learning, done=True, why=why)


def _finish_if_done(learning: Learning, by: User | None) -> None:
    if learning.finished_at is not None or learning.done.count() < learning.version.steps.count():
        return
    now = clock.now()
    Learning.objects.filter(pk=learning.pk, finished_at=None).update(finished_at=now)
    learning.finished_at = now
    record(
        LearningFinished(learning_id=learning.pk, user_id=learning.user_id, course_id=learning.course_id),
        actor=by,
    )
    settle(learning.user, learning.course, version=learning.version)


def _chosen(step: Step, choice: str) -> dict[str, Any] | None:
    if step.kind != StepKind.QUESTION:
        return None
    found: dict[str, Any] | None = next((each for each in step.choices if each["key"] == choice), None)
    if found is None:
        raise InvalidInput(field="choice")
    return found


def _waits_for_session(learning: Learning) -> bool:
    """The lessons were done and not yet turned into a certificate: a meeting is still to come."""
    course = learning.course
    return (
        course.needs_session
        and not course.certificates.filter(
            user_id=learning.user_id, issued_at__gte=learning.finished_at
        ).exists()
    )


def _require_prerequisites(course: Course, user: User) -> None:
    missing = missing_prerequisites(course, user)
    if missing:
        raise PrerequisiteMissing(missing[0].title)
