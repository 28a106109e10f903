"""What this app keeps of a person: told and erased. Of a concern nobody is told."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from people.rights import Section, Subject, Term, erases, excuse, keeps, rows_of, tells
from safeguarding import models
from safeguarding.enums import DecisionState
from safeguarding.models import Block, Screening, ScreeningDecision

excuse("What a centre asks; says nothing about a person.", models.CategoryRequirement, models.FreeVog)
excuse("Telling it would show that the other side set it; it goes with either side.", Block)
excuse(
    "A worry about someone's safety has rules and a term of its own (CONCERN_KEPT_DAYS); no column leads "
    "from a person to it.",
    models.Concern,
    models.ConcernNote,
    models.ConcernRead,
)


@tells(Screening, ScreeningDecision)
def tell_screening(subject: Subject) -> Iterable[Section]:
    """Of a VOG the number and the dates, which is all there is; of decisions only what was decided."""
    if subject.volunteer is None:
        return
    columns = {
        "requirement": _("Step"),
        "state": _("State"),
        "number": _("Number"),
        "requested_on": _("Asked on"),
        "started_on": _("Begun on"),
        "seen_on": _("Seen on"),
        "valid_until": _("Last valid day"),
    }
    found = Screening.objects.filter(volunteer=subject.volunteer)
    yield Section("screening", _("Screening"), columns, rows_of(found, columns))
    columns = {"outcome": _("Decision"), "reason": _("Reason"), "answered_at": _("On")}
    decided = ScreeningDecision.objects.filter(screening__in=found, state=DecisionState.CONFIRMED)
    yield Section("decisions", _("Decisions about the screening"), columns, rows_of(decided, columns))


@tells(models.Report)
def tell_reports(subject: Subject) -> Iterable[Section]:
    """What the person told. What others told about them stays with the centre: it would show who did."""
    columns = {
        "kind": _("About"),
        "reason": _("What is wrong"),
        "story": _("In your words"),
        "reported_at": _("When"),
        "outcome": _("What came of it"),
        "answer": _("Our answer"),
    }
    found = models.Report.objects.filter(reporter=subject.user) if subject.user else []
    yield Section("reports", _("What you reported"), columns, rows_of(found, columns))


@erases(models.Report)
def erase_reports(subject: Subject) -> dict[str, int]:
    """What they told, and what was told about them."""
    of_them = Q(resident__in=subject.residents)
    if subject.user is not None:
        of_them |= Q(reporter=subject.user) | Q(person=subject.user)
    if subject.volunteer is not None:
        of_them |= Q(volunteer=subject.volunteer)
    return models.Report.objects.filter(of_them).delete()[1]


def _old_reports(moment: datetime) -> QuerySet[models.Report]:
    return models.Report.objects.filter(settled_at__lt=moment).order_by("settled_at")


keeps(
    Term(
        "reports",
        _("Reports that were settled"),
        "REPORT_KEPT_DAYS",
        lambda moment: _old_reports(moment).count(),
        lambda moment, most: models.Report.objects.filter(
            pk__in=list(_old_reports(moment).values_list("pk", flat=True)[:most])
        ).delete()[0],
    )
)


@erases(Screening, ScreeningDecision, Block)
def erase_screening(subject: Subject) -> dict[str, int]:
    """Steps, decisions and blocks go with the person."""
    counts = Block.objects.filter(resident__in=subject.residents).delete()[1]
    if subject.volunteer is not None:
        for model in (Block, Screening):
            counts |= model._default_manager.filter(volunteer=subject.volunteer).delete()[1]
    return counts
