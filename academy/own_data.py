"""What this app keeps of a person: told and erased."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext_lazy as _

from academy import models
from academy.models import (
    ArticleFeedback,
    ArticlePicture,
    Certificate,
    Completion,
    CourseInvitation,
    Enrolment,
    Evaluation,
    KeptPicture,
    Learning,
    LessonPicture,
    Session,
    StepDone,
)
from academy.services import ENROLMENTS, forget_certificates
from common import clock
from common.seating import HOLDING, RUNNING
from people.rights import Section, Subject, Term, ends, erases, excuse, keeps, tells, value_of

excuse(
    "Says nothing about a person.",
    models.Course,
    models.CategoryRequirement,
    models.RoleRequirement,
    models.CourseVersion,
    models.Step,
    models.Session,
    models.BadgeKey,
    models.SpentStatus,
    models.Article,
    models.ArticleVersion,
    models.ArticleTopic,
    models.ArticleIndexed,
    models.SearchSynonyms,
    models.ImportedFile,
)


@tells(Completion, CourseInvitation)
def tell_trainings(subject: Subject) -> Iterable[Section]:
    """What was done, and to what someone was invited."""
    if subject.volunteer is None:
        return
    columns = {
        "course": _("Training"),
        "completed_on": _("Done on"),
        "valid_until": _("Last valid day"),
        "revoked_at": _("Taken back on"),
    }
    done = Completion.objects.filter(volunteer=subject.volunteer).select_related("course")
    rows = [{name: value_of(row, name) for name in columns} | {"course": row.course.title} for row in done]
    yield Section("trainings", _("Trainings"), columns, rows)
    columns = {
        "course": _("Training"),
        "at": _("Asked on"),
        "state": _("State"),
        "answered_at": _("Answered on"),
    }
    asked = CourseInvitation.objects.filter(volunteer=subject.volunteer).select_related("course")
    rows = [{name: value_of(row, name) for name in columns} | {"course": row.course.title} for row in asked]
    yield Section("training_invitations", _("Invitations to trainings"), columns, rows)


@erases(Completion, CourseInvitation)
def erase_trainings(subject: Subject) -> dict[str, int]:
    """Completions and invitations go with the volunteer."""
    counts: dict[str, int] = {}
    if subject.volunteer is not None:
        for model in (Completion, CourseInvitation):
            counts |= model._default_manager.filter(volunteer=subject.volunteer).delete()[1]
    return counts


@tells(Learning, StepDone)
def tell_lessons(subject: Subject) -> Iterable[Section]:
    """Which lessons someone does or did, and how far."""
    if subject.user is None:
        return
    columns = {
        "course": _("Training"),
        "started_at": _("Begun on"),
        "finished_at": _("Finished on"),
        "steps_done": _("Steps done"),
    }
    found = Learning.objects.filter(user=subject.user).select_related("course")
    rows = [
        {"course": row.course.title, "started_at": row.started_at, "finished_at": row.finished_at}
        | {"steps_done": steps}
        for row in found.annotate(steps=Count("done"))
        for steps in [row.steps]
    ]
    yield Section("lessons", _("Lessons"), columns, rows)


@erases(Learning, StepDone)
def erase_lessons(subject: Subject) -> dict[str, int]:
    """Lessons go with the account; steps done with the lessons."""
    if subject.user is None:
        return {}
    return Learning.objects.filter(user=subject.user).delete()[1]


@tells(LessonPicture, ArticlePicture)
def tell_pictures(subject: Subject) -> Iterable[Section]:
    """Which pictures someone put in lessons and articles."""
    if subject.user is None:
        return
    columns = {"address": _("Address"), "uploaded_at": _("On")}
    of_course = {"course": _("Training"), **columns}
    lessons = LessonPicture.objects.filter(uploaded_by=subject.user).defer("image").select_related("course")
    rows = [_picture(row) | {"course": row.course.title} for row in lessons.order_by("uploaded_at")]
    yield Section("lesson_pictures", _("Pictures in lessons"), of_course, rows)
    others = ArticlePicture.objects.filter(uploaded_by=subject.user).defer("image").order_by("uploaded_at")
    yield Section("article_pictures", _("Pictures in articles"), columns, [_picture(row) for row in others])


@erases(LessonPicture, ArticlePicture)
def erase_pictures(subject: Subject) -> dict[str, int]:
    """The lesson or article keeps its picture; who put it there is forgotten."""
    if subject.user is not None:
        for model in (LessonPicture, ArticlePicture):
            model.objects.filter(uploaded_by=subject.user).update(uploaded_by=None)
    return {}


def _picture(row: KeptPicture) -> dict[str, Any]:
    return {"address": row.address, "uploaded_at": row.uploaded_at}


@tells(Enrolment, Evaluation, Certificate)
def tell_meetings(subject: Subject) -> Iterable[Section]:
    """Which meetings someone signed up for, what they said of them, and their certificates."""
    if subject.user is None:
        return
    columns = {
        "course": _("Training"),
        "starts_at": _("Begins"),
        "state": _("State"),
        "asked_at": _("Signed up on"),
        "checked_in_at": _("Checked in"),
    }
    seats = Enrolment.objects.filter(holder=subject.user).select_related("event__course")
    rows = [
        {name: value_of(seat, name) for name in ("state", "asked_at", "checked_in_at")}
        | {"course": seat.event.course.title, "starts_at": seat.event.starts_at}
        for seat in seats
    ]
    yield Section("meetings", _("Meetings"), columns, rows)
    columns = {
        "course": _("Training"),
        "rating": _("Stars"),
        "usable": _("Of use"),
        "words": _("What you said"),
        "at": _("On"),
    }
    said = Evaluation.objects.filter(user=subject.user).select_related("course")
    opinions = ("rating", "usable", "words", "at")
    rows = [{name: value_of(row, name) for name in opinions} | {"course": row.course.title} for row in said]
    yield Section("evaluations", _("What you thought of trainings"), columns, rows)
    columns = {
        "course": _("Training"),
        "issued_on": _("Done on"),
        "valid_until": _("Last valid day"),
        "revoked_at": _("Taken back on"),
    }
    proofs = Certificate.objects.filter(user=subject.user).select_related("course")
    names = ("issued_on", "valid_until", "revoked_at")
    rows = [{name: value_of(row, name) for name in names} | {"course": row.course.title} for row in proofs]
    yield Section("certificates", _("Certificates"), columns, rows)


@ends
def give_places_up(subject: Subject) -> None:
    """Places at meetings to come go to who waits for them."""
    if subject.user is None:
        return
    to_come = Enrolment.objects.filter(
        holder=subject.user, state__in=RUNNING, event__starts_at__gt=clock.now()
    )
    for seat in to_come:
        ENROLMENTS.cancel(seat, by=None)


@erases(Enrolment, Evaluation, Certificate)
def erase_meetings(subject: Subject) -> dict[str, int]:
    """Places, opinions and certificates go with the account; who was there stays counted nowhere."""
    counts: dict[str, int] = {}
    if subject.user is not None:
        held = Enrolment.objects.filter(holder=subject.user, state__in=HOLDING)
        for event_id, size in held.values_list("event_id", "size"):
            Session.objects.filter(pk=event_id).update(taken=F("taken") - size)
        counts |= Enrolment.objects.filter(holder=subject.user).delete()[1]
        counts |= Evaluation.objects.filter(user=subject.user).delete()[1]
        counts |= forget_certificates(subject.user)
    return counts


excuse("Nothing is kept of who said so; words go by their own term.", models.ArticleFeedback)


def _old_words(moment: datetime) -> QuerySet[ArticleFeedback]:
    return ArticleFeedback.objects.filter(at__lt=moment).exclude(word="")


def _forget_words(moment: datetime, most: int) -> int:
    """The words go, the count stays."""
    ids = list(_old_words(moment).values_list("pk", flat=True)[:most])
    return ArticleFeedback.objects.filter(pk__in=ids).update(word="")


keeps(
    Term(
        "article_words",
        _("What readers wrote about articles"),
        "ARTICLE_WORDS_KEPT_DAYS",
        lambda moment: _old_words(moment).count(),
        _forget_words,
    )
)
