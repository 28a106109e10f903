"""The questions of "ask for help", one form per screen. The label of the first field is the question."""

from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common import clock
from common.forms import DateInput, DaypartsField, TileSelect, TimeInput
from common.words import day_words
from help_requests.enums import HAS_BUDDIES, RequestKind
from help_requests.web.asking.draft import Draft
from help_requests.web.fields import (
    HOW_OFTEN,
    AnyVolunteerField,
    DescriptionField,
    DescriptionMixin,
    EmailField,
    PhoneField,
    check_place,
    offer,
)
from people.enums import DayPart, HelpCategory
from people.models import Resident
from people.queries import residents_of

# The values are the names of the tiles' icons. Whose help it is, or the id of a resident one represents:
SELF, OTHER = "person", "people"
# How someone tells when.
DAY, PARTS, ANY = "calendar", "clock", "check"
TIMINGS = (
    (DAY, _("On a day that I choose")),
    (PARTS, _("At times that suit me")),
    (ANY, _("It does not matter")),
)
# When on a day: any time, a part of it (its number), or at a fixed time.
ALL_DAY, FIXED = "all_day", "fixed"
MOMENTS = (
    (ALL_DAY, _("The time does not matter")),
    (str(DayPart.MORNING.value), _("In the morning")),
    (str(DayPart.AFTERNOON.value), _("In the afternoon")),
    (str(DayPart.EVENING.value), _("In the evening")),
    (FIXED, _("At a fixed time")),
)
LATER = "later"
NO_END = "no_end"
DAYS_AHEAD = 7
MOST_AHEAD = timedelta(days=730)


