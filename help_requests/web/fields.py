"""Form fields that residents' and desk forms share."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypedDict

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput
from common.forms import DateInput, DaypartsField, TimeInput
from common.personal_data import Kind, describe, find_personal_data, mask_personal_data
from help_requests.enums import RequestKind, Rhythm
from help_requests.models import HelpRequest
from help_requests.services import UrgentWord, urgent_words
from people.enums import MaskChoices, daypart_bit
from people.errors import NoCentreHere
from people.queries import centre_for
from people.services import normalise_email, normalise_phone
from places.services import locate_postcode

LONGEST_TEXT = 2000
DAY = 0b111
"""All parts of one day."""
MASKED, KEEP = "masked", "keep"
YES, NO = "yes", "no"


class KindDetails(TypedDict):
    """Columns of ``HelpRequest``."""

    kind: str
    rhythm: str


class PhoneField(forms.CharField):
    """A phone number, cleaned to E.164; empty stays empty when not required."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone number"))
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "size": 16})
        super().__init__(max_length=30, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the number. Raises ``ValidationError`` when it cannot be called."""
        return _as_form_error(normalise_phone, super().clean(value))


class EmailField(forms.CharField):
    """An e-mail address in lower case; empty stays empty when not required."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("E-mail address"))
        widget = forms.TextInput(attrs={"type": "email", "autocomplete": "email", "spellcheck": "false"})
        super().__init__(max_length=254, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the address. Raises ``ValidationError`` when it is none."""
        return _as_form_error(normalise_email, super().clean(value))


class AnyVolunteerField(forms.TypedChoiceField):
    """Whether any screened volunteer may help at once: yes or no, neither chosen beforehand.

    Cleaned to a ``bool``, or ``None`` where it is not required and nothing was chosen.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "label",
            _("May any volunteer whom we know and have screened help you right away?"),
        )
        super().__init__(
            choices=[(YES, _("Yes, that is fine")), (NO, _("No, I want to hear first who comes"))],
            coerce=lambda value: value == YES,
            empty_value=None,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose one of the two, so that we know what you would like.")},
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """Show an answer that was given before as its choice."""
        return {True: YES, False: NO}.get(value, value)


def _as_form_error(clean: Any, value: str) -> str:
    try:
        return str(clean(value))
    except InvalidInput as error:
        raise forms.ValidationError(str(error.message), code=error.code) from error


def offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Give a choice field of ``form`` its choices, where they depend on the person or the day."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(name)
    field.choices = list(choices)


class MaskField(forms.MultipleChoiceField):
    """Several members of a ``MaskChoices``, cleaned to their mask; initial is a mask too."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, members: type[MaskChoices], **kwargs: Any) -> None:
        self.members = members
        super().__init__(choices=members.choices, required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a mask as its members."""
        return [member.value for member in self.members.from_mask(value)] if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """Return the mask. Raises ``ValidationError`` for an unknown member."""
        return self.members.to_mask(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as members."""
        return super().has_changed(self.prepare_value(initial), data)


def check_place(form: forms.Form) -> None:
    """Add an error to ``postcode`` when it is unknown, or when no centre works there."""
    postcode, number = (form.cleaned_data.get(name, "") for name in ("postcode", "house_number"))
    if not postcode:
        return
    try:
        if centre_for(locate_postcode(postcode, number).district) is None:
            raise NoCentreHere
    except InvalidInput as error:
        form.add_error("postcode", forms.ValidationError(str(error.message), code=error.code))


class DescriptionField(forms.CharField):
    """What someone tells in their own words."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 5, "autocapitalize": "sentences", "spellcheck": "true"})
        messages = {"required": _("Tell in your own words what you would like. One sentence is enough.")}
        super().__init__(max_length=LONGEST_TEXT, widget=widget, error_messages=messages, **kwargs)


class PlainWords:
    """Reads along with a description: what had better be left out, and words of danger.

    Attributes:
        remarks: one sentence for each kind of personal data in the text.
        suggestion: the text without them; empty when there is nothing to leave out.
        has_bsn: a citizen service number may not be kept, whatever the writer chooses.
        urgent: words that may tell of danger.
    """

    def __init__(self, text: str) -> None:
        findings = find_personal_data(text)
        self.remarks = describe(findings)
        self.suggestion = mask_personal_data(text) if findings else ""
        self.has_bsn = any(finding.kind is Kind.BSN for finding in findings)
        self.urgent: list[UrgentWord] = urgent_words(text)


class DescriptionMixin(forms.Form):
    """A form with ``description``; buttons named ``choice`` take the suggestion or keep the text.

    ``reading`` holds what was noticed in the text that was sent; the template shows it. The urgent help
    numbers are shown before anything else happens: a page that stood there with them sends ``warned``
    along. A hint while typing does not: it may arrive at the very moment that someone presses the button.
    """

    reading: PlainWords | None = None

    def clean_description(self) -> str:
        """Return the text, or the suggestion if chosen. Raises when something had better be left out."""
        text = str(self.cleaned_data["description"])
        choice = self.data.get("choice")
        if choice == MASKED:
            text = mask_personal_data(text)
        self.reading = reading = PlainWords(text)
        if reading.has_bsn or (reading.suggestion and choice != KEEP):
            raise forms.ValidationError(_("Look at our suggestion below."), code="personal-data")
        return text

    @property
    def must_warn(self) -> bool:
        """Whether the urgent help numbers still have to be shown."""
        return bool(self.reading and self.reading.urgent and not self.data.get("warned"))


# How often someone would like help, in one choice: the kind of request, and of a series its rhythm.
HOW_OFTEN = (
    (RequestKind.TASK.value, _("Once")),
    *Rhythm.choices,
    (RequestKind.BUDDY.value, _("A buddy: someone who comes to see me regularly")),
)


def how_often_of(request: HelpRequest) -> str:
    """The choice that a request stands for."""
    return request.rhythm or request.kind


def kind_of(how_often: str) -> KindDetails:
    """The kind of request and the rhythm that a choice stands for."""
    if how_often in Rhythm.values:
        return {"kind": RequestKind.SERIES.value, "rhythm": how_often}
    return {"kind": how_often, "rhythm": ""}


def show_refusal(form: forms.Form, error: InvalidInput) -> None:
    """Show the sentence of a service with the field that was filled in for it, or above the form."""
    field = "how_often" if error.field in ("kind", "rhythm") else error.field
    form.add_error(field if field in form.fields else None, str(error.message))


class HowOftenMixin(forms.Form):
    """How often help is needed, and until when; cleaned to ``kind``, ``rhythm`` and ``until_date``.

    What is not sent stays as it is, or is "once".
    """

    how_often = forms.ChoiceField(label=_("How often"), choices=HOW_OFTEN, required=False)
    until_date = forms.DateField(
        label=_("Up to and including"),
        help_text=_("Only for help that goes on. Leave this open when there is no end yet."),
        widget=DateInput,
        required=False,
        error_messages={"invalid": _("We cannot read this day. Write it like this: 31-12-2030.")},
    )

    def clean(self) -> dict[str, Any]:
        """Say the kind and the rhythm instead of the choice."""
        found = super().clean() or self.cleaned_data
        chosen = found.pop("how_often", "") or self.initial.get("how_often", RequestKind.TASK.value)
        return found | kind_of(chosen)


class WhenMixin(forms.Form):
    """A day, with or without a time, or parts of the week: at least one of the two."""

    on_date = forms.DateField(
        label=_("Day"),
        help_text=_("Leave this open when another day is fine too."),
        widget=DateInput,
        required=False,
        error_messages={"invalid": _("We cannot read this day. Write it like this: 31-12-2030.")},
    )
    start_time = forms.TimeField(
        label=_("Time"),
        widget=TimeInput,
        required=False,
        error_messages={"invalid": _("We cannot read this time. Write it like this: 14:30.")},
    )
    dayparts = DaypartsField(label=_("Parts of the week that suit"), required=False)

    def clean_on_date(self) -> Any:
        """Return the day. Raises when it has been changed into one that has passed."""
        day = self.cleaned_data["on_date"]
        if day and day < clock.today() and "on_date" in self.changed_data:
            raise forms.ValidationError(_("This day has passed. Choose another day."), code="past")
        return day

    def clean(self) -> dict[str, Any]:
        """Let the parts of a day that moved go along. Refuse when nothing says when."""
        found = super().clean() or self.cleaned_data
        if found.get("on_date") and "dayparts" in found:
            found["dayparts"] = self._moved_along(found["on_date"], found["dayparts"])
        if not {"on_date", "dayparts"} & self.errors.keys() and not (found["on_date"] or found["dayparts"]):
            self.add_error("on_date", _("Choose a day, or parts of the week that suit."))
        return found

    def _moved_along(self, day: date, dayparts: int) -> int:
        """Who moves "Tuesday in the morning" to Thursday and leaves the week alone means Thursday morning."""
        before = self.initial.get("on_date")
        if before is None or before == day or "dayparts" in self.changed_data:
            return dayparts
        old, new = (daypart_bit(each.weekday(), 0) for each in (before, day))
        parts = dayparts >> old & DAY
        return parts << new if dayparts == parts << old else dayparts
