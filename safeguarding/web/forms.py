"""What staff fill in about volunteers: a search, a screening step, a pause."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from common.forms import DateInput
from people.enums import HelpCategory, VolunteerState
from safeguarding.enums import Requirement, ScreeningState

ANY: list[tuple[str, Any]] = [("", _("Any"))]
SCREENING_FILTERS: list[tuple[str, Any]] = [
    ("", _("Any")),
    ("complete", _("All steps are valid")),
    ("missing", _("A step is missing or has expired")),
    ("vog", _("VOG is missing or has expired")),
    ("expiring", _("A step expires within two months")),
]


class VolunteerFilterForm(forms.Form):
    """Which volunteers the list shows."""

    q = forms.CharField(
        label=_("Name or e-mail address"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "size": 24, "data-desk-search": ""}),
    )
    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *VolunteerState.choices], required=False)
    category = forms.ChoiceField(
        label=_("Likes to do"), choices=[*ANY, *HelpCategory.choices], required=False
    )
    screening = forms.ChoiceField(label=_("Screening"), choices=SCREENING_FILTERS, required=False)


class ScreeningForm(forms.Form):
    """Where one step of the screening stands."""

    state = forms.ChoiceField(
        label=_("Where does it stand?"),
        choices=[
            (state.value, state.label)
            for state in (ScreeningState.VALID, ScreeningState.IN_PROGRESS, ScreeningState.REQUIRED)
        ],
        widget=forms.RadioSelect,
    )
    number = forms.CharField(
        label=_("Number of the certificate"),
        max_length=40,
        required=False,
        help_text=_("Keep the number and the dates only: no copy, no content."),
    )
    seen_on = forms.DateField(label=_("Seen or done on"), widget=DateInput, required=False)
    valid_until = forms.DateField(
        label=_("Last valid day"), widget=DateInput, required=False, help_text=_("Empty: no end.")
    )

    def __init__(self, requirement: Requirement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if requirement != Requirement.VOG:
            del self.fields["number"]
        if not self.initial.get("seen_on"):
            self.initial["seen_on"] = clock.today()

    def values(self) -> dict[str, Any]:
        """The answers as arguments of ``record_screening``."""
        answers = dict(self.cleaned_data)
        return answers | {"state": ScreeningState(answers["state"])}
