"""Messages on one's phone: turn them on for this device, off for any, and keep the nights quiet."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import InvalidInput, NotFound
from common.forms import TimeInput
from notifications import queries, services
from notifications.push import devices
from notifications.push.vapid import newest_key

SUBSCRIPTION = ("endpoint", "p256dh", "auth", "server_key")


class QuietForm(forms.Form):
    """Between which hours the phone stays silent."""

    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"), widget=TimeInput)
    quiet_until = forms.TimeField(label=gettext_lazy("Quiet until"), widget=TimeInput)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """``GET`` and ``POST /berichten/telefoon/``: the devices; a script sends the form for this one."""
    if request.method != "POST":
        return _page(request)
    told = {name: request.POST.get(name, "") for name in SUBSCRIPTION}
    agent = request.headers.get("User-Agent", "")
    try:
        services.subscribe(request.user, request.session, **told, user_agent=agent)
    except InvalidInput as refusal:
        messages.error(request, str(refusal.message))
        return _page(request, status=422)
    messages.success(request, _("From now on your messages come to this device too."))
    return redirect("my-phone")


@require_POST
@login_required
def quiet_hours(request: HttpRequest) -> HttpResponse:
    """``POST /berichten/telefoon/stil/``: keep the hours."""
    form = QuietForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    services.choose_quiet(request.user, **form.cleaned_data)
    messages.success(request, _("Kept. Between these hours your phone stays silent."))
    return redirect("my-phone")


@require_POST
@login_required
def go_on(request: HttpRequest) -> HttpResponse:
    """``POST /berichten/telefoon/verder/``: signed in again; a script says which browser this is."""
    devices.go_on(request.user, request.session, endpoint=request.POST.get("endpoint", ""))
    return HttpResponse(status=204)


@require_POST
@login_required
def remove_device(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """``POST /berichten/telefoon/<id>/weg/``: nothing to that device any more."""
    found = queries.devices_of(request.user).filter(pk=subscription_id).first()
    if found is None:
        raise NotFound
    services.unsubscribe(found, by=request.user)
    messages.success(request, _("This device gets no messages any more."))
    return redirect("my-phone")


def _page(request: HttpRequest, form: QuietForm | None = None, status: int = 200) -> HttpResponse:
    wish = queries.preference_of(request.user)
    key = newest_key()
    hours = {"quiet_from": wish.quiet_from, "quiet_until": wish.quiet_until}
    context: dict[str, Any] = {
        "form": form or QuietForm(initial=hours),
        "devices": queries.devices_of(request.user),
        "here": queries.device_here(request.user, request.session),
        "key": key.public if key else "",
    }
    return render(request, "notifications/phone.html", context, status=status)
