"""The questions to a volunteer, one screen each: when joining, and again when the profile is changed."""

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DateInput, DaypartsField, TileSelectMultiple
from people.enums import Dislike, HelpCategory, Language, Skill, Transport
from people.models import Volunteer
from people.services import centre_at_postcode, shown_phone
from people.web.fields import MaskField, PhoneField, PostcodeField, attempt
from places.postcodes import shown_postcode

CATEGORIES = HelpCategory.to_mask(HelpCategory.values)
REACHES = [
    ("1", _("In my own neighbourhood (1 km)")),
    ("3", _("A little further (3 km)")),
    ("5", _("Through the whole town (5 km)")),
    ("10", _("To the next town (10 km)")),
    ("25", _("Further than that (25 km)")),
]
OVER_16, OVER_18, UNDER_16 = "16", "18", "0"


class Question(forms.Form):
    """A part of the profile. ``title`` is the heading of its screen."""

    title: Any = ""
    intro: Any = ""

    @classmethod
    def known(cls, volunteer: Volunteer) -> dict[str, Any]:
        """The initial values, from the profile as it is."""
        raise NotImplementedError

    def changes(self, skills: int) -> dict[str, Any]:
        """The answers as arguments of ``update_volunteer``; ``skills`` is the mask so far."""
        raise NotImplementedError


class LikesForm(Question):
    """What someone likes to do."""

    title = _("What do you like to do?")
    intro = _("Choose as many as you like. You are never obliged to anything.")
    likes = MaskField(
        HelpCategory,
        label=_("This is what I like to do"),
        widget=TileSelectMultiple,
        error_messages={"required": _("Choose at least one thing that you like to do.")},
    )

    @classmethod
    def known(cls, volunteer: Volunteer) -> dict[str, Any]:
        """Kinds of help."""
        return {"likes": volunteer.skills & CATEGORIES}

    def changes(self, skills: int) -> dict[str, Any]:
        """The kinds of help; abilities stay."""
        return {"skills": skills & ~CATEGORIES | self.cleaned_data["likes"]}


class WhenForm(Question):
    """When someone is free."""

    title = _("When can you help?")
    intro = _("Tick the moments that often suit you. You decide each time whether it does.")
    dayparts = DaypartsField(label=_("These moments often suit me"))

    @classmethod
    def known(cls, volunteer: Volunteer) -> dict[str, Any]:
        """The mask of dayparts."""
        return {"dayparts": volunteer.dayparts}

    def changes(self, skills: int) -> dict[str, Any]:
        """The mask of dayparts."""
        return {"dayparts": self.cleaned_data["dayparts"]}


