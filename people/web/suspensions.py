"""Closing an account at once, and opening it again: why, by whom, and who is closed out now. Staff."""

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
from django.views.decorators.http import require_safe

from common.errors import NotFound
from common.permissions import require
from people.enums import SuspensionReason
from people.models import User
from people.queries import accounts_in_scope, suspensions_in_scope, tied_centre
from people.services import note_closed_out, note_tied, reinstate_user, suspend_user
from people.services.accounts import LONGEST_NOTE
from people.web.fields import attempt

MOST_SHOWN = 100


class SuspendForm(forms.Form):
    """Why an account is closed."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=SuspensionReason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("What happened, in a few words"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReinstateForm(forms.Form):
    """Why it is opened again."""

    note = forms.CharField(
        label=gettext_lazy("Why may the account be open again?"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_safe
@login_required
def suspensions(request: HttpRequest) -> HttpResponse:
    """``GET /schorsingen/``: whose account is closed now, and whose was. Staff of their centre."""
    require(request.user, "people.work_as_staff", hide=True)
    rows = suspensions_in_scope(request.user)
    running = list(rows.filter(lifted_at=None)[:MOST_SHOWN])
    lifted = list(rows.exclude(lifted_at=None)[:MOST_SHOWN])
    note_closed_out(running + lifted, by=request.user)
    context = {"running": running, "lifted": lifted}
    return render(request, "people/suspensions.html", context)


@method_decorator(login_required, name="dispatch")
class SuspensionView(View):
    """``GET`` and ``POST /schorsingen/<account>/``: close an account at once, or open it again."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the account. Raises ``NotFound`` for one that is not the reader's to close."""
        found = accounts_in_scope(request.user).filter(pk=kwargs["user_id"]).first()
        if found is None:
            raise NotFound
        self.account: User = found
        self.closed = found.suspended_at is not None
        asked = "people.reinstate_user" if self.closed else "people.suspend_user"
        require(request.user, asked, found, hide=True)
        note_tied(found, tied_centre(request.user, found), by=request.user)
        self.form_class: type[forms.Form] = ReinstateForm if self.closed else SuspendForm
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        """Say what closing does, or why it is closed. ``?waarom=``: the reason that is ticked already."""
        return self._page(self.form_class(initial={"reason": request.GET.get("waarom", "")}))

    def post(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        """Close or open; or say what is wrong (422)."""
        form = self.form_class(request.POST)
        if not form.is_valid() or attempt(form, lambda: self._carry_out(form)) is None:
            return self._page(form, status=422)
        said = (
            _("The account is open again.")
            if self.closed
            else _("The account is closed. Nobody can sign in with it.")
        )
        messages.success(request, said)
        return redirect("suspensions")

    def _carry_out(self, form: forms.Form) -> User:
        verb = reinstate_user if self.closed else suspend_user
        return verb(self.account, by=self.request.user, **form.cleaned_data)

    def _page(self, form: forms.Form, status: int = 200) -> HttpResponse:
        running = self.account.suspensions.filter(lifted_at=None).select_related("by").first()
        context = {"account": self.account, "closed": self.closed, "running": running, "form": form}
        return render(self.request, "people/suspension.html", context, status=status)
