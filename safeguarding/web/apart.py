"""Keeping two people apart: set by either side, or by the centre for who calls; and lifting it."""

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
from django.views.decorators.http import require_POST, require_safe

from common.errors import InvalidInput, NotFound
from common.permissions import require
from people.models import Resident, Volunteer
from people.queries import residents_in_scope, residents_reached_by, volunteers_in_scope
from people.rules import coordinates
from people.services import normalise_email, normalise_phone
from safeguarding.models import Block
from safeguarding.queries import blocks_around
from safeguarding.services import block, unblock
from safeguarding.services.blocks import LONGEST_NOTE
from safeguarding.web.fields import error_of


class BlockForm(forms.Form):
    """A word to oneself."""

    note = forms.CharField(
        label=gettext_lazy("A note for yourself: whom is it about?"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ApartForm(BlockForm):
    """The other person, exactly, and a note for the centre."""

    other = forms.CharField(
        label=gettext_lazy("E-mail address or phone number of the other person"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("other", "note")


@method_decorator(login_required, name="dispatch")
class BlockView(View):
    """``GET`` and ``POST /blokkeren/<volunteer>/<resident>/``: these two do not meet again.

    Names nobody: who follows a link with other numbers learns nothing.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find both. Raises ``NotFound`` unless the reader is one of the two, or their centre."""
        volunteer = Volunteer.objects.select_related("user").filter(pk=kwargs["volunteer_id"]).first()
        resident = Resident.objects.filter(pk=kwargs["resident_id"]).first()
        if volunteer is None or resident is None:
            raise NotFound
        self.pair = Block(volunteer=volunteer, resident=resident)
        require(request.user, "safeguarding.block", self.pair, hide=True)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, volunteer_id: UUID, resident_id: UUID) -> HttpResponse:
        """Say what it means."""
        return self._page(BlockForm())

    def post(self, request: HttpRequest, volunteer_id: UUID, resident_id: UUID) -> HttpResponse:
        """Keep them apart; or say what is wrong (422)."""
        form = BlockForm(request.POST)
        if not form.is_valid() or not _set(form, self.pair.volunteer, self.pair.resident, request.user):
            return self._page(form, status=422)
        messages.success(request, _("You are not brought together again. What was agreed ends."))
        if coordinates(request.user, self.pair.resident):
            return redirect("kept-apart", kind="inwoner", person_id=resident_id)
        return redirect("my-blocks")

    def _page(self, form: BlockForm, status: int = 200) -> HttpResponse:
        helps = self.pair.volunteer.user_id == self.request.user.pk
        context = {
            "form": form,
            "helps": helps,
            "for_staff": coordinates(self.request.user, self.pair.resident),
        }
        return render(self.request, "safeguarding/apart/block.html", context, status=status)


@require_safe
@login_required
def my_blocks(request: HttpRequest) -> HttpResponse:
    """``GET /profiel/blokkades/``: whom the reader does not want to meet."""
    mine = blocks_around(request.user).filter(set_by_id=request.user.pk).order_by("-created_at")
    return render(request, "safeguarding/apart/mine.html", {"blocks": mine})


@require_POST
@login_required
def lift(request: HttpRequest, block_id: UUID) -> HttpResponse:
    """``POST /blokkades/<id>/opheffen/``: they may meet again."""
    found = blocks_around(request.user).filter(pk=block_id).first()
    if found is None:
        raise NotFound
    unblock(found, by=request.user)
    messages.success(request, _("From now on they may be brought together again."))
    if found.set_by_id == request.user.pk and not coordinates(request.user, found.resident):
        return redirect("my-blocks")
    return redirect("kept-apart", kind="inwoner", person_id=found.resident_id)


@method_decorator(login_required, name="dispatch")
class ApartView(View):
    """``GET`` and ``POST /gescheiden/<kind>/<id>/``: from whom someone is kept apart. Coordinators."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the person. Raises ``NotFound`` for what is not the reader's."""
        scopes: Any = {"inwoner": residents_in_scope, "vrijwilliger": volunteers_in_scope}
        rows = scopes.get(kwargs["kind"])
        found = rows(request.user).filter(pk=kwargs["person_id"]).first() if rows else None
        if found is None or not coordinates(request.user, found):
            raise NotFound
        self.person: Resident | Volunteer = found
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, kind: str, person_id: UUID) -> HttpResponse:
        """Show the list."""
        return self._page(ApartForm())

    def post(self, request: HttpRequest, kind: str, person_id: UUID) -> HttpResponse:
        """Keep another person apart from this one; or say what is wrong (422)."""
        form = ApartForm(request.POST)
        if not form.is_valid() or not self._part(form):
            return self._page(form, status=422)
        messages.success(request, _("These two are not brought together again. What was agreed ends."))
        return redirect("kept-apart", kind=kind, person_id=person_id)

    def _part(self, form: ApartForm) -> bool:
        try:
            other = self._other(form.cleaned_data["other"])
        except InvalidInput as refusal:
            form.add_error("other", error_of(refusal))
            return False
        if isinstance(self.person, Volunteer):
            return _set(form, self.person, other, self.request.user)
        return _set(form, other, self.person, self.request.user)

    def _other(self, text: str) -> Any:
        """The one other person in scope with exactly this address or number. Raises ``InvalidInput``."""
        by_mail = "@" in text
        wanted = normalise_email(text, field="other") if by_mail else normalise_phone(text, field="other")
        rows: Any
        if isinstance(self.person, Volunteer):
            reach = {"email": wanted} if by_mail else {"phone": wanted}
            rows = residents_reached_by(self.request.user, **reach)
        elif by_mail:
            rows = volunteers_in_scope(self.request.user).filter(user__email=wanted)
        else:
            # Phone numbers are encrypted without a digest of volunteers: a centre has a few hundred.
            everyone = volunteers_in_scope(self.request.user)
            rows = [volunteer for volunteer in everyone if wanted and volunteer.phone == wanted]
        return _only(list(rows[:2]))

    def _page(self, form: ApartForm, status: int = 200) -> HttpResponse:
        side = {"volunteer" if isinstance(self.person, Volunteer) else "resident": self.person}
        blocks = blocks_around(self.request.user).filter(**side).order_by("-created_at")
        context = {
            "person": self.person,
            "is_volunteer": isinstance(self.person, Volunteer),
            "blocks": [
                {"block": each, "may_lift": self.request.user.has_perm("safeguarding.unblock", each)}
                for each in blocks
            ],
            "form": form,
        }
        return render(self.request, "safeguarding/apart/apart.html", context, status=status)


def _only(found: list[Any]) -> Any:
    """The one that was found. Of several, chance may not choose who is kept apart."""
    if not found:
        raise InvalidInput(str(_("Nobody of this centre has exactly this address or number.")), field="other")
    if len(found) > 1:
        several = _(
            "Several people of this centre have this address or number. Use another one, "
            "or begin at the page of the other person."
        )
        raise InvalidInput(str(several), field="other")
    return found[0]


def _set(form: forms.Form, volunteer: Volunteer, resident: Resident, user: Any) -> bool:
    try:
        block(volunteer, resident, by=user, note=form.cleaned_data["note"])
    except InvalidInput as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, error_of(refusal))
        return False
    return True
