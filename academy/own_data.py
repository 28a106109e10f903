"""What this app keeps of a person: told and erased."""

from collections.abc import Iterable

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from academy import models
from academy.models import Completion, CourseInvitation, Learning, StepDone
from people.rights import Section, Subject, erases, excuse, tells, value_of

excuse(
    "Says nothing about a person.",
    models.Course,
    models.CategoryRequirement,
    models.CourseVersion,
    models.Step,
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
