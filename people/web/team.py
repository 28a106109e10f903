"""Who works at a centre or an organisation, in which role, and who was invited."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST

from common.errors import InvalidTransition, NotFound
from common.permissions import require
from people.enums import INVITED_BY, Invited, Role
from people.errors import InvitedTooOften, LastAdministrator
from people.models import Centre, Invitation, Organisation, RoleGrant
from people.queries import (
    invitations_in_scope,
    organisations_of,
    team_of,
    with_factor,
    working_centre,
)
from people.services import end_role, invitations
from people.web.fields import AddressEmailField, attempt

MOST_SHOWN = 200


class InviteForm(forms.Form):
    """Whom to invite, and for what."""

    email = AddressEmailField(label=gettext_lazy("E-mail address"))
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    manages = forms.BooleanField(
        label=gettext_lazy("Also looks after the profile and the members"), required=False
    )

    def __init__(self, offered: list[Role], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Role.ORGANISATION not in offered:
            del self.fields["manages"]
        self.fields["role"].choices = [(role.value, role.label) for role in offered]  # type: ignore[attr-defined]


def place_for(user: Any, place_id: UUID | None) -> Centre | Organisation:
    """Return the centre or organisation to whose team ``user`` belongs; without an id the first.

    Raises:
        NotFound: there is none, or it is another's.
    """
    found: Centre | Organisation | None
    if place_id is None:
        own = organisations_of(user)
        found = working_centre(user) or Organisation.objects.filter(pk__in=own).order_by("name").first()
    else:
        places = (Centre.objects, Organisation.objects)
        found = next((row for row in (rows.filter(pk=place_id).first() for rows in places) if row), None)
    require(user, "people.view_team", found, hide=True)
    assert found is not None, "the rules refuse nothing"  # noqa: S101  (for the type checker)
    return found


def where(place: Centre | Organisation) -> dict[str, Any]:
    """The place as the arguments that services and queries take."""
    return {"centre": place} if isinstance(place, Centre) else {"organisation": place}


def offered_by(user: Any, place: Centre | Organisation) -> list[Role]:
    """The roles for which ``user`` may invite there."""
    roles = INVITED_BY if isinstance(place, Centre) else {Role.ORGANISATION}
    listed = [role for role in Role if role in roles]
    return [role for role in listed if user.has_perm("people.invite", Invitation(role=role, **where(place)))]


@method_decorator(login_required, name="dispatch")
class TeamView(View):
    """``GET`` and ``POST /team/`` and ``/team/<id>/``: the team; posting invites someone.

    For coordinators, also of the organisations of their centre, and for members of an organisation.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the place. Raises ``NotFound`` for what is not the reader's."""
        self.place = place_for(request.user, kwargs.get("place_id"))
        self.offered = offered_by(request.user, self.place)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, place_id: UUID | None = None) -> HttpResponse:
        """Show the team and the open invitations."""
        return self._page(InviteForm(self.offered))

    def post(self, request: HttpRequest, place_id: UUID | None = None) -> HttpResponse:
        """Invite; or say what is wrong (422)."""
        form = InviteForm(self.offered, request.POST)
        if not form.is_valid() or not self._invited(form):
            return self._page(form, status=422)
        messages.success(request, _("The invitation has been sent."))
        return redirect("team-of", place_id=self.place.pk)

    def _invited(self, form: InviteForm) -> bool:
        answers = form.cleaned_data
        try:
            made = attempt(
                form,
                lambda: invitations.invite(
                    answers["email"],
                    Role(answers["role"]),
                    manages=answers.get("manages", False),
                    by=self.request.user,
                    **where(self.place),
                ),
            )
        except InvitedTooOften as refusal:
            form.add_error(None, str(refusal.message))
            return False
        return made is not None

    def _page(self, form: InviteForm, status: int = 200) -> HttpResponse:
        user = self.request.user
        grants = list(team_of(**where(self.place))[:MOST_SHOWN])
        proven = with_factor(grant.user_id for grant in grants)
        members = [
            {
                "grant": grant,
                "role": Role(grant.role).label,
                "unproven": isinstance(self.place, Centre) and grant.user_id not in proven,
                "may_end": user.has_perm("people.end_role", grant),
            }
            for grant in grants
        ]
        waiting = invitations_in_scope(user).filter(state=Invited.OPEN, **where(self.place))[:MOST_SHOWN]
        context = {
            "place": self.place,
            "form": form,
            "members": members,
            "waiting": [
                {"invitation": row, "role": Role(row.role).label, "mine": user.has_perm("people.invite", row)}
                for row in waiting
            ],
        }
        return render(self.request, "people/team.html", context, status=status)


@require_POST
@login_required
def invitation_act(request: HttpRequest, invitation_id: UUID, act: str) -> HttpResponse:
    """``POST /team/uitnodigingen/<id>/<opnieuw|intrekken>/``: mail it again, or take it back."""
    found = invitations_in_scope(request.user).filter(pk=invitation_id).first()
    verbs = {
        "opnieuw": (invitations.resend, _("The invitation has been sent again.")),
        "intrekken": (invitations.withdraw, _("The invitation has been taken back.")),
    }
    if found is None or act not in verbs:
        raise NotFound
    verb, said = verbs[act]
    try:
        verb(found, by=request.user)
        messages.success(request, said)
    except (InvitedTooOften, InvalidTransition) as refusal:
        messages.error(request, str(refusal.message))
    return redirect("team-of", place_id=found.place.pk)


@require_POST
@login_required
def role_end(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """``POST /team/rollen/<id>/beeindigen/``: someone does not do this any more."""
    grant = RoleGrant.objects.select_related("user", "centre", "organisation__centre").filter(pk=grant_id)
    found = grant.filter(ended_at=None).first()
    if found is None or not request.user.has_perm("people.end_role", found):
        raise NotFound
    place = found.centre or found.organisation
    try:
        end_role(found, by=request.user)
        messages.success(request, _("The role has ended."))
    except LastAdministrator as refusal:
        messages.error(request, str(refusal.message))
    # Who ended their own role may have nothing to look at here any more.
    return redirect("start") if found.user_id == request.user.pk else redirect("team-of", place_id=place.pk)
