"""A volunteer answers an invitation to a course."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from academy.models import CourseInvitation
from academy.services import accept_invitation, decline_invitation
from common.errors import InvalidTransition, NotFound
from people.queries import volunteer_of


@require_POST
@login_required
def accept(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """``POST /leren/uitnodiging/<id>/ja/``: the volunteer wants to do it."""
    invitation = own_invitation(request, invitation_id)
    try:
        accept_invitation(invitation, by=request.user)
        messages.success(request, _("Good! Choose how and when."))
    except InvalidTransition:
        messages.info(request, _("This invitation has been answered already."))
    return redirect("learn-course", invitation.course.slug)


@require_POST
@login_required
def decline(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """``POST /leren/uitnodiging/<id>/nu-niet/``: not now; no reason is asked."""
    try:
        decline_invitation(own_invitation(request, invitation_id), by=request.user)
        messages.success(request, _("All right, not now. You can always ask for it later."))
    except InvalidTransition:
        messages.info(request, _("This invitation has been answered already."))
    return redirect("learning")


def own_invitation(request: HttpRequest, invitation_id: UUID) -> CourseInvitation:
    """The invitation to this person. Raises ``NotFound`` for absent and foreign alike."""
    volunteer = volunteer_of(request.user)
    mine = CourseInvitation.objects.filter(pk=invitation_id, volunteer=volunteer).select_related(
        "volunteer", "course"
    )
    found = mine.first() if volunteer else None
    if found is None:
        raise NotFound
    return found
