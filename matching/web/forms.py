"""What people fill in on the pages of matching."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DateInput, TimeInput
from matching.enums import CancelReason, RejectReason


class PlanForm(forms.Form):
    """Day and time of the visit."""

    day = forms.DateField(label=_("Day"), widget=DateInput)
    time = forms.TimeField(label=_("Time"), widget=TimeInput)

    def starts_at(self) -> datetime:
        """The moment in Europe/Amsterdam."""
        cleaned: dict[str, Any] = self.cleaned_data
        return datetime.combine(cleaned["day"], cleaned["time"], tzinfo=timezone.get_current_timezone())

    @classmethod
    def showing(cls, moment: datetime | None) -> "PlanForm":
        """The form with the moment that is planned now."""
        if moment is None:
            return cls()
        local = timezone.localtime(moment)
        return cls(initial={"day": local.date(), "time": local.time().replace(second=0, microsecond=0)})


class ReopenForm(forms.Form):
    """Another day for a request that found nobody, or where nobody came."""

    on_date = forms.DateField(
        label=_("New day"),
        help_text=_("Leave this open if any day in the chosen parts of the week will do."),
        widget=DateInput,
        required=False,
    )
    start_time = forms.TimeField(label=_("Time, if it is fixed"), widget=TimeInput, required=False)


class DoneForm(forms.Form):
    """How long it took, if one wants to say."""

    minutes_spent = forms.TypedChoiceField(
        label=_("How long did it take?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("I do not know")),
            (30, _("half an hour")),
            (60, _("an hour")),
            (90, _("an hour and a half")),
            (120, _("two hours")),
            (180, _("three hours")),
            (240, _("half a day")),
        ],
    )


class CancelForm(forms.Form):
    """Why it is called off, as a code; nobody has to explain."""

    reason = forms.ChoiceField(label=_("Why?"), choices=CancelReason.choices, initial=CancelReason.NO_TIME)


class RejectForm(forms.Form):
    """Why a proposed pair is not to be, as a code."""

    reason = forms.ChoiceField(label=_("Why not?"), choices=RejectReason.choices, initial=RejectReason.NO_FIT)
