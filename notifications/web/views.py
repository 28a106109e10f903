"""The list of messages, and the count in the header."""

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
from notifications import queries, services
from notifications.enums import NoticeKind
from notifications.models import Notice

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
    NoticeKind.COURSE_WANTED: "volunteer-trainings",
    NoticeKind.NO_VOLUNTEER: "desk-request",
    NoticeKind.REVIEW_SILENT: "desk-request",
    NoticeKind.ENDED_RESIDENT: "my-request",
    NoticeKind.ENDED_VOLUNTEER: "agreement",
    NoticeKind.WIDENING: "my-request",
    NoticeKind.WIDENING_YES: "desk-request",
    NoticeKind.WIDENING_NO: "desk-request",
    NoticeKind.STEP_EXPIRING: "screening-of",
    NoticeKind.STEP_EXPIRED: "screening-of",
    NoticeKind.DECISION_ASKED: "screening-of",
}
# What is about a volunteer's own screening leads to their page about it.
ABOUT_ONESELF = frozenset(kind for kind in NoticeKind if kind.value.startswith("screening_"))


class Line(NamedTuple):
    """A notice with its sentence."""

    notice: Notice
    sentence: str


@require_safe
@login_required
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """The person's messages, newest first. With htmx only the list."""
    notices = queries.notices_of(request.user)
    page = Paginator(notices, PER_PAGE).get_page(request.GET.get("pagina"))
    lines = [Line(notice, str(NoticeKind(notice.kind).label)) for notice in page]
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
    """How many messages are unread, for every place in the navigation that says so (out of band)."""
    count = queries.unread_count(request.user)
    return render(request, "notifications/_counts.html", {"count": count})


def address_of(notice: Notice) -> str:
    """Where a message leads. What both sides hear (planned, done) leads each to their own page."""
    kind = NoticeKind(notice.kind)
    if kind in ABOUT_ONESELF:
        return reverse("my-screening")
    if kind == NoticeKind.COURSE_INVITED:
        return reverse("learning")
    name = LEADS_TO.get(kind) or ("agreement" if notice.for_volunteer else "my-request")
    return reverse(name, args=[notice.object_id])
