"""Who may see which pages of recognition."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from common.errors import DomainError, Forbidden, InvalidInput, NotFound
from recognition import queries
from recognition.models import Claim, HourEntry, Passport

View = Callable[..., HttpResponse]


def helpers_only(view: View) -> View:
    """Let in who helps somewhere; others are invited to join."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not queries.gives_help(request.user):
            return redirect("join")
        return view(request, *args, **kwargs)

    return never_cache(login_required(guarded))


def signers_only(view: View) -> View:
    """Let in who can have hours or costs of others to sign. Raises ``Forbidden`` for others."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not queries.signs_somewhere(request.user):
            raise Forbidden
        return view(request, *args, **kwargs)

    return never_cache(login_required(guarded))


def own_entry(request: HttpRequest, entry_id: UUID) -> HourEntry:
    """The person's own hours. Raises ``NotFound`` for absent and foreign alike."""
    return _found(queries.entries_of(request.user).filter(pk=entry_id).first())


def own_claim(request: HttpRequest, claim_id: UUID) -> Claim:
    """The person's own claim. Raises ``NotFound`` for absent and foreign alike."""
    return _found(queries.claims_of(request.user).filter(pk=claim_id).first())


def own_passport(request: HttpRequest, passport_id: UUID) -> Passport:
    """A passport that the person shares. Raises ``NotFound`` for absent, foreign and taken back alike."""
    return _found(queries.passports_of(request.user).filter(pk=passport_id).first())


def _found(thing: Any) -> Any:
    if thing is None:
        raise NotFound
    return thing


def explain(form: Any, refusal: DomainError) -> None:
    """Show what the domain says beside the field it is about, or above the form."""
    field = refusal.field if isinstance(refusal, InvalidInput) else None
    form.add_error(field if field in form.fields else None, str(refusal.message))
