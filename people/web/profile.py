"""One's own profile: account, volunteering, details as a resident, everything we keep."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import NotFound
from common.week import week_words
from people.enums import (
    ALL_DAYPARTS,
    Dislike,
    HelpCategory,
    Language,
    Skill,
    Transport,
    VolunteerState,
)
from people.models import Volunteer
from people.queries import residents_of, volunteer_of
from people.services import (
    leave,
    pause_volunteer,
    resume_volunteer,
    shown_phone,
    update_account,
    update_volunteer,
)
from people.web.fields import attempt
from people.web.residents import facts_of
from people.web.speaking import speak
from people.web.volunteer_forms import QUESTIONS, PauseForm
from places.postcodes import shown_postcode


def moments_of(dayparts: int) -> str:
    """When someone is free, in words."""
    return _("always") if dayparts == ALL_DAYPARTS else ", ".join(week_words(dayparts))


def summary_of(volunteer: Volunteer) -> dict[str, Any]:
    """Return what a page shows of a volunteer, in words."""
    return {
        "volunteer": volunteer,
        "phone": shown_phone(volunteer.phone),
        "postcode": shown_postcode(volunteer.postcode),
        "likes": HelpCategory.from_mask(volunteer.skills),
        "abilities": Skill.from_mask(volunteer.skills),
        "dislikes": Dislike.from_mask(volunteer.dislikes),
        "languages": Language.from_mask(volunteer.languages),
        "transport": Transport.from_mask(volunteer.transport),
        "moments": moments_of(volunteer.dayparts),
        "paused": volunteer.is_paused(clock.today()),
    }


@require_safe
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """``GET /profiel/``: everything of one's own, each part with the way to change it."""
    return render(request, "people/profile.html", _everything_of(request.user))


@require_safe
@login_required
def own_data(request: HttpRequest) -> HttpResponse:
    """``GET /profiel/mijn-gegevens/``: the list of all that is kept of the reader, to read or print."""
    grants = request.user.role_grants.filter(ended_at=None).select_related("centre", "organisation")
    context = _everything_of(request.user) | {"grants": grants.order_by("granted_at")}
    return render(request, "people/own_data.html", context)


def _everything_of(user: Any) -> dict[str, Any]:
    volunteer = volunteer_of(user)
    active = volunteer is not None and volunteer.state != VolunteerState.LEFT
    rows = residents_of(user).select_related("centre", "district").order_by("created_at")
    return {
        "summary": summary_of(volunteer) if volunteer is not None and active else None,
        "residents": [facts_of(resident) for resident in rows],
    }


class AccountForm(forms.Form):
    """Name and language of the account."""

    name = forms.CharField(
        label=gettext_lazy("First and last name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of pages and mail"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )


@method_decorator(login_required, name="dispatch")
class AccountView(View):
    """``GET`` and ``POST /profiel/account/``: name and language."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them as they are."""
        known = {"name": request.user.name, "language": request.user.language}
        return render(request, "people/profile_account.html", {"form": AccountForm(initial=known)})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the change; the next page speaks the language."""
        form = AccountForm(request.POST)
        user = request.user
        if (
            not form.is_valid()
            or attempt(form, lambda: update_account(user, by=user, **form.cleaned_data)) is None
        ):
            return render(request, "people/profile_account.html", {"form": form}, status=422)
        response = redirect("profile")
        with translation.override(user.language):
            messages.success(request, _("Your change has been kept."))
        speak(response, user.language)
        return response


class OwnVolunteerView(View):
    """Base of the pages on one's own volunteer profile."""

    volunteer: Volunteer

    @method_decorator(login_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the reader's profile. Raises ``NotFound`` without one."""
        found = volunteer_of(request.user)
        if found is None or found.state == VolunteerState.LEFT:
            raise NotFound
        self.volunteer = found
        return super().dispatch(request, *args, **kwargs)


class VolunteerPartView(OwnVolunteerView):
    """``GET`` and ``POST /profiel/vrijwilliger/<part>/``: one part of the volunteer profile."""

    def get(self, request: HttpRequest, part: str) -> HttpResponse:
        """Show the part as it is."""
        form_class = self._form_class(part)
        return self._page(part, form_class(initial=form_class.known(self.volunteer)))

    def post(self, request: HttpRequest, part: str) -> HttpResponse:
        """Keep the change; or say what is wrong (422)."""
        form = self._form_class(part)(request.POST)
        if not form.is_valid() or attempt(form, lambda: self._change(form)) is None:
            return self._page(part, form, status=422)
        messages.success(request, _("Your change has been kept."))
        return redirect("profile")

    def _form_class(self, part: str) -> type[Any]:
        if part not in QUESTIONS:
            raise NotFound
        return QUESTIONS[part]

    def _change(self, form: Any) -> Volunteer:
        return update_volunteer(self.volunteer, by=self.request.user, **form.changes(self.volunteer.skills))

    def _page(self, part: str, form: Any, status: int = 200) -> HttpResponse:
        return render(
            self.request, "people/profile_volunteer.html", {"form": form, "part": part}, status=status
        )


class PauseView(OwnVolunteerView):
    """``GET`` and ``POST /profiel/pauze/``: ask me nothing until a day."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the pause as it is."""
        return self._page(PauseForm(initial={"until": self.volunteer.paused_until}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set the pause."""
        form = PauseForm(request.POST)
        if not form.is_valid() or attempt(form, lambda: self._pause(form)) is None:
            return self._page(form, status=422)
        messages.success(request, _("Enjoy your rest. We ask you nothing until then."))
        return redirect("profile")

    def _pause(self, form: PauseForm) -> Volunteer:
        return pause_volunteer(self.volunteer, until=form.cleaned_data["until"], by=self.request.user)

    def _page(self, form: PauseForm, status: int = 200) -> HttpResponse:
        return render(self.request, "people/profile_pause.html", {"form": form}, status=status)


class LeaveView(OwnVolunteerView):
    """``GET`` and ``POST /profiel/stoppen/``: stop as a volunteer, after a question."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say what stopping means, and what else there is."""
        return render(request, "people/profile_leave.html")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Stop."""
        leave(self.volunteer, by=request.user)
        messages.success(request, _("You have stopped. Thank you for all that you have done."))
        return redirect("profile")


@require_POST
@login_required
def resume(request: HttpRequest) -> HttpResponse:
    """``POST /profiel/weer-meedoen/``: end a pause now."""
    found = volunteer_of(request.user)
    if found is None:
        raise NotFound
    resume_volunteer(found, by=request.user)
    messages.success(request, _("Good to have you back. We may ask you again."))
    return redirect("profile")
