"""The coordinator's look at somebody to whom the list near by has closed (``services.revealing``)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import NotFound
from common.permissions import require
from matching import services
from matching.queries import reading_of
from matching.web.access import desk_only
from people.queries import volunteers_in_scope


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def reading(request: HttpRequest, volunteer_id: UUID) -> HttpResponse:
    """``GET`` and ``POST /balie/gelezen/<id>/``: how much they were shown; open the list again."""
    volunteer = volunteers_in_scope(request.user).filter(pk=volunteer_id).first()
    if volunteer is None:
        raise NotFound
    require(request.user, "matching.open_reading", volunteer, hide=True)
    if request.method == "POST":
        services.open_reading(volunteer, by=request.user)
        messages.success(request, _("The list near by is open again for this volunteer."))
        return redirect("desk-reading", volunteer_id)
    context = {"volunteer": volunteer, "reading": reading_of(volunteer)}
    return render(request, "matching/desk/reading.html", context)
