"""Looking at the record of a resident of another centre: asking the resident, and ending it."""

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
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

from common.errors import NotFound
from common.permissions import require
from people.enums import SaidYes, SharedFor
from people.queries import residents_of, shares_in_scope, working_centre
from people.services import LONGEST_SHARE_NOTE, end_share, share_record
from people.web.fields import attempt


class ShareForm(forms.Form):
    """Whom, why, and that the resident says yes."""

    reach = forms.CharField(
        label=gettext_lazy("Phone number or e-mail address of the resident"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=SharedFor.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("What do you need to know, and for what?"),
        max_length=LONGEST_SHARE_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The resident and their own centre read this."),
    )
    said_yes = forms.ChoiceField(
        label=gettext_lazy("How did the resident agree?"), choices=SaidYes.choices, widget=forms.RadioSelect
    )
    consented = forms.BooleanField(label=gettext_lazy("I have read this text to the resident, who said yes"))


@method_decorator(login_required, name="dispatch")
class ShareView(View):
    """``GET`` and ``POST /inwoners/andere-centrale/``: one resident of another centre. Coordinators."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the centre that the coordinator works for."""
        self.centre = working_centre(request.user)
        require(request.user, "people.ask_share", self.centre, hide=True)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the text to read out, and the form."""
        return self._page(ShareForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Open the record; or say what is wrong (422). Trying numbers soon ends (429)."""
        limited = ratelimit.consume_or_429(request, action="share_record", user=request.user)
        if limited:
            return limited
        form = ShareForm(request.POST)
        share = attempt(form, lambda: self._share(form)) if form.is_valid() else None
        if share is None:
            return self._page(form, status=422)
        messages.success(request, _("You may look. The resident and their own centre are told."))
        return redirect("resident", resident_id=share.resident_id)

    def _share(self, form: ShareForm) -> Any:
        return share_record(self.centre, by=self.request.user, **form.cleaned_data)

    def _page(self, form: ShareForm, status: int = 200) -> HttpResponse:
        return render(
            self.request, "people/share_new.html", {"form": form, "centre": self.centre}, status=status
        )


@require_POST
@login_required
def share_end(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """``POST /inzage/<id>/stoppen/``: close the record to who looks from elsewhere."""
    share = shares_in_scope(request.user).filter(pk=share_id).first()
    if share is None:
        raise NotFound
    end_share(share, by=request.user)
    messages.success(request, _("Nobody of another centre looks along any more."))
    if residents_of(request.user).filter(pk=share.resident_id).exists():
        return redirect("my-rights")
    if share.reader_id == request.user.pk:
        return redirect("residents")
    return redirect("resident", resident_id=share.resident_id)
