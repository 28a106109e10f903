"""Pages of organisations: asking to take part, the public page, the profile."""

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import NotFound
from common.permissions import require
from common.uploads import PictureField, picture_response
from people.enums import OrganisationState
from people.models import Organisation, OrganisationLogo
from people.queries import may_act
from safeguarding.enums import Requirement
from vacancies import services
from vacancies.queries.bank import BY_DATE, Wanted, look
from vacancies.queries.desk import logo_of
from vacancies.web.bank import card, in_order
from vacancies.web.desk import of_organisation
from vacancies.web.fields import MaskField, attempt
from vacancies.web.sharing import embed_code

LOGO_SIDE = 320
MOST_SHOWN = 50


def _area(label: Any, longest: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": 5}), required=False, **more
    )


class AboutForm(forms.Form):
    """What an organisation tells of itself."""

    name = forms.CharField(label=gettext_lazy("Name of the organisation"), max_length=160)
    about = _area(gettext_lazy("What do you do, and for whom?"), 2000)
    website = forms.CharField(label=gettext_lazy("Website"), max_length=200, required=False)
    postcode = forms.CharField(
        label=gettext_lazy("Postcode"), max_length=8, widget=forms.TextInput(attrs={"size": 8})
    )
    coc_number = forms.CharField(
        label=gettext_lazy("Chamber of Commerce number"),
        max_length=8,
        required=False,
        widget=forms.TextInput(attrs={"size": 9, "inputmode": "numeric"}),
    )
    not_for_profit = forms.BooleanField(label=gettext_lazy("We do not work for profit"), required=False)
    insured = forms.BooleanField(
        label=gettext_lazy("Our volunteers are insured (in most towns the municipality does this)"),
        required=False,
    )


class RequestForm(AboutForm):
    """The same, with who asks."""

    contact_name = forms.CharField(
        label=pgettext_lazy("informal", "Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_email = forms.CharField(
        label=pgettext_lazy("informal", "Your e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email"}),
    )
    contact_phone = forms.CharField(
        label=pgettext_lazy("informal", "Your phone number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "size": 16}),
    )


class ProfileForm(AboutForm):
    """What a manager may change."""

    email = forms.CharField(label=gettext_lazy("E-mail address"), max_length=254, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone number"), max_length=30, required=False)
    address = forms.CharField(label=gettext_lazy("Street and house number"), max_length=120, required=False)
    screening = MaskField(Requirement, label=gettext_lazy("Steps that you ask of every volunteer"))
    screening_policy = _area(gettext_lazy("How do you keep people safe?"), 1000)
    embed_origins = forms.CharField(
        label=gettext_lazy("Your own sites that may show your vacancies, one on a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    logo = PictureField(label=gettext_lazy("Logo"), side=LOGO_SIDE, required=False)
    no_logo = forms.BooleanField(label=gettext_lazy("Show no logo"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_request(request: HttpRequest) -> HttpResponse:
    """``GET`` and ``POST /organisaties/aanmelden/``: ask the centre to take part; nobody needs an account."""
    user: Any = request.user if may_act(request.user) else None
    known = {"contact_name": user.name, "contact_email": user.email} if user else None
    form = RequestForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_bound and form.is_valid():
        data = dict(form.cleaned_data)
        contact: Any = {name: data.pop(f"contact_{name}") for name in ("name", "email", "phone")}
        if not ratelimit.consume(request, action="request_organisation"):
            form.add_error(None, _("This was sent often from here. Please call the centre."))
            return _request_page(request, form, 429)
        if attempt(form, lambda: services.request_organisation(contact=contact, by=user, **data)):
            return render(request, "vacancies/organisations/asked.html", {"contact": contact})
    return _request_page(request, form, 422 if form.errors else 200)


def _request_page(request: HttpRequest, form: RequestForm, status: int) -> HttpResponse:
    return render(request, "vacancies/organisations/request.html", {"form": form}, status=status)


@require_safe
def organisation_page(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """``GET /organisaties/<id>/``: who they are, and their open vacancies."""
    found = _public(organisation_id)
    shown = look(Wanted(organisation=found.pk, order=BY_DATE))
    rows = in_order(shown.page(1, MOST_SHOWN))
    context = {
        "organisation": found,
        "logo": logo_of(found.pk),
        "cards": [card(row, shown) for row in rows],
    }
    return render(request, "vacancies/organisations/page.html", context)


@require_safe
def organisation_logo(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """``GET /organisaties/<id>/logo/``."""
    logo = OrganisationLogo.objects.filter(organisation=_public(organisation_id)).first()
    if logo is None:
        raise NotFound
    return picture_response(bytes(logo.image), logo.kind)


@require_http_methods(["GET", "HEAD", "POST"])
@of_organisation
def organisation_profile(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """``GET`` and ``POST /organisatie/<id>/profiel/``."""
    require(request.user, "vacancies.edit_organisation", organisation)
    names = ProfileForm.base_fields.keys() - {"logo", "no_logo"}
    initial = {name: getattr(organisation, name) for name in names}
    initial["embed_origins"] = "\n".join(organisation.embed_origins)
    posted = request.method == "POST"
    form = ProfileForm(request.POST if posted else None, request.FILES if posted else None, initial=initial)
    if form.is_bound and form.is_valid() and _kept(request, organisation, form):
        messages.success(request, _("Saved."))
        return redirect("organisation-desk", organisation.pk)
    approved = organisation.state == OrganisationState.APPROVED
    code = embed_code(organisation) if approved else ""
    context = {"form": form, "organisation": organisation, "embed_code": code}
    return render(
        request, "vacancies/organisations/profile.html", context, status=422 if form.errors else 200
    )


def _kept(request: HttpRequest, organisation: Organisation, form: ProfileForm) -> bool:
    values = dict(form.cleaned_data)
    logo, no_logo = values.pop("logo"), values.pop("no_logo")
    values["embed_origins"] = values["embed_origins"].split()
    user: Any = request.user
    if attempt(form, lambda: services.edit_organisation(organisation, by=user, **values)) is None:
        return False
    if logo or no_logo:
        services.set_logo(organisation, logo, by=user)
    return True


def _public(organisation_id: UUID) -> Organisation:
    found = Organisation.objects.filter(pk=organisation_id, state=OrganisationState.APPROVED).first()
    if found is None:
        raise NotFound
    return found
