"""From a what-if on to people: who lives there already, and could learn to give this help."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache

from academy.queries import courses_on_offer, requirements_by_category
from common.bits import bits_of
from common.errors import NotFound
from people.enums import COORDINATING, HelpCategory, VolunteerState
from people.models import Volunteer
from people.queries import standing_of
from simulation import services
from simulation.models import WhatIf
from simulation.queries import what_ifs_for


class InviteForm(forms.Form):
    """Which training, and whom."""

    course: Any = forms.ModelChoiceField(label=_("Which training?"), queryset=None, empty_label=None)
    volunteers: Any = forms.ModelMultipleChoiceField(
        label=_("Whom do you invite?"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one volunteer.")},
    )

    def __init__(self, *args: Any, what_if: WhatIf, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = set(bits_of(requirements_by_category(what_if.centre_id)[what_if.category]))
        course, volunteers = (self.fields[name] for name in ("course", "volunteers"))
        on_offer = courses_on_offer()
        course.queryset = on_offer  # type: ignore[attr-defined]
        course.label_from_instance = lambda each: each.title  # type: ignore[attr-defined]
        course.initial = next((each.pk for each in on_offer if each.bit in asked), None)
        volunteers.queryset = could_learn(what_if)  # type: ignore[attr-defined]
        volunteers.label_from_instance = lambda each: each.user.name or each.user.email  # type: ignore[attr-defined]


def could_learn(what_if: WhatIf) -> Any:
    """Active volunteers of the centre who live in the neighbourhood, who do not give this help yet first."""
    bit = 1 << HelpCategory(what_if.category).bit
    living = Volunteer.objects.filter(
        centre=what_if.centre_id, district=what_if.district_id, state=VolunteerState.ACTIVE
    )
    gives = F("skills").bitand(bit)
    return living.select_related("user").annotate(gives=gives).order_by("gives", "user__name", "pk")


def _said(invited: int) -> str:
    if not invited:
        return gettext("Nobody new is invited: they were invited before, or have done it.")
    said = ngettext("%(count)d volunteer is invited.", "%(count)d volunteers are invited.", invited)
    return said % {"count": invited}


@method_decorator([never_cache, login_required], name="dispatch")
class InviteView(View):
    """``GET`` and ``POST /balie/wat-als/<id>/uitnodigen/``: for who coordinates there."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, what_if_id: UUID) -> HttpResponse:
        """Show the trainings and the volunteers."""
        what_if = self._of(request, what_if_id)
        return self._page(request, what_if, InviteForm(what_if=what_if))

    def post(self, request: HttpRequest, what_if_id: UUID) -> HttpResponse:
        """Invite them; who has done it, or was invited before, is passed over."""
        what_if = self._of(request, what_if_id)
        form = InviteForm(request.POST, what_if=what_if)
        if not form.is_valid():
            return self._page(request, what_if, form)
        invited = services.invite(by=request.user, **form.cleaned_data)
        messages.success(request, _said(invited))
        return redirect("what-if", what_if.pk)

    def _of(self, request: HttpRequest, what_if_id: UUID) -> WhatIf:
        centres = standing_of(request.user).centres(COORDINATING)
        found = what_ifs_for(request.user).filter(pk=what_if_id, centre__in=centres).first()
        if found is None:
            raise NotFound
        return found

    def _page(self, request: HttpRequest, what_if: WhatIf, form: InviteForm) -> HttpResponse:
        context = {"what_if": what_if, "form": form, "anyone": could_learn(what_if).exists()}
        return render(request, "simulation/invite.html", context, status=422 if form.errors else 200)
