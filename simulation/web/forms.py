"""What a centre wants to know."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from people.enums import HelpCategory
from people.models import Centre, Organisation
from places.models import District
from simulation.models import LEAST_GOAL, MOST_GOAL

HOURS = (4, 8, 24, 48, 72, 168)


DAY, WEEK = 24, 168


def hours_words(hours: int) -> str:
    """Say a number of hours as people do: "8 hours", "2 days", "a week"."""
    if hours == WEEK:
        return _("a week")
    if hours % DAY == 0:
        days = hours // DAY
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}


class WhatIfForm(forms.Form):
    """Kind of help, place, and what would be good enough."""

    centre: Any = forms.ModelChoiceField(label=gettext_lazy("Centre"), queryset=None, empty_label=None)
    category = forms.ChoiceField(label=gettext_lazy("Which help?"), choices=HelpCategory.choices)
    district: Any = forms.ModelChoiceField(
        label=gettext_lazy("In which neighbourhood?"), queryset=None, empty_label=None
    )
    goal = forms.IntegerField(
        label=gettext_lazy("How many of every 100 requests get a yes in time?"),
        min_value=LEAST_GOAL,
        max_value=MOST_GOAL,
        initial=95,
        widget=forms.NumberInput(attrs={"size": 3, "inputmode": "numeric"}),
    )
    hours = forms.TypedChoiceField(label=gettext_lazy("What is in time?"), coerce=int, initial=48)

    def __init__(self, *args: Any, centres: list[Centre], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [centre.pk for centre in centres]
        centre: Any = self.fields["centre"]
        centre.queryset = Centre.objects.filter(pk__in=ids).order_by("code")
        if len(centres) == 1:
            centre.widget, centre.initial = forms.HiddenInput(), centres[0].pk
        district: Any = self.fields["district"]
        district.queryset = District.objects.filter(centres__in=ids).distinct().order_by("name", "code")
        hours: Any = self.fields["hours"]
        hours.choices = [(each, hours_words(each)) for each in HOURS]


class OrganisationForm(forms.Form):
    """Which organisation looks for volunteers."""

    organisation: Any = forms.ModelChoiceField(
        label=gettext_lazy("Which organisation looks for them?"), queryset=None, empty_label=None
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = organisations
        field.label_from_instance = _name_of


def _name_of(organisation: Organisation) -> str:
    return organisation.name