class WhereForm(Question):
    """From where, how far and how."""

    title = _("Where can you help?")
    intro = _("With your postcode we look for people near you. Nobody gets to see it.")
    postcode = PostcodeField(help_text=_("For example 3431 AB. The four digits alone will do too."))
    reach = forms.ChoiceField(
        label=_("How far do you want to go?"), choices=REACHES, widget=forms.RadioSelect
    )
    transport = MaskField(Transport, label=_("How do you get there?"), required=False)

    @classmethod
    def known(cls, volunteer: Volunteer) -> dict[str, Any]:
        """Postcode, the nearest of the offered distances, means of transport."""
        nearest = min((key for key, _words in REACHES), key=lambda key: abs(float(key) - volunteer.reach_km))
        return {
            "postcode": shown_postcode(volunteer.postcode),
            "reach": nearest,
            "transport": volunteer.transport,
        }

    def clean(self) -> dict[str, Any]:
        """Say kindly when the postcode is not one, or when no centre works there."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "postcode" in cleaned:
            attempt(self, lambda: centre_at_postcode(cleaned["postcode"]))
        return cleaned

    def changes(self, skills: int) -> dict[str, Any]:
        """Postcode, reach in km, mask of transport."""
        answers = self.cleaned_data
        return {
            "postcode": answers["postcode"],
            "reach_km": float(answers["reach"]),
            "transport": answers["transport"],
        }


class ExtrasForm(Question):
    """Languages, abilities, dislikes: everything that makes a good match better."""

    title = _("What else should we know?")
    intro = _("This helps us find people who suit you.")
    languages = MaskField(
        Language,
        label=_("I speak"),
        error_messages={"required": _("Choose at least one language.")},
    )
    abilities = MaskField(Skill, label=_("I can or have"), required=False)
    dislikes = MaskField(Dislike, label=_("I would rather not have"), required=False)

    @classmethod
    def known(cls, volunteer: Volunteer) -> dict[str, Any]:
        """The three masks."""
        return {
            "languages": volunteer.languages,
            "abilities": volunteer.skills,
            "dislikes": volunteer.dislikes,
        }

    def changes(self, skills: int) -> dict[str, Any]:
        """The three masks; kinds of help stay."""
        answers = self.cleaned_data
        return {
            "languages": answers["languages"],
            "dislikes": answers["dislikes"],
            "skills": skills & CATEGORIES | answers["abilities"],
        }


class LimitsForm(Question):
    """How often someone wants to be asked, and the number to call."""

    title = _("How much and how often?")
    intro = _("We never ask you more often than you want.")
    phone = PhoneField(help_text=_("Only who you are going to help gets to see it."))
    monthly_ask_cap = forms.IntegerField(
        label=_("How many times a month may we ask you?"), min_value=1, max_value=60
    )
    running_cap = forms.IntegerField(
        label=_("How many things do you want to have running at once?"), min_value=1, max_value=20
    )

    @classmethod
    def known(cls, volunteer: Volunteer) -> dict[str, Any]:
        """Phone and the two limits."""
        return {
            "phone": shown_phone(volunteer.phone),
            "monthly_ask_cap": volunteer.monthly_ask_cap,
            "running_cap": volunteer.running_cap,
        }

    def changes(self, skills: int) -> dict[str, Any]:
        """Phone and the two limits."""
        return dict(self.cleaned_data)


class AboutQuestions(forms.Form):
    """What we ask of the person, at the end of joining."""

    phone = PhoneField(
        label=_("Phone number"),
        help_text=_("Only who you are going to help gets to see it."),
        error_messages={"required": _("Fill in your phone number, so that you can arrange things together.")},
    )
    age = forms.ChoiceField(
        label=_("How old are you?"),
        choices=[(OVER_18, _("18 or older")), (OVER_16, _("16 or 17")), (UNDER_16, _("Younger than 16"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how old you are.")},
    )
    consent = forms.BooleanField(
        label=_("I agree that the volunteer centre keeps these details, to find people I can help."),
        error_messages={"required": _("Without your agreement we may not keep your details.")},
    )

    def clean_age(self) -> str:
        """Turn away who is younger than 16, kindly and without keeping anything."""
        age = str(self.cleaned_data["age"])
        if age == UNDER_16:
            raise forms.ValidationError(
                _(
                    "How nice that you want to help! You can join from the age of 16. "
                    "Do call us: together with your parents we look for something that suits you."
                ),
                code="too-young",
            )
        return age

    def changes(self, skills: int) -> dict[str, Any]:
        """Phone, age and agreement, as arguments of ``register_volunteer``."""
        answers = self.cleaned_data
        return {
            "phone": answers["phone"],
            "adult": answers["age"] == OVER_18,
            "consented": answers["consent"],
        }


class AboutForm(AboutQuestions):
    """The last step for who is signed in already."""

    title = _("Almost there")
    intro = _("Then you see at once what you can do near you.")


class AboutAndAccountForm(AboutQuestions, allauth.SignupForm):
    """The last step for who has no account yet: it makes one, with a code by e-mail."""

    title = _("Almost there: who are you?")
    intro = _("We mail you a code. Then you see at once what you can do near you.")
    field_order = ["name", "email", "phone", "age", "consent"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who joins needs no password; one can be chosen later.
        del self.fields["password1"]
        self.fields["email"].label = _("E-mail address")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class PauseForm(forms.Form):
    """Until when nothing is asked."""

    until = forms.DateField(
        label=_("Up to and including which day?"),
        widget=DateInput,
        help_text=_("Until then we ask you nothing. The day after you take part again by itself."),
    )


QUESTIONS: dict[str, type[Question]] = {
    "likes": LikesForm,
    "when": WhenForm,
    "where": WhereForm,
    "extras": ExtrasForm,
    "limits": LimitsForm,
}
