"""What this app keeps of a person: told, ended, erased, and for how long."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.encryption import digest
from help_requests.models import HelpRequest
from help_requests.services import withdraw_all
from people.models import Resident
from people.rights import Section, Subject, Term, ends, erases, keeps, rows_of, tells
from people.services import erase_by_term


@tells(HelpRequest)
def tell_requests(subject: Subject) -> Iterable[Section]:
    """One's requests; and of those one made for another, only that and one's own details."""
    columns = {
        "category": _("Kind of help"),
        "kind": _("How often"),
        "state": _("State"),
        "description": _("Your words"),
        "summary": _("What volunteers read"),
        "destination": _("Where to"),
        "note_to_resident": _("What we wrote to you"),
        "on_date": _("Day"),
        "start_time": _("Time"),
        "until_date": _("Up to and including"),
        "unsuitable_reason": _("Why not"),
        "partner": _("Handed over to"),
        "created_at": _("Made on"),
        "submitted_at": _("Sent on"),
        "opened_at": _("Approved on"),
        "matched_at": _("Volunteer found on"),
        "done_at": _("Done on"),
        "ended_at": _("Closed on"),
    }
    own = HelpRequest.objects.filter(resident__in=subject.residents).order_by("created_at")
    yield Section("requests", _("Your requests for help"), columns, rows_of(own, columns))
    columns = {
        "category": _("Kind of help"),
        "created_at": _("Made on"),
        "name": _("Name"),
        "phone": _("Phone number"),
        "email": _("E-mail address"),
    }
    filed = _filed_by(subject).exclude(resident__in=subject.residents).order_by("created_at")
    rows = [
        rows_of([row], ("category", "created_at"))[0]
        | {part: (row.filer or {}).get(part, "") for part in ("name", "phone", "email")}
        for row in filed
    ]
    yield Section("requests_for_others", _("Requests that you made for someone else"), columns, rows)


@ends
def end_requests(subject: Subject) -> None:
    """Nothing more is asked for who is erased."""
    for resident in subject.residents:
        withdraw_all(resident.pk)


@erases(HelpRequest)
def erase_requests(subject: Subject) -> dict[str, int]:
    """Kind, state, days and district stay for the figures; every word, place and name goes."""
    filed = _filed_by(subject).update(filer=None, filer_email_digest="", filed_by=None)
    own = HelpRequest.objects.filter(resident__in=subject.residents).update(
        filed_by=None,
        filer=None,
        submission_key=None,
        cell=None,
        start_time=None,
        dayparts=0,
        required_languages=0,
        **dict.fromkeys(
            ("description", "summary", "destination", "note_to_resident", "filer_email_digest"), ""
        ),
    )
    return {"help_requests_helprequest": filed + own}


def _filed_by(subject: Subject) -> QuerySet[HelpRequest]:
    """What someone asked for another: with their account, or without one with their address."""
    wanted = Q(filer_email_digest__in=[digest(email) for email in subject.emails])
    if subject.user is not None:
        wanted |= Q(filed_by=subject.user, filed_as__in=["representative", "referrer"])
    return HelpRequest.objects.filter(wanted)


def _idle(moment: datetime) -> QuerySet[Resident]:
    """Residents from before ``moment`` who are still known and of whom no request is left."""
    known = Resident.objects.filter(created_at__lt=moment, help_requests=None).exclude(name="")
    return known.select_related("centre", "user").order_by("created_at")


keeps(
    Term(
        "residents",
        _("Residents of whom no request is left"),
        "RESIDENT_IDLE_KEPT_DAYS",
        lambda moment: _idle(moment).count(),
        lambda moment, most: sum(
            erase_by_term(Subject(residents=(found,))) for found in _idle(moment)[:most]
        ),
    )
)
