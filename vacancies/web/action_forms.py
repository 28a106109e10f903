"""Forms of one-day actions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DateInput, TimeInput


class ActionForm(forms.Form):
    """What is told of an action."""

    title = forms.CharField(label=_("What is it?"), max_length=80)
    campaign = forms.CharField(
        label=_("Part of"), max_length=40, required=False, help_text=_("For example NLdoet 2027.")
    )
    description = forms.CharField(label=_("What do people do?"), widget=forms.Textarea, max_length=2000)
    on_date = forms.DateField(label=_("Day"), widget=DateInput())
    place = forms.CharField(label=_("Where"), max_length=120)
    bring = forms.CharField(label=_("What do people bring and wear?"), max_length=300, required=False)
    provided = forms.CharField(
        label=_("What do you see to?"), max_length=300, required=False, help_text=_("Tools, coffee, lunch.")
    )


class TaskForm(forms.Form):
    """One task of an action."""

    title = forms.CharField(label=_("Task"), max_length=80)
    begins = forms.TimeField(label=_("From"), widget=TimeInput())
    ends = forms.TimeField(label=_("Until"), widget=TimeInput())
    capacity = forms.IntegerField(label=_("Number of places"), min_value=1, max_value=500, initial=10)


class SignUpForm(forms.Form):
    """Alone, or with a group."""

    size = forms.IntegerField(label=_("With how many people?"), min_value=1, max_value=100, initial=1)
    group_name = forms.CharField(
        label=_("Name of the group"), max_length=80, required=False, help_text=_("Only for a group.")
    )


class CheckInForm(forms.Form):
    """At the door: for which place, and of a group with how many."""

    seat = forms.UUIDField(widget=forms.HiddenInput)
    came = forms.IntegerField(
        label=_("With how many are you here?"), min_value=1, max_value=100, required=False
    )


class ReportForm(forms.Form):
    """How it was."""

    report = forms.CharField(label=_("What was done?"), widget=forms.Textarea, max_length=2000)
    people_came = forms.IntegerField(label=_("How many people came?"), min_value=0, max_value=10000)


class NoteForm(forms.Form):
    """What has to change first."""

    note = forms.CharField(label=_("What has to change?"), max_length=500)
