"""The questions about a resident: how to reach them, where they live, what a helper should know."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.enums import AgeBand, ContactPreference, Dislike, Language, Need
from people.models import Resident
from people.services import Address, shown_phone
from people.web.fields import AddressEmailField, MaskField, PhoneField, PostcodeField
from places.postcodes import shown_postcode

ADDRESS_PARTS = ("street", "house_number", "postcode", "city")


class ContactForm(forms.Form):
    """Name, phone, e-mail, and which of the two is preferred."""

    title: Any = _("Name and contact")
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField(required=False)
    email = AddressEmailField(required=False)
    contact_preference = forms.ChoiceField(
        label=_("How do we reach you best?"), choices=ContactPreference.choices, widget=forms.RadioSelect
    )

    @classmethod
    def known(cls, resident: Resident) -> dict[str, Any]:
        """The details as they are."""
        return {
            "name": resident.name,
            "phone": shown_phone(resident.phone),
            "email": resident.email,
            "contact_preference": resident.contact_preference,
        }

    def contact(self) -> dict[str, Any]:
        """The answers as arguments of ``update_resident``."""
        return {name: self.cleaned_data[name] for name in ("name", "phone", "email", "contact_preference")}


class HomeForm(forms.Form):
    """Where the resident lives."""

    title: Any = _("Home address")
    street = forms.CharField(
        label=_("Street"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "address-line1"})
    )
    house_number = forms.CharField(
        label=_("House number"), max_length=10, widget=forms.TextInput(attrs={"size": 6})
    )
    postcode = PostcodeField(help_text=_("For example 3431 AB"))
    city = forms.CharField(
        label=_("Town"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )

    @classmethod
    def known(cls, resident: Resident) -> dict[str, Any]:
        """The address as it is."""
        parts = dict(resident.address or {})
        return parts | {"postcode": shown_postcode(parts.get("postcode", ""))}

    def address(self) -> Address:
        """The answers as an address."""
        return Address(**{part: self.cleaned_data[part] for part in ADDRESS_PARTS})


class AboutForm(forms.Form):
    """What a helper should reckon with."""

    title: Any = _("What a helper should know")
    languages = MaskField(
        Language,
        label=_("Languages"),
        error_messages={"required": _("Choose at least one language.")},
    )
    needs = MaskField(Need, label=_("A helper reckons with"), required=False)
    age_band = forms.ChoiceField(label=_("Age"), choices=AgeBand.choices, required=False)
    pets = forms.BooleanField(label=_("There are pets in the house"), required=False)
    smokes = forms.BooleanField(label=_("There is smoking in the house"), required=False)
    dislikes = MaskField(Dislike, label=_("Would rather not have"), required=False)
    any_screened_volunteer = forms.BooleanField(
        label=_("Any volunteer who has been checked by the centre is welcome"),
        help_text=_("Then there is less waiting. Without a tick we ask first whether the volunteer suits."),
        required=False,
    )
    DETAILS = ("languages", "needs", "age_band", "pets", "smokes", "dislikes", "any_screened_volunteer")

    @classmethod
    def known(cls, resident: Resident) -> dict[str, Any]:
        """The details as they are."""
        return {name: getattr(resident, name) for name in cls.DETAILS}

    def details(self) -> dict[str, Any]:
        """The answers as arguments of ``update_resident``."""
        return {name: self.cleaned_data[name] for name in self.DETAILS}


class IntakeForm(AboutForm, HomeForm, ContactForm):
    """Everything at once, for a coordinator with a resident on the phone."""

    contact_preference = forms.ChoiceField(
        label=_("How do we reach the resident best?"),
        choices=ContactPreference.choices,
        initial=ContactPreference.PHONE,
        widget=forms.RadioSelect,
    )
    consent = forms.BooleanField(
        label=_("The resident agrees that we keep these details"),
        help_text=_(
            "Read out: “We keep your name, address and phone number to find help for you. Is that all right?”"
        ),
        error_messages={"required": _("Ask for the resident's agreement first.")},
    )
    # Residents with the same number or address, who may be the same person.
    doubles: Sequence[Resident] = ()
    sections = (
        (_("Name and contact"), ("name", "phone", "email", "contact_preference")),
        (_("Home address"), ("postcode", "house_number", "street", "city")),
        (_("What a helper should know"), AboutForm.DETAILS),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].initial = Language.to_mask([Language.DUTCH])

    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The headings with their fields, as the page draws them."""
        return [(heading, [self[name] for name in names]) for heading, names in self.sections]


class FindForm(forms.Form):
    """A phone number or an e-mail address to look a resident up by."""

    q = forms.CharField(
        label=_("Phone number or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"type": "search", "size": 30}),
    )


RESIDENT_PARTS: dict[str, type[Any]] = {"contact": ContactForm, "home": HomeForm, "about": AboutForm}
