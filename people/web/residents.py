"""Residents as the centre's staff see them: find, register, look, change."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import InvalidInput, NotFound
from common.permissions import require
from people.contact import normalise_email, normalise_phone
from people.enums import Dislike, Language, Need, Why
from people.models import Resident
from people.queries import (
    is_staff_of,
    residents_in_scope,
    residents_of,
    residents_reached_by,
    residents_shared_with,
    shares_of,
    working_centre,
)
from people.rules import coordinates
from people.services import (
    Address,
    move_resident,
    note_read,
    register_resident,
    shown_phone,
    update_resident,
)
from people.web.fields import attempt
from people.web.resident_forms import RESIDENT_PARTS, FindForm, IntakeForm


def own_or_in_scope(user: Any, resident_id: UUID) -> Resident:
    """Return a resident that ``user`` may see. Raises ``NotFound`` for absent and foreign alike."""
    for rows in (residents_of(user), residents_in_scope(user)):
        found = rows.select_related("centre", "district").filter(pk=resident_id).first()
        if found is not None:
            return found
    raise NotFound


def facts_of(resident: Resident) -> dict[str, Any]:
    """Return what a page shows of a resident, in words."""
    return {
        "resident": resident,
        "phone": shown_phone(resident.phone),
        "address": Address(**resident.address).lines if resident.address else (),
        "languages": Language.from_mask(resident.languages),
        "needs": Need.from_mask(resident.needs),
        "dislikes": Dislike.from_mask(resident.dislikes),
    }


def found_by(user: Any, text: str) -> list[Resident]:
    """Return the residents in scope with exactly this phone number or address, else none."""
    try:
        reach = {"email": normalise_email(text)} if "@" in text else {"phone": normalise_phone(text)}
    except InvalidInput:
        return []
    return list(residents_reached_by(user, **reach).order_by("-created_at", "-pk")[:20])


def seen_by_staff(user: Any, resident_id: UUID) -> Resident:
    """Return a resident of one's centre, or who lets one look from another. Raises ``NotFound``."""
    for rows in (residents_in_scope, residents_shared_with):
        found = rows(user).filter(pk=resident_id).first()
        if found is not None:
            require(user, "people.view_resident", found, hide=True)
            return found
    raise NotFound


def why_seen(user: Any, resident: Resident) -> Why:
    """On what occasion staff look at a resident's page."""
    return Why.DETAILS if is_staff_of(user, resident.centre_id) else Why.ELSEWHERE


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def residents(request: HttpRequest) -> HttpResponse:
    """``GET`` and ``POST /inwoners/``: look a resident up by phone number or address. Staff.

    What is looked for is posted: an address of a page stands in histories and logs.
    """
    require(request.user, "people.work_as_staff", hide=True)
    form = FindForm(request.POST or None)
    text = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    found = found_by(request.user, text) if text else []
    newest = [] if text else list(residents_in_scope(request.user).order_by("-created_at", "-pk")[:20])
    context = {
        "form": form,
        "text": text,
        "found": found or newest,
        "may_register": working_centre(request.user) is not None,
    }
    return render(request, "people/residents.html", context)


@require_safe
@login_required
def resident(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """``GET /inwoners/<id>/``: one resident; a look leaves a row in the read log.

    Staff of the centre, and a coordinator of another centre whom the resident lets look.
    """
    found = seen_by_staff(request.user, resident_id)
    note_read(found, by=request.user, why=why_seen(request.user, found))
    representatives = found.representatives.filter(ended_at=None).select_related("user")
    context = facts_of(found) | {
        "representatives": representatives,
        "may_change": coordinates(request.user, found),
        "shares": [share for share in shares_of([found]) if share.running],
    }
    return render(request, "people/resident.html", context)


@method_decorator(login_required, name="dispatch")
class ResidentNewView(View):
    """``GET`` and ``POST /inwoners/nieuw/``: register a resident, with or without e-mail. Coordinators."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the centre that the coordinator works for."""
        self.centre = working_centre(request.user)
        require(request.user, "people.register_resident", self.centre, hide=True)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the empty form."""
        return self._page(IntakeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Register and show the resident; or say what is wrong (422)."""
        form = IntakeForm(request.POST)
        made = attempt(form, lambda: self._register(form)) if form.is_valid() else None
        if made is None:
            return self._page(form, status=422)
        messages.success(request, _("The resident is registered."))
        return redirect("resident", resident_id=made.pk)

    def _register(self, form: IntakeForm) -> Resident | None:
        """Register, unless the number or address is known and the coordinator has not said it is another."""
        double = self._doubles(form)
        if double and "double" not in self.request.POST:
            form.doubles = double
            return None
        return register_resident(
            centre=self.centre,
            consented=form.cleaned_data["consent"],
            address=form.address(),
            by=self.request.user,
            **form.contact(),
            **form.details(),
        )

    def _doubles(self, form: IntakeForm) -> list[Resident]:
        answers = form.cleaned_data
        rows = residents_reached_by(self.request.user, phone=answers["phone"], email=answers["email"])
        return list(rows[:5])

    def _page(self, form: IntakeForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "doubles": form.doubles}
        return render(self.request, "people/resident_new.html", context, status=status)


@method_decorator(login_required, name="dispatch")
class ResidentPartView(View):
    """``GET`` and ``POST …/<part>/``: change one part of a resident's details.

    Used by staff (``/inwoners/<id>/…``) and by residents and who act for them (``/profiel/gegevens/<id>/…``).
    """

    for_staff = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the resident and the form. Raises ``NotFound`` for what is not the reader's to change."""
        rows = residents_in_scope if self.for_staff else residents_of
        found = rows(request.user).filter(pk=kwargs["resident_id"]).first()
        if found is None or kwargs["part"] not in RESIDENT_PARTS:
            raise NotFound
        require(request.user, "people.change_resident", found, hide=True)
        self.resident, self.form_class = found, RESIDENT_PARTS[kwargs["part"]]
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, resident_id: UUID, part: str) -> HttpResponse:
        """Show the part as it is; to staff that is a look like any other."""
        if self.for_staff:
            note_read(self.resident, by=self.request.user)
        return self._page(self._form())

    def post(self, request: HttpRequest, resident_id: UUID, part: str) -> HttpResponse:
        """Keep the change; or say what is wrong (422)."""
        form = self._form(request.POST)
        if not form.is_valid() or attempt(form, self._change(form, part)) is None:
            return self._page(form, status=422)
        messages.success(request, _("Your change has been kept."))
        return redirect("resident", resident_id=resident_id) if self.for_staff else redirect("profile")

    def _form(self, answers: QueryDict | None = None) -> Any:
        form = self.form_class(answers, initial=self.form_class.known(self.resident))
        if "email" in form.fields and not self.request.user.has_perm(
            "people.change_resident_email", self.resident
        ):
            form.fields["email"].disabled = True
            form.fields["email"].help_text = _("Only the resident or the centre can change this.")
        return form

    def _change(self, form: Any, part: str) -> Callable[[], Resident]:
        user, found = self.request.user, self.resident
        if part == "home":
            return lambda: move_resident(found, address=form.address(), by=user)
        changes = form.contact() if part == "contact" else form.details()
        return lambda: update_resident(found, by=user, **changes)

    def _page(self, form: Any, status: int = 200) -> HttpResponse:
        context = {"form": form, "resident": self.resident, "for_staff": self.for_staff}
        return render(self.request, "people/resident_part.html", context, status=status)
