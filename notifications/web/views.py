"""The list of messages, and the count in the header."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.errors import NotFound
from help_requests.models import HelpRequest
from help_requests.queries import visible_to
from matching.models import Assignment, Offer
from notifications import queries, services
from notifications.enums import NoticeKind
from notifications.models import Notice
from notifications.telling import date_page
from notifications.web.subjects import words_of
from people.models import User
from vacancies.models import Shift
from vacancies.queries.expected import expected_at

PER_PAGE = 25
# Where a message leads, by what its object is.
LEADS_TO: dict[NoticeKind, str] = {
    NoticeKind.OFFER: "offer",
    NoticeKind.OFFER_TAKEN: "offer",
    NoticeKind.OFFER_CANCELLED: "offer",
    NoticeKind.AGREED_VOLUNTEER: "agreement",
    NoticeKind.CANCELLED_VOLUNTEER: "agreement",
    NoticeKind.PROPOSED: "my-request",
    NoticeKind.AGREED_RESIDENT: "my-request",
    NoticeKind.CANCELLED_RESIDENT: "my-request",
    NoticeKind.REQUEST_OPENED: "my-request",
    NoticeKind.REQUEST_SENT_BACK: "my-request",
    NoticeKind.REQUEST_REFERRED: "my-request",
    NoticeKind.REQUEST_UNSUITABLE: "my-request",
    NoticeKind.VACANCY_TIP: "vacancy",
    NoticeKind.COURSE_WANTED: "volunteer-trainings",
    NoticeKind.ARTICLE_REVIEW: "article-edit",
    NoticeKind.MEETING_TAKEN: "meeting",
    NoticeKind.MEETING_MOVED_UP: "meeting",
    NoticeKind.MEETING_ADMITTED: "meeting",
    NoticeKind.MEETING_CANCELLED: "meeting",
    NoticeKind.MEETING_LAPSED: "meeting",
    NoticeKind.MEETING_CHANGED: "meeting",
    NoticeKind.MEETING_TOMORROW: "meeting",
    NoticeKind.MEETING_EVALUATE: "meeting-evaluate",
    NoticeKind.TRAINING_TOMORROW: "trainer-session",
    NoticeKind.CERTIFICATE: "certificate",
    NoticeKind.NO_VOLUNTEER: "desk-request",
    NoticeKind.REVIEW_SILENT: "desk-request",
    NoticeKind.ENDED_RESIDENT: "my-request",
    NoticeKind.ENDED_VOLUNTEER: "agreement",
    NoticeKind.WIDENING: "my-request",
    NoticeKind.WIDENING_YES: "desk-request",
    NoticeKind.WIDENING_NO: "desk-request",
    NoticeKind.SHIFT_MOVED_UP: "my-shift",
    NoticeKind.SHIFT_REMINDER: "my-shift",
    NoticeKind.SHIFT_LAPSED: "my-shift",
    NoticeKind.SHIFT_PASSED_ON: "my-shift",
    NoticeKind.SHIFT_CALLED_OFF: "my-shift",
    NoticeKind.SHIFT_TAKEN_OFF: "my-shift",
    NoticeKind.SHIFT_MOVED: "my-shift",
    NoticeKind.SHIFT_GIVEN_UP: "shift-roster",
    NoticeKind.SWAP_TAKEN: "shift-roster",
    NoticeKind.SHIFT_FOR_NOBODY: "shift-roster",
    **dict.fromkeys(
        (
            NoticeKind.ANSWER_READ,
            NoticeKind.ANSWER_MOVED,
            NoticeKind.ANSWER_STARTED,
            NoticeKind.ANSWER_DECLINED,
            NoticeKind.ANSWER_ENDED,
            NoticeKind.WORD_OF_ORGANISATION,
        ),
        "my-application",
    ),
    **dict.fromkeys(
        (
            NoticeKind.VACANCY_ANSWERED,
            NoticeKind.ANSWER_WITHDRAWN,
            NoticeKind.WORD_OF_VOLUNTEER,
            NoticeKind.ANSWER_WAITS,
            NoticeKind.ORGANISATION_SILENT,
            NoticeKind.ANSWER_FOR_NOBODY,
        ),
        "applicant",
    ),
    **dict.fromkeys(
        (
            NoticeKind.VACANCY_WAITS,
            NoticeKind.VACANCY_PUBLISHED,
            NoticeKind.VACANCY_SENT_BACK,
            NoticeKind.VACANCY_EXPIRES,
            NoticeKind.CONTACT_LOST,
            NoticeKind.CONTACT_LOST_THERE,
            NoticeKind.VACANCY_FOR_NOBODY,
        ),
        "desk-vacancy",
    ),
    NoticeKind.ORGANISATION_REQUESTED: "review-organisation",
    NoticeKind.ORGANISATION_DECIDED: "organisation-desk",
    NoticeKind.NEWS_FOR_NOBODY: "organisation-desk",
    NoticeKind.NOBODY_LEFT: "organisation-desk",
    NoticeKind.TASK_MOVED_UP: "action",
    NoticeKind.TASK_CALLED_OFF: "action",
    NoticeKind.TASK_TAKEN_OFF: "action",
    NoticeKind.TASK_DROPPED: "action",
    NoticeKind.ACTION_MOVED: "action",
    NoticeKind.TASK_REMINDER: "action",
    NoticeKind.ACTION_TO_REVIEW: "action-desk",
    NoticeKind.ACTION_ANSWERED: "action-desk",
    NoticeKind.ACTION_FOR_NOBODY: "action-desk",
    NoticeKind.STEP_EXPIRING: "screening-of",
    NoticeKind.STEP_EXPIRED: "screening-of",
    NoticeKind.DECISION_ASKED: "screening-of",
    NoticeKind.RESIDENT_SHARED: "resident",
    NoticeKind.REPORT_FILED: "report",
    NoticeKind.READING_UNUSUAL: "desk-reading",
}
# What is about a volunteer's own screening leads to their page about it.
ABOUT_ONESELF = frozenset(kind for kind in NoticeKind if kind.value.startswith("screening_"))

# What is about an organisation leads to one's own place there: a shift, an action or a placement.
AT_ORGANISATION = frozenset({NoticeKind.ORGANISATION_PAUSED, NoticeKind.ORGANISATION_RETURNED})

# What leads to a page of one's own that has no number.
WITHOUT_OBJECT: dict[NoticeKind, str] = {
    NoticeKind.SWAP_ASKED: "my-shifts",
    NoticeKind.PARENT_AGREED: "placement",
    NoticeKind.PARENT_REFUSED: "placement",
    NoticeKind.PLACEMENT_ASKED: "placements-desk",
    NoticeKind.PLACEMENT_LEFT: "placements-desk",
    NoticeKind.PLACEMENT_AGREED: "placement",
    NoticeKind.PLACEMENT_DECLINED: "placement",
    NoticeKind.PLACEMENT_STOPPED: "placement",
    NoticeKind.STUDENT_DONE: "placement",
    NoticeKind.COURSE_INVITED: "learning",
    NoticeKind.COURSE_ENDING: "learning",
    NoticeKind.COURSE_ENDED: "learning",
    NoticeKind.RECORD_SHARED: "my-rights",
    NoticeKind.REPORT_SETTLED: "my-reports",
}
WITHOUT_OBJECT |= {
    NoticeKind.THANKED: "my-hours",
    NoticeKind.TALK_ASKED: "desk-talks",
    NoticeKind.HOURS_WAITING: "hours-to-sign",
    NoticeKind.CLAIM_WAITING: "claims-to-decide",
    NoticeKind.LIMIT_NEAR_PAYER: "claims-to-decide",
    NoticeKind.LIMIT_OVER_PAYER: "claims-to-decide",
}
_OWN_PAGES = {"hours_": "my-hours", "milestone_": "my-hours", "claim_": "my-claims", "limit_": "my-claims"}
WITHOUT_OBJECT |= {
    kind: page
    for start, page in _OWN_PAGES.items()
    for kind in NoticeKind
    if kind.value.startswith(start) and kind not in WITHOUT_OBJECT
}


class Line(NamedTuple):
    """A notice with its sentence, and what it is about when the reader may see that."""

    notice: Notice
    sentence: str
    about: HelpRequest | None
    words: str = ""


@require_safe
@login_required
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """The person's messages, newest first. With htmx only the list."""
    notices = queries.notices_of(request.user)
    page = Paginator(notices, PER_PAGE).get_page(request.GET.get("pagina"))
    about = requests_about(request.user, page.object_list)
    words = words_of(request.user, [(notice, _page_of(notice)) for notice in page])
    lines = [
        Line(
            notice,
            str(NoticeKind(notice.kind).label),
            about.get(notice.object_id),
            words.get(notice.pk, ""),
        )
        for notice in page
    ]
    context = {"lines": lines, "page": page, "unread": any(line.notice.read_at is None for line in lines)}
    htmx = request.htmx  # type: ignore[attr-defined]
    if htmx and not htmx.history_restore_request:
        return render(request, "notifications/_inbox.html", context)
    return render(request, "notifications/inbox.html", context | {"mail": queries.wants_mail(request.user)})


