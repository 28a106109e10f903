"""What a centre asks before someone may help, and whether its certificates are free."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from common.errors import Forbidden, InvalidInput, NotFound
from people.enums import HelpCategory
from people.models import Centre, Organisation
from people.queries import centres_of, working_centre
from safeguarding import queries, services
from safeguarding.enums import Requirement
from safeguarding.rules import keeps_requirements
from safeguarding.web.access import staff_only
from safeguarding.web.fields import StepsField, error_of

EVERYONE_FIELD = "everyone"


class RequirementsForm(forms.Form):
    """One row of steps for every volunteer, and one for each kind of help."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[EVERYONE_FIELD] = StepsField(label=gettext_lazy("Every volunteer"))
        for kind in HelpCategory:
            self.fields[kind.value] = StepsField(label=kind.label, required=False)


class FreeVogForm(forms.Form):
    """The facts of the scheme for free certificates."""

    with_vulnerable_people = forms.BooleanField(
        label=gettext_lazy("Volunteers work with vulnerable people"), required=False
    )
    not_for_profit = forms.BooleanField(label=gettext_lazy("It is not for profit"), required=False)
    integrity_policy = forms.BooleanField(
        label=gettext_lazy("There is a prevention and integrity policy"), required=False
    )


def _centre_of(user: Any) -> Centre:
    """The centre whose list this is: where one coordinates, else where one is staff."""
    found = working_centre(user) or Centre.objects.filter(pk__in=centres_of(user)).order_by("code").first()
    if found is None:
        raise NotFound
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def requirements(request: HttpRequest) -> HttpResponse:
    """``GET`` and ``POST /screening/eisen/``: who may do what. Coordinators change it, staff read it."""
    centre = _centre_of(request.user)
    asked = queries.chosen_requirements(centre)
    if request.method == "POST" and not keeps_requirements(request.user, centre):
        raise Forbidden
    initial = {category or EVERYONE_FIELD: mask for category, mask in asked.items()}
    form = RequirementsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid() and _kept(form, centre, asked, request.user):
        messages.success(request, _("The list has been kept. It counts from now on."))
        return redirect("screening-requirements")
    return render(
        request,
        "safeguarding/screening/requirements.html",
        _context(form, centre, request.user),
        status=422 if form.is_bound else 200,
    )


def _kept(form: RequirementsForm, centre: Centre, asked: dict[str, int], user: Any) -> bool:
    for category, before in asked.items():
        wanted = form.cleaned_data[category or EVERYONE_FIELD]
        if wanted == before:
            continue
        try:
            services.set_requirements(centre, category, wanted, by=user)
        except InvalidInput as refusal:
            form.add_error(category or EVERYONE_FIELD, error_of(refusal))
    return not form.errors


def _context(form: RequirementsForm, centre: Centre, user: Any) -> dict[str, Any]:
    return {
        "form": form,
        "centre": centre,
        "steps": list(Requirement),
        "may_change": keeps_requirements(user, centre),
        "free_vogs": _free_vogs(centre),
    }


def _free_vogs(centre: Centre) -> list[tuple[Organisation | None, Any]]:
    """The centre itself and each of its organisations, with what was recorded."""
    organisations = Organisation.objects.filter(centre=centre).select_related("free_vog__recorded_by")
    own = [(None, queries.free_vog_of(centre))]
    return [*own, *((each, getattr(each, "free_vog", None)) for each in organisations.order_by("name"))]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def free_vog(request: HttpRequest, organisation_id: UUID | None = None) -> HttpResponse:
    """``GET`` and ``POST /screening/gratis-vog/[<organisation>/]``: the facts, with who recorded them."""
    centre = _centre_of(request.user)
    organisation = None
    if organisation_id is not None:
        organisation = Organisation.objects.filter(pk=organisation_id, centre=centre).first()
    if (organisation_id and organisation is None) or not keeps_requirements(request.user, centre):
        raise NotFound
    kept = getattr(organisation, "free_vog", None) if organisation else queries.free_vog_of(centre)
    initial = {name: getattr(kept, name) for name in FreeVogForm.base_fields} if kept else {}
    form = FreeVogForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        services.record_free_vog(centre, organisation, by=request.user, **form.cleaned_data)
        messages.success(request, _("It has been recorded."))
        return redirect("screening-requirements")
    name = organisation.name if organisation else centre.name
    return render(request, "safeguarding/screening/free_vog.html", {"form": form, "name": name, "kept": kept})
