"""Whose pages these are: the volunteer of an address, and the staff of a centre."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from common.errors import NotFound
from common.permissions import require
from people.models import Volunteer
from people.queries import volunteers_in_scope

View = Callable[..., HttpResponse]


def staff_only(view: View) -> View:
    """Let only staff of a centre in; for others the page is absent, visitors sign in first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(request.user, "people.work_as_staff", hide=True)
        return view(request, *args, **kwargs)

    return never_cache(login_required(guarded))


def volunteer_in_scope(user: Any, volunteer_id: UUID) -> Volunteer:
    """Return a volunteer of a centre where ``user`` works. Raises ``NotFound`` for absent and foreign."""
    found = volunteers_in_scope(user).filter(pk=volunteer_id).first()
    if found is None:
        raise NotFound
    require(user, "people.view_volunteer", found, hide=True)
    return found
