"""What this app keeps of a person: told, ended, erased, and for how long."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from common.encryption import digest
from help_requests.enums import DONE_WITH, ENDED, RequestState
from help_requests.models import HelpRequest
from matching import models
from matching.advice import choices_of
from matching.models import AdviceTalk, Assignment, Offer, ProposedPair, Reveal, Review, VacancyTip
from matching.services import release_resident, release_volunteer
from people.rights import Section, Subject, Term, Told, ends, erases, excuse, keeps, tells, value_of

excuse("How a centre asks; says nothing about a person.", models.DispatchPolicy, models.DailyProposal)
excuse(
    "State and moments of the asking for one request; goes with the request.",
    models.Dispatch,
    models.Widening,
)


@tells(Offer, ProposedPair, Assignment, Review, Reveal)
def tell_matching(subject: Subject) -> Iterable[Section]:
    """Questions, proposals, appointments and how they went; never who the other is."""
    columns = {
        "category": _("Kind of help"),
        "state": _("State"),
        "sent_at": _("Asked on"),
        "seen_at": _("Opened on"),
        "answered_at": _("Answered on"),
        "score": _("How well it suited, 0 to 1"),
    }
    mine = Q(volunteer=subject.volunteer) if subject.volunteer else Q(pk=None)
    offers = Offer.objects.filter(mine).select_related("request").order_by("sent_at")
    yield Section(
        "offers", _("Questions to you"), columns, [_row(row, row.request, columns) for row in offers]
    )
    columns = {
        "category": _("Kind of help"),
        "state": _("State"),
        "score": _("How well it suited, 0 to 1"),
        "distance_m": _("Distance in metres"),
    }
    pairs = ProposedPair.objects.filter(mine).select_related("request").order_by("id")
    rows = [_row(row, row.request, columns) for row in pairs]
    yield Section("proposals", _("Where we thought of you"), columns, rows)
    columns = {
        "category": _("Kind of help"),
        "state": _("State"),
        "created_at": _("Since"),
        "starts_at": _("When"),
        "meeting_place": _("Where you first met"),
        "ended_at": _("Ended on"),
        "minutes_spent": _("Minutes"),
        "cancel_reason": _("Why it ended"),
    }
    either = mine | Q(request__resident__in=subject.residents)
    found = Assignment.objects.filter(either).select_related("request").order_by("created_at")
    rows = [_row(row, row.request, columns) for row in found]
    yield Section("appointments", _("Your appointments"), columns, rows)
    columns = {"occasion": _("Occasion"), "asked_at": _("Asked on"), "outcome": _("What you answered")}
    reviews = Review.objects.filter(assignment__in=found).select_related("assignment").order_by("asked_at")
    yield Section("reviews", _("How it went"), columns, [_review(row, subject) for row in reviews])
    columns = {"category": _("Kind of help"), "at": _("When")}
    reveals = Reveal.objects.filter(mine).exclude(request=None).select_related("request").order_by("at")
    rows = [_row(row, row.request, columns) for row in reveals if row.request]
    yield Section("requests_shown", _("Requests near by that we showed you"), columns, rows)


@ends
def end_matching(subject: Subject) -> None:
    """Nobody is asked, expected or visited any more."""
    if subject.volunteer is not None:
        release_volunteer(subject.volunteer.pk)
    for resident in subject.residents:
        release_resident(resident.pk)


@tells(VacancyTip)
def tell_tips(subject: Subject) -> Iterable[Section]:
    """The vacancies and shifts that the centre pointed out to this volunteer."""
    columns = {"vacancy": _("Vacancy"), "starts_at": _("Date pointed out"), "at": _("When")}
    tips = VacancyTip.objects.filter(volunteer=subject.volunteer).select_related("vacancy", "shift")
    rows = [
        {
            "vacancy": tip.vacancy.title,
            "starts_at": tip.shift.starts_at if tip.shift is not None else None,
            "at": tip.at,
        }
        for tip in (tips.order_by("at") if subject.volunteer else ())
    ]
    yield Section("vacancy_tips", _("Vacancies we pointed out to you"), columns, rows)


@erases(VacancyTip)
def erase_tips(subject: Subject) -> dict[str, int]:
    """What was pointed out to someone goes."""
    tips = VacancyTip.objects.filter(volunteer=subject.volunteer) if subject.volunteer else None
    return {"matching_vacancytip": tips.delete()[0] if tips is not None else 0}


@erases(Offer, ProposedPair, Assignment, Review, Reveal)
def erase_matching(subject: Subject) -> dict[str, int]:
    """That help was asked and given stays for the figures; how someone was judged and where they met goes."""
    either = Q(request__resident__in=subject.residents)
    if subject.volunteer is not None:
        either |= Q(volunteer=subject.volunteer)
    return {
        "matching_reveal": Reveal.objects.filter(either).delete()[0],
        "matching_proposedpair": ProposedPair.objects.filter(either).delete()[0],
        "matching_offer": Offer.objects.filter(either).update(score=None, reasons=[]),
        "matching_assignment": Assignment.objects.filter(either).update(meeting_place=""),
    }


def _row(
    row: Offer | ProposedPair | Assignment | Reveal, request: HelpRequest, names: Iterable[str]
) -> dict[str, object]:
    return {name: value_of(request if name == "category" else row, name) for name in names}


def _review(row: Review, subject: Subject) -> dict[str, object]:
    own = "volunteer" if row.assignment.volunteer == subject.volunteer else "resident"
    outcome: Told | None = value_of(row, f"{own}_outcome")
    return {"occasion": value_of(row, "occasion"), "asked_at": row.asked_at, "outcome": outcome}


def _last_before(moment: datetime) -> QuerySet[HelpRequest]:
    """Requests of which the last that happened was before ``moment``, the longest ago first (an index)."""
    last = Coalesce("ended_at", "done_at", "matched_at", "created_at")
    return HelpRequest.objects.annotate(last=last).filter(last__lt=moment).order_by("last")


def _unmatched(moment: datetime) -> QuerySet[HelpRequest]:
    """Not sent, or sent back and left so; or withdrawn before anybody was found."""
    draft = Q(state=RequestState.DRAFT, created_at__lt=moment) & (
        Q(submitted_at=None) | Q(submitted_at__lt=moment)
    )
    withdrawn = Q(state=RequestState.WITHDRAWN, matched_at=None, ended_at__lt=moment)
    return _last_before(moment).filter(draft | withdrawn)


def _closed(moment: datetime) -> QuerySet[HelpRequest]:
    """Over since before ``moment``, whatever the way it ended."""
    return _last_before(moment).filter(state__in=ENDED | DONE_WITH)


@transaction.atomic
def _delete(due: QuerySet[HelpRequest], most: int) -> int:
    """Requests with everything that hangs on them; questions, asking and reviews go by themselves."""
    ids = list(due.values_list("pk", flat=True)[:most])
    Assignment.objects.filter(request__in=ids).delete()
    HelpRequest.objects.filter(pk__in=ids).delete()
    return len(ids)


keeps(
    Term(
        "requests_closed",
        _("Requests that are over"),
        "REQUEST_CLOSED_KEPT_DAYS",
        lambda moment: _closed(moment).count(),
        lambda moment, most: _delete(_closed(moment), most),
    )
)
keeps(
    Term(
        "requests_unmatched",
        _("Requests not sent, or withdrawn before someone was found"),
        "REQUEST_UNMATCHED_KEPT_DAYS",
        lambda moment: _unmatched(moment).count(),
        lambda moment, most: _delete(_unmatched(moment), most),
    )
)


def _old_reveals(moment: datetime) -> QuerySet[Reveal]:
    return Reveal.objects.filter(at__lt=moment)


def _delete_reveals(moment: datetime, most: int) -> int:
    ids = list(_old_reveals(moment).values_list("pk", flat=True)[:most])
    return Reveal.objects.filter(pk__in=ids).delete()[0]


keeps(
    Term(
        "reveals",
        _("Which requests near by a volunteer was shown"),
        "REVEALS_KEPT_DAYS",
        lambda moment: _old_reveals(moment).count(),
        _delete_reveals,
    )
)


def _talks(subject: Subject) -> QuerySet[AdviceTalk]:
    """Conversations of someone: by their account, or by the address they left without one."""
    digests = [digest(email) for email in subject.emails]
    theirs = Q(email_digest__in=digests) if digests else Q(pk=None)
    return AdviceTalk.objects.filter(theirs | Q(user=subject.user) if subject.user else theirs)


@tells(AdviceTalk)
def tell_talks(subject: Subject) -> Iterable[Section]:
    """That someone wanted to talk about what suits them, and what they tapped."""
    columns = {
        "created_at": _("Asked on"),
        "name": _("Name"),
        "email": _("E-mail address"),
        "phone": _("Phone number"),
        "chosen": _("What you chose"),
        "state": _("State"),
    }
    rows = [
        {name: value_of(row, name) for name in columns if name != "chosen"}
        | {"chosen": ", ".join(str(choice.label) for choice in choices_of(row.answers))}
        for row in _talks(subject).order_by("created_at")
    ]
    yield Section("advice", _("What suits you"), columns, rows)


@erases(AdviceTalk)
def erase_talks(subject: Subject) -> dict[str, int]:
    """The whole conversation."""
    return {"matching_advicetalk": _talks(subject).delete()[0]}


def _old_talks(moment: datetime) -> QuerySet[AdviceTalk]:
    """Over for long enough, or never answered in all that time."""
    last = AdviceTalk.objects.annotate(last=Coalesce("done_at", "created_at"))
    return last.filter(last__lt=moment).order_by("last")


keeps(
    Term(
        "advice_talks",
        _("Conversations about what suits someone"),
        "ADVICE_KEPT_DAYS",
        lambda moment: _old_talks(moment).count(),
        lambda moment, most: AdviceTalk.objects.filter(
            pk__in=list(_old_talks(moment).values_list("pk", flat=True)[:most])
        ).delete()[0],
    )
)
