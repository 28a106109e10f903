"""The volunteer's own hours: what was put forward, what one enters, and what came of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from recognition import queries, services
from recognition.enums import HoursState
from recognition.models import HourEntry
from recognition.web.access import explain, helpers_only, own_entry
from recognition.web.forms import CENTRE, CorrectForm, HoursForm, MinutesForm

PER_PAGE = 10


@require_safe
@helpers_only
def my_hours(request: HttpRequest) -> HttpResponse:
    """``GET /mijn-uren/``: what to look at first, the years, thanks, and all hours."""
    user = request.user
    entries = queries.entries_of(user).exclude(state=HoursState.PROPOSED)
    thanks = list(queries.thanks_of(user)[:5])
    context = {
        "asked": [(entry, MinutesForm(offered=entry.minutes)) for entry in queries.to_confirm(user)],
        "years": queries.hours_by_year(user),
        "page": Paginator(entries, PER_PAGE).get_page(request.GET.get("pagina")),
        "thanks": thanks,
        "milestones": queries.milestones_of(user),
    }
    if any(each.seen_at is None for each in thanks):
        services.mark_thanks_seen(by=user)
    return render(request, "recognition/hours/mine.html", context)


@require_POST
@helpers_only
def confirm(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """``POST /mijn-uren/<id>/klopt/``: it is right, or with ``minutes`` it took another length."""
    entry = own_entry(request, entry_id)
    if entry.state != HoursState.PROPOSED:
        return redirect("my-hours")
    form = MinutesForm(request.POST, offered=entry.minutes)
    minutes = form.cleaned_data["minutes"] if form.is_valid() else None
    try:
        services.confirm_hours(entry, minutes=minutes, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("my-hours")
    words = {
        HoursState.APPROVED: _("Thank you! These hours count."),
        HoursState.WAITING: _("Thank you! It took longer than was planned, so someone signs for it."),
    }
    messages.success(request, words[HoursState(entry.state)])
    return redirect("my-hours")


@require_POST
@helpers_only
def withdraw(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """``POST /mijn-uren/<id>/niet-meetellen/``: these hours do not count."""
    services.withdraw_hours(own_entry(request, entry_id), by=request.user)
    messages.success(request, _("All right, these hours do not count."))
    return redirect("my-hours")


@method_decorator(helpers_only, name="dispatch")
class AddView(View):
    """``GET`` and ``POST /mijn-uren/toevoegen/``: hours that the platform does not know of."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self._page(HoursForm(user=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep them; or say what is wrong (422)."""
        form = HoursForm(request.POST, user=request.user)
        if not form.is_valid() or not entered(request, form):
            return self._page(form, status=422)
        messages.success(request, _("Kept. You hear from us when they have been signed."))
        return redirect("my-hours")

    def _page(self, form: HoursForm, status: int = 200) -> HttpResponse:
        return render(self.request, "recognition/hours/add.html", {"form": form}, status=status)


def entered(request: HttpRequest, form: HoursForm) -> bool:
    """Enter the hours of a form; what the domain says against it stands in the form."""
    given = form.cleaned_data
    when = {"day": given["day"], "minutes": given["minutes"], "by": request.user}
    where = given["where"]
    try:
        if where in form.visits:
            services.enter_visit(form.visits[where], **when)
        elif where in form.roles:
            services.enter_role(form.roles[where], **when)
        else:
            organisation = None if where == CENTRE else form.organisations[where]
            what = {"category": given["category"], "note": given["note"]}
            services.enter_hours(request.user, organisation=organisation, **what, **when)
    except DomainError as refusal:
        explain(form, refusal)
        return False
    return True


@method_decorator(helpers_only, name="dispatch")
class CorrectView(View):
    """``GET`` and ``POST /mijn-uren/<id>/verbeteren/``: mend what was not signed, and ask again."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the entry; one that is not refused (any more) leads back to the list."""
        self.entry: HourEntry = own_entry(request, kwargs["entry_id"])
        if self.entry.state != HoursState.REFUSED:
            return redirect("my-hours")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, entry_id: UUID) -> HttpResponse:
        """Show what it is now."""
        form = CorrectForm(initial={"day": self.entry.day, "minutes": self.entry.minutes})
        return self._page(form)

    def post(self, request: HttpRequest, entry_id: UUID) -> HttpResponse:
        """Ask again; or say what is wrong (422)."""
        form = CorrectForm(request.POST)
        form.fields["minutes"].offer(self.entry.minutes)  # type: ignore[attr-defined]
        if form.is_valid():
            try:
                services.correct_hours(self.entry, **form.cleaned_data, by=request.user)
            except DomainError as refusal:
                explain(form, refusal)
            else:
                messages.success(request, _("Thank you. We ask for a signature again."))
                return redirect("my-hours")
        return self._page(form, status=422)

    def _page(self, form: CorrectForm, status: int = 200) -> HttpResponse:
        form.fields["minutes"].offer(self.entry.minutes)  # type: ignore[attr-defined]
        context = {"form": form, "entry": self.entry}
        return render(self.request, "recognition/hours/correct.html", context, status=status)
