"""How the centre asks volunteers: the page on which a coordinator chooses, and who chose what before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.errors import Forbidden, InvalidInput
from common.forms import TimeInput
from events.models import EventRecord
from matching import events, queries, services
from matching.models import DispatchPolicy
from matching.services.policy import LIMITS
from people.enums import HelpCategory
from people.models import Centre, User
from people.queries import working_centre

HISTORY_SHOWN = 12
HOUR = 60
DAY = 24 * HOUR
TIMES = {
    "minutes_today": (10, 15, 20, 30, 45, HOUR, 90, 2 * HOUR, 4 * HOUR),
    "minutes_this_week": (30, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR, 12 * HOUR, DAY, 2 * DAY),
    "minutes_later": (HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY),
    "minutes_listed": (0, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 13 * HOUR, DAY),
}


class PolicyForm(forms.Form):
    """The choices of a centre, in plain words."""

    wave_size = forms.IntegerField(
        label=gettext_lazy("How many volunteers do we ask at the same time?"),
        help_text=gettext_lazy(
            "Whoever says no is replaced at once by the next. One at a time spares people and helps most "
            "residents in the end: nobody is asked in vain, so more volunteers are ready for the next "
            "question."
        ),
        min_value=LIMITS["wave_size"][0],
        max_value=LIMITS["wave_size"][1],
        widget=forms.NumberInput(attrs={"size": 3, "inputmode": "numeric"}),
    )
    wave_size_today = forms.IntegerField(
        label=gettext_lazy("And when help is needed today?"),
        help_text=gettext_lazy("Then time counts, so some more at the same time is fine: 2 or 3."),
        min_value=LIMITS["wave_size_today"][0],
        max_value=LIMITS["wave_size_today"][1],
        widget=forms.NumberInput(attrs={"size": 3, "inputmode": "numeric"}),
    )
    minutes_today = forms.TypedChoiceField(label=gettext_lazy("Help is needed today"), coerce=int)
    minutes_this_week = forms.TypedChoiceField(label=gettext_lazy("Help is needed this week"), coerce=int)
    minutes_later = forms.TypedChoiceField(label=gettext_lazy("Help is needed later"), coerce=int)
    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"), widget=TimeInput)
    quiet_until = forms.TimeField(label=gettext_lazy("Quiet until"), widget=TimeInput)
    newcomer_seat = forms.BooleanField(
        label=gettext_lazy("Keep the last place of a wave for a newcomer"),
        help_text=gettext_lazy(
            "Someone who has not done a task yet and fits is then asked too, also when others fit better. "
            "Whoever gets a first task soon stays longer."
        ),
        required=False,
    )
    auto_start_categories = forms.MultipleChoiceField(
        label=gettext_lazy("Asking starts by itself after approval"),
        help_text=gettext_lazy(
            "As soon as a request of this kind is approved we ask the best volunteers. For the other kinds "
            "a coordinator presses the button."
        ),
        choices=HelpCategory.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    minutes_listed = forms.TypedChoiceField(
        label=gettext_lazy("And before that, only on the list near by"),
        help_text=gettext_lazy(
            "Volunteers see a request on their list near by at once, and may take it before anybody is "
            "asked. That spares questions where many look at the list of their own accord; where few do, "
            "residents wait longer. For help today or tomorrow we never wait. In quiet hours the clock "
            "stands still."
        ),
        coerce=int,
    )
    auto_open_categories = forms.MultipleChoiceField(
        label=gettext_lazy("Opens by itself after an automatic check"),
        help_text=gettext_lazy(
            "Only for light help, for which you ask no VOG, and only for residents whom the centre knows. "
            "At the slightest doubt, such as words of danger, a name or phone number in the text, care or "
            "money, a person reads it first. The computer never refuses anyone."
        ),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    MASKS = ("auto_start_categories", "auto_open_categories")

    def __init__(self, *args: Any, policy: DispatchPolicy, **kwargs: Any) -> None:
        kwargs["initial"] = {name: _shown(name, getattr(policy, name)) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        for name, times in TIMES.items():
            minutes = sorted({*times, getattr(policy, name)})
            self._offer(name, [(each, minutes_words(each)) for each in minutes])
        light = HelpCategory.from_mask(queries.light_categories(policy.centre_id))
        self._offer("auto_open_categories", [(each.value, each.label) for each in light])

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(name)
        field.choices = choices

    def changes(self) -> dict[str, Any]:
        """The cleaned values as the service takes them."""
        masks = {name: HelpCategory.to_mask(self.cleaned_data[name]) for name in self.MASKS}
        return {**self.cleaned_data, **masks}


def _shown(name: str, value: Any) -> Any:
    return [member.value for member in HelpCategory.from_mask(value)] if name in PolicyForm.MASKS else value


def minutes_words(minutes: int) -> str:
    """Say a time to answer: "30 minutes", "4 hours", "2 days"."""
    if not minutes:
        return _("not")
    if minutes % DAY == 0:
        days = minutes // DAY
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if minutes % HOUR == 0:
        hours = minutes // HOUR
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return _("%(count)d minutes") % {"count": minutes}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def policy(request: HttpRequest) -> HttpResponse:
    """Read and change how the centre asks. What was typed stays when something is not right."""
    centre = working_centre(request.user)
    if centre is None:
        raise Forbidden
    sent = request.POST if request.method == "POST" else None
    form = PolicyForm(sent, policy=queries.policy_of(centre.pk))
    if request.method == "POST" and form.is_valid() and _changed(request, centre, form):
        messages.success(request, _("Saved. From now on we ask like this."))
        return redirect("asking-policy")
    context = {"form": form, "centre": centre, "history": _history(centre)}
    status = 422 if form.errors else 200
    return render(request, "matching/desk/policy.html", context, status=status)


def _changed(request: HttpRequest, centre: Centre, form: PolicyForm) -> bool:
    try:
        services.change_policy(centre, by=request.user, **form.changes())
    except InvalidInput as error:
        form.add_error(error.field, str(error.message))
        return False
    return True


@dataclass(frozen=True)
class Told:
    """One line of what was chosen before: when, what, and by whom."""

    at: datetime
    what: str
    who: str


def _history(centre: Centre) -> list[Told]:
    records = list(queries.policy_history(centre.pk)[:HISTORY_SHOWN])
    actors = {record.actor_id for record in records if record.actor_id}
    names = dict(User.objects.filter(pk__in=actors).values_list("pk", "name"))
    return [Told(record.at, _what(record), names.get(record.actor_id, "")) for record in records]


def _what(record: EventRecord) -> str:
    if record.type == events.AskingHalted.type:
        return _("Emergency brake: all asking stopped")
    if record.type == events.AskingReleased.type:
        return _("Emergency brake off: asking goes on")
    name, before, after = (record.payload[key] for key in ("setting", "before", "after"))
    label = SETTINGS[name] if name in SETTINGS else PolicyForm.base_fields[name].label
    return _("%(setting)s: %(before)s became %(after)s") % {
        "setting": label,
        "before": _value(name, before),
        "after": _value(name, after),
    }


SETTINGS = {
    "wave_size": gettext_lazy("Asked at the same time"),
    "wave_size_today": gettext_lazy("Asked at the same time, for today"),
    "minutes_today": gettext_lazy("Time to answer, today"),
    "minutes_this_week": gettext_lazy("Time to answer, this week"),
    "minutes_later": gettext_lazy("Time to answer, later"),
    "minutes_listed": gettext_lazy("First only on the list near by"),
    "quiet_from": gettext_lazy("Quiet from"),
    "quiet_until": gettext_lazy("Quiet until"),
    "newcomer_seat": gettext_lazy("Place for a newcomer"),
}


def _value(name: str, word: str) -> str:
    """The stored word of a setting as people say it."""
    if name in PolicyForm.MASKS:
        labels = [str(member.label) for member in HelpCategory.from_mask(int(word))]
        return ", ".join(labels) or _("nothing")
    if name.startswith("minutes_"):
        return minutes_words(int(word))
    return {"True": _("yes"), "False": _("no")}.get(word, word)
