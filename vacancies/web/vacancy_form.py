"""The form in which an organisation writes a vacancy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.queries import courses_on_offer
from common.forms import DateInput, DaypartsField
from people.enums import Language, Skill
from safeguarding.enums import Requirement
from vacancies.enums import Accessibility, Reimbursement, VacancyCategory, VacancyKind
from vacancies.models import Vacancy
from vacancies.services import Details
from vacancies.services.coaching import Advice, coach
from vacancies.web.fields import MaskField

WORDS = ("title", "task", "profile", "offer")


def _area(label: Any, longest: int, rows: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), required=False, **more
    )


class VacancyForm(forms.Form):
    """Every field of a vacancy. Only the title is needed for a draft; what is missing is asked at sending."""

    title = forms.CharField(
        label=_("Title"), max_length=80, help_text=_("What someone does, in three to eight words.")
    )
    category = forms.ChoiceField(
        label=_("About"), choices=[("", "—"), *VacancyCategory.choices], required=False
    )
    task = _area(
        _("What will the volunteer do?"),
        3000,
        8,
        help_text=_("Short sentences, to the reader: “you drive…”."),
    )
    profile = _area(_("Who fits?"), 1500, 4)
    offer = _area(_("What does someone get in return?"), 1500, 4)
    kind = forms.ChoiceField(label=_("How often?"), choices=VacancyKind.choices, widget=forms.RadioSelect)
    on_date = forms.DateField(label=_("On which day? (one time)"), widget=DateInput, required=False)
    hours = forms.DecimalField(
        label=_("How many hours?"),
        max_digits=4,
        decimal_places=1,
        help_text=_("A week; or in all, when it is one time."),
        widget=forms.NumberInput(attrs={"size": 5, "step": "0.5", "min": "0.5", "inputmode": "decimal"}),
    )
    dayparts = DaypartsField(label=_("When? Nothing ticked: in consultation"), required=False)
    starts_on = forms.DateField(label=_("From"), widget=DateInput, required=False)
    ends_on = forms.DateField(label=_("Until"), widget=DateInput, required=False)
    wanted = forms.IntegerField(
        label=_("How many people? Empty: always room"),
        required=False,
        widget=forms.NumberInput(attrs={"size": 5, "min": 1}),
    )
    online = forms.BooleanField(label=_("It can be done from home"), required=False)
    address = forms.CharField(label=_("Street and house number"), max_length=120, required=False)
    postcode = forms.CharField(
        label=_("Postcode"), max_length=8, required=False, widget=forms.TextInput(attrs={"size": 8})
    )
    city = forms.CharField(label=pgettext_lazy("of the work", "Town"), max_length=80, required=False)
    required_skills = MaskField(Skill, label=_("Needed"))
    preferred_skills = MaskField(Skill, label=_("Nice to have"))
    languages = MaskField(Language, label=_("One of these languages is needed"))
    accessibility = MaskField(Accessibility, label=_("Good to know for who wonders whether it can be done"))
    minimum_age = forms.IntegerField(
        label=_("Minimum age, only where the law asks one"),
        required=False,
        widget=forms.NumberInput(attrs={"size": 5}),
    )
    screening = MaskField(Requirement, label=_("Steps before someone starts"))
    required_courses: Any = forms.ModelMultipleChoiceField(
        label=_("Training before someone starts"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reimbursement = forms.ChoiceField(label=_("Reimbursement"), choices=Reimbursement.choices)
    contact_name = forms.CharField(label=_("Contact person"), max_length=120, required=False)
    contact_email = forms.CharField(
        label=_("E-mail address of the contact person"),
        max_length=254,
        required=False,
        help_text=_("Only who answers sees it, once you have let something be heard."),
        widget=forms.TextInput(attrs={"type": "email"}),
    )
    contact_phone = forms.CharField(
        label=_("Phone number of the contact person"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "size": 16}),
    )

    def __init__(self, *args: Any, vacancy: Vacancy | None = None, **kwargs: Any) -> None:
        if vacancy is not None:
            names = self.base_fields.keys() - {"required_courses"}
            initial = {name: getattr(vacancy, name) for name in names}
            kwargs["initial"] = initial | {"required_courses": vacancy.required_courses.all()}
        super().__init__(*args, **kwargs)
        courses: Any = self.fields["required_courses"]
        courses.queryset = courses_on_offer()

    def details(self) -> Details:
        """The cleaned values as the service takes them."""
        values = dict(self.cleaned_data)
        values["required_courses"] = list(values["required_courses"])
        return Details(**values)  # type: ignore[typeddict-item]  # by name, as the fields are

    @property
    def advice(self) -> list[Advice]:
        """What could be better about the words as they were typed."""
        words = {name: str(self[name].value() or "") for name in WORDS}
        hours = self.cleaned_data.get("hours") if self.is_bound and hasattr(self, "cleaned_data") else None
        return coach(**words, hours=hours)
