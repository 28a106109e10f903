"""Pages of who asked: where each request stands, answering a question, taking a request back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError, Forbidden, InvalidInput, InvalidTransition, NotFound
from help_requests.enums import AGREED, ENDED, TRANSITIONS, RequestKind, RequestState
from help_requests.models import HelpRequest
from help_requests.queries import forget_sent, own_request, requests_of
from help_requests.services import EDITABLE, RECALLED, edit_request, submit_request, withdraw
from help_requests.web.asking.draft import Draft
from help_requests.web.edit_form import EditForm
from help_requests.web.fields import show_refusal
from help_requests.web.fragments import wants_fragment
from help_requests.web.progress import steps_of


@require_safe
@never_cache
def my_requests(request: HttpRequest) -> HttpResponse:
    """Every request of this person, or of this browser session; what still runs first."""
    found = requests_of(request.user, request.session)
    running = [mine for mine in found if mine.state not in ENDED]
    ended = [mine for mine in found if mine.state in ENDED]
    return render(request, "help_requests/mine/list.html", {"running": running, "ended": ended})


@require_POST
def forget_my_requests(request: HttpRequest) -> HttpResponse:
    """Let this browser forget what was sent from it without signing in, and what was half filled in."""
    forget_sent(request.session)
    Draft(request.session).forget()
    messages.success(request, _("This computer no longer knows your request. We do, and we will answer it."))
    return redirect("my-requests")


@require_safe
@never_cache
def my_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Where one request stands. With htmx only the part that changes."""
    found = own_request(request.user, request.session, request_id)
    template = "_detail.html" if wants_fragment(request) else "detail.html"
    return render(request, f"help_requests/mine/{template}", _standing(found))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit_my_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Change a request that nobody has said yes to; one that was sent back is sent again."""
    found = own_request(request.user, request.session, request_id)
    was_approved = found.state in RECALLED
    if found.state not in EDITABLE and not was_approved:
        raise InvalidTransition
    form = EditForm(request.POST or None, request_edited=found)
    if request.method == "POST" and form.is_valid() and not form.must_warn:
        try:
            said = _save(found, form, _actor(request), was_approved=was_approved)
        except InvalidInput as error:
            show_refusal(form, error)
        except (Forbidden, NotFound, InvalidTransition):
            raise
        except DomainError:  # somebody said yes before: what was typed stays
            form.add_error(
                None, _("Someone has said yes, now or before. Call us: then we change it together.")
            )
        else:
            messages.success(request, said)
            return redirect("my-request", found.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "help_request": found, "reading": form.reading, "was_approved": was_approved}
    return render(request, "help_requests/mine/edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw_my_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Ask whether the person is sure, then take the request back."""
    found = own_request(request.user, request.session, request_id)
    if request.method == "POST":
        withdraw(found, by=_actor(request))
        messages.success(request, _("You have taken your request back."))
        return redirect("my-request", found.pk)
    if not can_withdraw(found):
        raise InvalidTransition
    return render(request, "help_requests/mine/withdraw.html", {"help_request": found})


def can_withdraw(request: HelpRequest) -> bool:
    """Whether the table lets this request be taken back."""
    steps = TRANSITIONS[RequestKind(request.kind)][RequestState(request.state)]
    return RequestState.WITHDRAWN in steps


def _standing(found: HelpRequest) -> dict[str, Any]:
    return {
        "help_request": found,
        "steps": steps_of(found),
        "can_edit": found.state in EDITABLE | RECALLED,
        "can_withdraw": can_withdraw(found),
        "is_agreed": found.state in AGREED,
        "has_match": found.state in AGREED | {RequestState.DONE, RequestState.ENDED},
        "must_answer": found.state == RequestState.DRAFT and bool(found.note_to_resident),
    }


def _save(found: HelpRequest, form: EditForm, by: Any, *, was_approved: bool) -> str:
    """Keep the change, and send what was not sent yet. Returns what to say of it."""
    edited = edit_request(found, by=by, **form.details())
    if edited.state == RequestState.DRAFT:
        submit_request(edited, by=by)
        return _("Your request has been sent.")
    if was_approved and edited.state == RequestState.INTAKE:
        return _("Your change has been sent. We read it again, and then ask volunteers anew.")
    return _("We have kept your change.")


def _actor(request: HttpRequest) -> Any:
    """Who acts: the account, or nobody when the request was sent from this session without one."""
    return request.user if request.user.is_authenticated else None
