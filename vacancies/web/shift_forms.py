"""Forms by which an organisation plans, changes and moves shifts."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DateInput, TimeInput
from vacancies.enums import Repeat
from vacancies.models import Shift
from vacancies.services import Moment


class MomentForm(forms.Form):
    """A day and two times."""

    day = forms.DateField(label=_("Day"), widget=DateInput())
    begins = forms.TimeField(label=_("From"), widget=TimeInput())
    ends = forms.TimeField(
        label=_("Until"), widget=TimeInput(), help_text=_("Earlier than the beginning: the next day.")
    )

    @property
    def moment(self) -> Moment:
        """What was filled in, checked."""
        filled = self.cleaned_data
        return {"day": filled["day"], "begins": filled["begins"], "ends": filled["ends"]}


class PlanForm(MomentForm):
    """One date or a series."""

    capacity = forms.IntegerField(label=_("Number of places"), min_value=1, max_value=500, initial=2)
    repeat = forms.ChoiceField(label=_("How often"), choices=Repeat.choices, initial=Repeat.ONCE)
    until = forms.DateField(
        label=_("Last day of the series"),
        widget=DateInput(),
        required=False,
        help_text=_("At most 60 dates."),
    )
    note = forms.CharField(
        label=_("What should volunteers know?"),
        max_length=200,
        required=False,
        help_text=_("For example where to report, or what to wear."),
    )

    def clean(self) -> dict[str, Any]:
        """A series has a last day."""
        filled = super().clean() or {}
        if filled.get("repeat") not in (None, Repeat.ONCE) and not filled.get("until"):
            self.add_error("until", _("Fill in the last day of the series."))
        return filled


class ChangeForm(forms.Form):
    """The number of places and the note."""

    capacity = forms.IntegerField(label=_("Number of places"), min_value=1, max_value=500)
    note = forms.CharField(label=_("What should volunteers know?"), max_length=200, required=False)


def change_form(shift: Shift, data: Any = None) -> ChangeForm:
    """The form filled with what is kept, or with what was sent."""
    return ChangeForm(data, initial={"capacity": shift.capacity, "note": shift.note}, prefix="change")


def move_form(shift: Shift, data: Any = None) -> MomentForm:
    """The form filled with the moment of the shift, or with what was sent."""
    starts, ends = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    initial = {"day": starts.date(), "begins": starts.time(), "ends": ends.time()}
    return MomentForm(data, initial=initial, prefix="move")
