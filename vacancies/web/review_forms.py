"""The lists that the centre ticks."""

from django import forms
from django.utils.translation import gettext_lazy

from people.enums import OrganisationCheck
from vacancies.enums import VacancyCheck
from vacancies.web.fields import MaskField


class ReviewForm(forms.Form):
    """The acceptance list of a vacancy, and a word to its organisation."""

    checks = MaskField(VacancyCheck, label=gettext_lazy("Have you seen this?"))
    note = forms.CharField(
        label=gettext_lazy("What should be changed?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OrganisationReviewForm(forms.Form):
    """The acceptance list of an organisation, and a word to it."""

    checks = MaskField(OrganisationCheck, label=gettext_lazy("Have you seen this?"))
    note = forms.CharField(
        label=gettext_lazy("A word to the organisation"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
