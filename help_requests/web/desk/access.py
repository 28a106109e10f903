"""Who may sit at the desk, and which requests are theirs to see."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from common.errors import Forbidden, NotFound
from help_requests.models import HelpRequest
from help_requests.queries import at_desk_of, desk_centres

View = Callable[..., HttpResponse]


def desk_only(view: View) -> View:
    """Let only people in who work at a desk; others hear that they may not, visitors sign in first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not desk_centres(request.user):
            raise Forbidden
        return view(request, *args, **kwargs)

    return never_cache(login_required(guarded))


def desk_request_of(user: Any, request_id: UUID) -> HelpRequest:
    """The request, at the desk of ``user``. Raises ``NotFound`` for absent and another centre's alike."""
    found = at_desk_of(user).filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found
