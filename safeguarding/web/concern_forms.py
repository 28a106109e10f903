"""What people fill in about a concern: who reports, and the confidential officer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.enums import COORDINATING
from people.models import User
from people.queries import staff_of
from safeguarding.enums import ConcernSubject, Danger, Party
from safeguarding.models import Concern
from safeguarding.services.concerns import LONGEST_ABOUT, LONGEST_NAME, LONGEST_STORY
from safeguarding.web.fields import contact_field


def _words(label: Any, *, rows: int = 3, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})
    return forms.CharField(label=label, max_length=LONGEST_STORY, widget=widget, **kwargs)


class ReportForm(forms.Form):
    """Report a concern. Only the story is needed."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    over = forms.CharField(widget=forms.HiddenInput, required=False)
    danger = forms.ChoiceField(
        label=_("Is someone in danger now?"),
        choices=Danger.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits. “I do not know” is fine.")},
    )
    subject = forms.ChoiceField(
        label=_("Whom or what is it about?"),
        choices=ConcernSubject.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits best. “Something else” is fine.")},
    )
    about = forms.CharField(
        label=_("Who or where is it?"),
        help_text=_("A name, a street, a place: what you know is enough."),
        max_length=LONGEST_ABOUT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    story = _words(
        _("What do you see or hear?"),
        rows=6,
        help_text=_("Use your own words. It does not have to be certain."),
        error_messages={"required": _("Tell what you see or hear. One sentence is enough.")},
    )
    postcode = contact_field(
        "text",
        _("Postcode of the place"),
        help_text=_("So that it reaches the right people."),
        max_length=10,
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = contact_field("tel", _("Your phone number"), max_length=30)
    email = contact_field("email", _("Your e-mail address"), max_length=254)

    own_data = ("name", "phone", "email")
    questions = ("danger", "subject", "about", "story", "postcode")

    def about_it(self) -> list[forms.BoundField]:
        """The questions about what happens."""
        return [self[name] for name in self.questions if name in self.fields]

    def about_you(self) -> list[forms.BoundField]:
        """The questions that may stay empty: who reports."""
        return [self[name] for name in self.own_data]

    def told(self) -> dict[str, Any]:
        """The answers as arguments of ``report_concern``."""
        answers = {name: value for name, value in self.cleaned_data.items() if name not in ("key", "over")}
        return answers | {"submission_key": self.cleaned_data["key"]}


class NoteForm(forms.Form):
    """A line of the step record."""

    text = _words(
        _("What happened?"), error_messages={"required": _("Write down what happened. A line is enough.")}
    )


class StepForm(forms.Form):
    """A step that needs no words."""

    text = _words(_("Note with this step"), required=False)


class CloseForm(forms.Form):
    """The last step says why."""

    text = _words(
        _("Why is this the end?"), error_messages={"required": _("Write down why. A line is enough.")}
    )


class EntrustForm(forms.Form):
    """Which coordinator may read along; nobody when left empty."""

    coordinator = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Coordinator"), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, concern: Concern, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["coordinator"]
        field.queryset = staff_of(concern.centre_id, *COORDINATING).order_by("name", "pk")
        field.label_from_instance = lambda user: user.name or user.email
        field.initial = concern.coordinator_id


class HandOverForm(forms.Form):
    """To whom, and whether the person it is about agrees."""

    party = forms.ChoiceField(label=_("To whom?"), choices=Party.choices)
    consent = forms.TypedChoiceField(
        label=_("Does the person it is about agree?"),
        choices=[("yes", _("Yes")), ("no", _("No, or not asked"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    text = _words(
        _("What was handed over, and why?"),
        required=False,
        help_text=_("Without consent the reason is needed."),
    )