@require_safe
@login_required
@never_cache
def open_notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Mark a message as read and go where it leads."""
    notice = queries.notices_of(request.user).filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    services.mark_read(request.user, [notice.pk])
    return redirect(address_of(notice))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every message as read."""
    services.mark_read(request.user)
    return redirect("inbox")


@require_POST
@login_required
def mail_preference(request: HttpRequest) -> HttpResponse:
    """Turn mail beside messages on (``mail=on``) or off."""
    services.choose_mail(request.user, wanted=request.POST.get("mail") == "on")
    return redirect("inbox")


@require_safe
@login_required
@never_cache
def inbox_count(request: HttpRequest) -> HttpResponse:
    """How much waits for the reader, for every place in the navigation that says so (out of band)."""
    waiting = asdict(queries.waiting_for(request.user))
    return render(request, "notifications/_counts.html", {"waiting": waiting.items()})


def address_of(notice: Notice) -> str:
    """Where a message leads. What both sides hear (planned, done) leads each to their own page."""
    kind = NoticeKind(notice.kind)
    if kind in ABOUT_ONESELF:
        return reverse("my-screening")
    if kind in AT_ORGANISATION:
        return reverse(expected_at(notice.object_id, notice.user_id).get(notice.user_id, "inbox"))
    if kind == NoticeKind.SHIFT_TIP:
        shift = Shift.objects.filter(pk=notice.object_id).first()
        return date_page(shift) if shift is not None else reverse("inbox")
    if kind in WITHOUT_OBJECT:
        return reverse(WITHOUT_OBJECT[kind])
    return reverse(_page_of(notice), args=[notice.object_id])


def requests_about(user: User, notices: Iterable[Notice]) -> dict[UUID, HelpRequest]:
    """The request behind each message, by the message's object; only what ``user`` may see."""
    objects: dict[str, set[UUID]] = {}
    for notice in notices:
        objects.setdefault(_page_of(notice), set()).add(notice.object_id)
    found: dict[UUID, HelpRequest] = {}
    for name, model in (("offer", Offer), ("agreement", Assignment)):
        if name in objects:
            rows = model.objects.filter(pk__in=objects[name], volunteer__user=user)
            found |= {row.pk: row.request for row in rows.select_related("request")}
    ids = objects.get("my-request", set()) | objects.get("desk-request", set())
    return found | ({each.pk: each for each in visible_to(user).filter(pk__in=ids)} if ids else {})


def _page_of(notice: Notice) -> str:
    """The name of the page that a message leads to."""
    return LEADS_TO.get(NoticeKind(notice.kind)) or ("agreement" if notice.for_volunteer else "my-request")
