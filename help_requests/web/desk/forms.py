"""What a coordinator fills in: approval, a question, a hand-over, a refusal."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from help_requests.enums import Partner, UnsuitableReason
from help_requests.models import HelpRequest
from help_requests.services import LONGEST_SUMMARY, volunteer_text
from help_requests.templatetags.help_requests import minutes
from help_requests.web.desk.courses import CoursesField
from help_requests.web.fields import HowOftenMixin, MaskField, WhenMixin, how_often_of, offer
from people.enums import HelpCategory, Language, Skill

LONGEST_NOTE = 1000
DURATIONS = (15, 20, 30, 45, 60, 75, 90, 105, 120, 150, 180, 240, 300, 360, 480)
MOST_HELPERS = 8


class ApproveForm(HowOftenMixin, WhenMixin):
    """What volunteers will read, and what the engine matches on."""

    category = forms.ChoiceField(label=_("Kind of help"), choices=HelpCategory.choices)
    summary = forms.CharField(
        label=_("Text for volunteers"),
        help_text=_("One or two sentences. No name, address or phone number."),
        max_length=LONGEST_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write in one or two sentences what volunteers will read.")},
    )
    destination = forms.CharField(
        label=_("Where to"), help_text=_("Told to the helper only."), max_length=200, required=False
    )
    duration_minutes = forms.TypedChoiceField(label=_("How long"), coerce=int)
    helpers_needed = forms.IntegerField(
        label=_("Number of helpers"),
        min_value=1,
        max_value=MOST_HELPERS,
        widget=forms.NumberInput(attrs={"size": 3, "inputmode": "numeric"}),
    )
    required_skills = MaskField(Skill, label=_("The helper must have"))
    preferred_skills = MaskField(Skill, label=_("Would be nice"))
    required_languages = MaskField(
        Language, label=_("Must speak one of these"), help_text=_("Leave this open when Dutch is fine.")
    )
    required_courses = CoursesField()
    adults_only = forms.BooleanField(label=_("Only 18 and older"), required=False)
    field_order = (
        "summary", "category", "how_often", "until_date", "on_date", "start_time", "dayparts",
        "duration_minutes", "destination", "helpers_needed", "required_skills", "preferred_skills",
        "required_languages", "required_courses", "adults_only",
    )  # fmt: skip
    FOLDED = (
        "helpers_needed", "required_skills", "preferred_skills", "required_languages", "required_courses",
        "adults_only",
    )  # fmt: skip

    def __init__(self, *args: Any, help_request: HelpRequest, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(help_request)
        super().__init__(*args, **kwargs)
        courses = cast("CoursesField", self.fields["required_courses"])
        self.initial["required_courses"] = courses.offer(help_request)
        if not courses.choices:
            del self.fields["required_courses"]
        lengths = sorted({*DURATIONS, help_request.duration_minutes})
        offer(self, "duration_minutes", ((length, minutes(length)) for length in lengths))

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What always shows."""
        return [bound for bound in self if bound.name not in self.FOLDED]

    @property
    def folded_fields(self) -> list[forms.BoundField]:
        """What few requests need."""
        return [self[name] for name in self.FOLDED if name in self.fields]

    @property
    def unfold(self) -> bool:
        """Whether the folded part holds something to look at."""
        filled = any(self.initial.get(name) for name in self.FOLDED[1:])
        return filled or any(name in self.errors for name in self.FOLDED)


def _initial(help_request: HelpRequest) -> dict[str, Any]:
    special = ("summary", "required_languages", "required_courses", "how_often")
    names = [name for name in ApproveForm.base_fields if name not in special]
    known = {name: getattr(help_request, name) for name in names}
    spoken = help_request.resident.languages
    wanted = help_request.required_languages or (0 if spoken & 1 << Language.DUTCH.bit else spoken)
    summary = help_request.summary or volunteer_text(help_request.description, help_request.names)
    often = how_often_of(help_request)
    return known | {"summary": summary, "required_languages": wanted, "how_often": often}


class NoteForm(forms.Form):
    """A word to the resident."""

    note = forms.CharField(
        label=_("Your word to the resident"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a word to the resident.")},
    )

    def __init__(self, *args: Any, help_request: HelpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help_request = help_request


class SendBackForm(NoteForm):
    """A question to the resident."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("Your question to the resident")


class ReferForm(NoteForm):
    """A warm hand-over."""

    partner = forms.ChoiceField(label=_("To whom"), choices=[("", _("Choose …")), *Partner.choices])
    consent = forms.BooleanField(
        label=_("The resident agrees to this hand-over."),
        error_messages={"required": _("Ask the resident first. Handing over needs their yes.")},
    )
    field_order = ("partner", "note", "consent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = False


class UnsuitableForm(NoteForm):
    """A refusal, with a reason code and a word."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose …")), *UnsuitableReason.choices])
    field_order = ("reason", "note")


class NoForm(forms.Form):
    """An act that needs nothing filled in."""

    def __init__(self, *args: Any, help_request: HelpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
