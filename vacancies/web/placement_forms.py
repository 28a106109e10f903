"""Forms of student placements."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from common.forms import DateInput, TimeInput


class JoinForm(forms.Form):
    """A student joins their class."""

    code = forms.CharField(
        label=_("Code of your class"), max_length=20, help_text=_("Your teacher has it. Eight signs.")
    )
    month = forms.TypedChoiceField(label=_("Month of your birthday"), coerce=int)
    year = forms.TypedChoiceField(label=_("Year of your birth"), coerce=int)
    parent_email = forms.EmailField(
        label=_("E-mail of a parent or guardian"),
        required=False,
        help_text=_("Are you younger than sixteen? Then we ask whether it is all right."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        from django.utils.dates import MONTHS  # its words follow the language of the reader

        this_year = clock.today().year
        self.fields["month"].choices = [("", _("Choose …")), *MONTHS.items()]  # type: ignore[attr-defined]
        self.fields["year"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose …")),
            *((year, str(year)) for year in range(this_year - 13, this_year - 19, -1)),
        ]


class ParentForm(forms.Form):
    """Whom to ask, again."""

    email = forms.EmailField(label=_("E-mail of a parent or guardian"))


class ConsentForm(forms.Form):
    """What a parent says."""

    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    sundays = forms.BooleanField(label=_("On Sundays too is fine"), required=False)


class AskForm(forms.Form):
    """A student asks for a place."""

    motivation = forms.CharField(
        label=_("Why would you like this?"), max_length=500, required=False, widget=forms.Textarea
    )


class HoursForm(forms.Form):
    """Hours on one day."""

    day = forms.DateField(label=_("Day"), widget=DateInput())
    begins = forms.TimeField(label=_("From"), widget=TimeInput())
    ends = forms.TimeField(label=_("Until"), widget=TimeInput())
    pause = forms.IntegerField(label=_("Break, in minutes"), min_value=0, max_value=239, initial=0)


class SpotForm(forms.Form):
    """A vacancy takes students too."""

    places = forms.IntegerField(label=_("How many students at a time?"), min_value=1, max_value=50, initial=1)
    supervisor_name = forms.CharField(label=_("Who guides them and signs their hours?"), max_length=80)
    supervisor_email = forms.EmailField(
        label=_("E-mail of the supervisor"), help_text=_("Gets a link to sign hours with one touch.")
    )
    is_open = forms.BooleanField(label=_("Students can ask for a place"), required=False, initial=True)


class CodeForm(forms.Form):
    """A teacher joins a school."""

    code = forms.CharField(label=_("Code of the school"), max_length=20)


class SchoolForm(forms.Form):
    """A school that takes part."""

    name = forms.CharField(label=_("Name of the school"), max_length=120)


class ClassForm(forms.Form):
    """A class that does placements."""

    name = forms.CharField(label=_("Name of the class"), max_length=40)
    hours_required = forms.IntegerField(
        label=_("Hours for each student"), min_value=1, max_value=200, initial=30
    )
    lesson_hours = forms.DecimalField(
        label=_("Hours of lessons on a school day"), min_value=0, max_value=9, decimal_places=1, initial=6
    )
    ends_on = forms.DateField(label=_("Last day on which hours count"), widget=DateInput())


class HolidayForm(forms.Form):
    """A period without lessons."""

    name = forms.CharField(label=_("Name of the holiday"), max_length=60)
    starts_on = forms.DateField(label=_("First day"), widget=DateInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput())