class Question(forms.Form):
    """A screen's form: knows what has been answered and who is asking.

    ``heading`` is the question where several fields answer it; else the first field's label asks it.
    """

    heading: Any = ""

    def __init__(self, *args: Any, draft: Draft, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft
        self.user = user
        known = {name: draft.answers[name] for name in self.fields if name in draft.answers}
        self.initial = {**self.initial, **known}

    @property
    def title(self) -> Any:
        """The question, as the title of the page."""
        return self.heading or next(iter(self.fields.values())).label

    @property
    def for_other(self) -> bool:
        """Whether someone asks on behalf of another."""
        return bool(self.draft["whose"] == OTHER)

    def answers(self) -> dict[str, Any]:
        """The cleaned answers as JSON values: days and times as ISO text."""
        return {name: _as_json(value) for name, value in self.cleaned_data.items()}


def _fill_nothing_in(form: forms.Form) -> None:
    """Keep the browser from offering the filer's own data for someone else."""
    for field in form.fields.values():
        field.widget.attrs["autocomplete"] = "off"


def _as_json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _check_day(form: forms.Form, name: str) -> None:
    """Refuse a day that is missing, has passed, or is so far away that it must be a slip."""
    if name in form.errors:
        return
    day, today = form.cleaned_data[name], clock.today()
    if day is None:
        form.add_error(name, _("Choose a day."))
    elif day < today:
        form.add_error(name, _("This day has passed. Choose another day."))
    elif day > today + MOST_AHEAD:
        form.add_error(name, _("This day is more than two years away. Choose a day that is nearer."))


class CategoryQuestion(Question):
    """What kind of help?"""

    category = forms.ChoiceField(
        label=_("What would you like help with?"),
        help_text=_("Choose what comes closest. We read everything ourselves."),
        choices=HelpCategory.choices,
        widget=TileSelect,
        error_messages={"required": _("Choose one of the pictures.")},
    )


class WordsQuestion(DescriptionMixin, Question):
    """The help in the person's own words."""

    description = DescriptionField(
        label=_("What exactly would you like?"),
        help_text=_('You can begin with "I would like …".'),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Reads along while someone types; without JavaScript the same is told after "Next".
        self.fields["description"].widget.attrs |= {
            "hx-post": reverse("ask-help-hints"),
            "hx-trigger": "input changed delay:900ms",
            "hx-target": "#reading",
            "hx-swap": "innerHTML",
        }


class DestinationQuestion(Question):
    """Where to?"""

    destination = forms.CharField(
        label=_("Where would you like to go?"),
        help_text=_('A name is enough, such as "the hospital". Only your helper will read this.'),
        max_length=200,
        required=False,
    )


class HowOftenQuestion(Question):
    """Once, again and again, or a buddy? Only kinds of help that one does together have buddies."""

    how_often = forms.ChoiceField(
        label=_("How often would you like help?"),
        help_text=_("You can always change this later, together with us."),
        choices=HOW_OFTEN,
        widget=TileSelect,
        initial=RequestKind.TASK.value,
        error_messages={"required": _("Choose one of the pictures.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.draft["category"] not in HAS_BUDDIES:
            offer(self, "how_often", HOW_OFTEN[:-1])


class TimingQuestion(Question):
    """A day, some dayparts, or any time? Help that goes on has no single day."""

    timing = forms.ChoiceField(
        label=_("When would you like help?"),
        choices=TIMINGS,
        widget=TileSelect,
        error_messages={"required": _("Choose one of the pictures.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.draft.lasts:
            offer(self, "timing", TIMINGS[1:])


class DayQuestion(Question):
    """Which day? The coming week as buttons, any later day in the browser's calendar."""

    day = forms.ChoiceField(
        label=_("On what day?"), widget=forms.RadioSelect, error_messages={"required": _("Choose a day.")}
    )
    later_day = forms.DateField(
        label=_("Which other day?"),
        widget=DateInput,
        required=False,
        error_messages={"invalid": _("We cannot read this day. Write it like this: 31-12-2030.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        near = [(day.isoformat(), capfirst(day_words(day))) for day in (today, today + timedelta(days=1))]
        coming = [today + timedelta(days=ahead) for ahead in range(2, DAYS_AHEAD)]
        days = [*near, *((day.isoformat(), capfirst(date_format(day, "l j F"))) for day in coming)]
        offer(self, "day", [*days, (LATER, _("Another day"))])
        self.fields["later_day"].widget.attrs["min"] = clock.today().isoformat()

    def clean(self) -> dict[str, Any]:
        """Work out the day; one that is filled in without a choice counts as another day.

        Refuse one that has passed or is far away, and "another day" without one.
        """
        found = self.cleaned_data
        if not self.data.get("day") and (found.get("later_day") or "later_day" in self.errors):
            self.errors.pop("day", None)
            found["day"] = LATER
        if found.get("day") == LATER:
            _check_day(self, "later_day")
        return found

    def answers(self) -> dict[str, Any]:
        """The choice, and the day itself as ``on_date``."""
        found = super().answers()
        return found | {"on_date": found["later_day"] if found["day"] == LATER else found["day"]}


class TimeQuestion(Question):
    """What time on that day?"""

    moment = forms.ChoiceField(
        label=_("At what time?"),
        choices=MOMENTS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )
    start_time = forms.TimeField(
        label=_("The fixed time"),
        help_text=_("For instance the time of your appointment."),
        widget=TimeInput,
        required=False,
        error_messages={"invalid": _("We cannot read this time. Write it like this: 14:30.")},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse "at a fixed time" without a time; a time that is filled in counts as one."""
        found = self.cleaned_data
        if found.get("start_time") or "start_time" in self.errors:
            self.errors.pop("moment", None)
            found["moment"] = FIXED
        elif found.get("moment") == FIXED and "start_time" not in self.errors:
            self.add_error("start_time", _("Fill in the time."))
        return found


class DaypartsQuestion(Question):
    """Which parts of the week?"""

    dayparts = DaypartsField(
        label=_("When does it suit you?"),
        help_text=_("Tick everything that suits you. The more you tick, the sooner we find someone."),
    )


class UntilQuestion(Question):
    """Until when? A series may have a last day."""

    until = forms.ChoiceField(
        label=_("Until when would you like this?"),
        choices=((NO_END, _("That is not sure yet")), (LATER, _("Until a day that I choose"))),
        widget=forms.RadioSelect,
        initial=NO_END,
        error_messages={"required": _("Choose one of the answers.")},
    )
    until_date = forms.DateField(
        label=_("Until which day?"),
        widget=DateInput,
        required=False,
        error_messages={"invalid": _("We cannot read this day. Write it like this: 31-12-2030.")},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse "until a day" without one, a day that has passed or is far; one that is filled in counts."""
        found = self.cleaned_data
        if found.get("until_date") or "until_date" in self.errors:
            self.errors.pop("until", None)
            found["until"] = LATER
        if found.get("until") == LATER:
            _check_day(self, "until_date")
        return found


class WhoseQuestion(Question):
    """For whom?"""

    whose = forms.ChoiceField(
        label=_("Who is the help for?"),
        widget=TileSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = residents_of(self.user).exclude(user_id=self.user.pk).order_by("created_at")
        named = [(str(resident.pk), _("For %(name)s") % {"name": resident.name}) for resident in others]
        offer(self, "whose", [(SELF, _("For myself")), *named, (OTHER, _("For someone else"))])


class FilerQuestion(Question):
    """Who asks on behalf of someone else?"""

    heading = _("Who are you?")

    filer_name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Fill in your name.")},
    )
    filer_phone = PhoneField(
        label=_("Your phone number"),
        help_text=_("We call you when we have a question."),
        error_messages={"required": _("Fill in your phone number, so that we can reach you.")},
    )
    filer_email = EmailField(label=_("Your e-mail address"), required=False)
    filer_consent = forms.BooleanField(
        label=_("The person I ask for knows of this and agrees."),
        error_messages={"required": _("Ask the other person first, and tick this then.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user.is_authenticated:
            known = {"filer_name": self.user.name, "filer_email": self.user.email}
            self.initial = {**known, **self.initial}


class NameQuestion(Question):
    """What is the resident's name?"""

    name = forms.CharField(
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Fill in a name.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine, theirs = _("What is your name?"), _("What is the name of the person you ask for?")
        self.fields["name"].label = theirs if self.for_other else mine
        if self.for_other:
            _fill_nothing_in(self)
        elif self.user.is_authenticated:
            self.initial.setdefault("name", self.user.name)


class AddressQuestion(Question):
    """Where does the resident live?"""

    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=10,
        widget=forms.TextInput(attrs={"size": 8, "autocomplete": "postal-code"}),
        error_messages={"required": _("Fill in the postcode.")},
    )
    house_number = forms.CharField(
        label=_("House number"),
        max_length=10,
        widget=forms.TextInput(attrs={"size": 8, "autocomplete": "address-line2"}),
        error_messages={"required": _("Fill in the house number.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine, theirs = _("Where do you live?"), _("Where does the person you ask for live?")
        self.heading = theirs if self.for_other else mine
        if self.for_other:
            _fill_nothing_in(self)

    def clean(self) -> dict[str, Any]:
        """Refuse a postcode that we do not know or where nobody works."""
        check_place(self)
        return self.cleaned_data


class ReachQuestion(Question):
    """How can the resident be reached? One of the two is enough; for someone else neither is needed."""

    phone = PhoneField(required=False)
    email = EmailField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine, theirs = _("How can we reach you?"), _("Can we call the person you ask for as well?")
        self.heading = theirs if self.for_other else mine
        if self.for_other:
            _fill_nothing_in(self)
        elif self.user.is_authenticated:
            self.initial.setdefault("email", self.user.email)

    def clean(self) -> dict[str, Any]:
        """Refuse when nobody could answer."""
        found = self.cleaned_data
        typed = any(found.get(name) or name in self.errors for name in ("phone", "email"))
        if not self.for_other and not typed:
            self.add_error("phone", _("Fill in a phone number or an e-mail address, so that we can answer."))
        return found


class ConsentQuestion(Question):
    """The last ones, beside everything that will be sent.

    Of a ``resident`` whom we know the consent is known too, and the last answer to the other one is shown.
    """

    any_screened_volunteer = AnyVolunteerField(
        help_text=_("With yes you often wait less long. Either way we tell who will come.")
    )
    consent = forms.BooleanField(
        label=_("You may keep these details to find help for me."),
        error_messages={"required": _("We may only look for help if you agree with this.")},
    )

    def __init__(self, *args: Any, resident: Resident | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.draft["whose"] != SELF:
            theirs = _(
                "May any volunteer whom we know and have screened help the person you ask for right away?"
            )
            self.fields["any_screened_volunteer"].label = theirs
        if resident is not None:
            del self.fields["consent"]
            self.initial["any_screened_volunteer"] = resident.any_screened_volunteer
