"""Form fields that people's pages share, and the bridge from a service's refusal to a form."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput
from people.contact import normalise_email, normalise_phone
from people.enums import MaskChoices

Result = TypeVar("Result")


def error_of(refusal: InvalidInput) -> forms.ValidationError:
    """Return the form error that says what a service says."""
    return forms.ValidationError(str(refusal.message), code=refusal.code)


def attempt(form: forms.BaseForm, service: Callable[[], Result]) -> Result | None:
    """Call ``service``; when it refuses a value, put its sentence at the field and return ``None``."""
    try:
        return service()
    except InvalidInput as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, error_of(refusal))
        return None


class MaskField(forms.MultipleChoiceField):
    """Several choices of a vocabulary; cleans to a mask, takes a mask as its initial value."""

    def __init__(self, vocabulary: type[MaskChoices], **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(choices=vocabulary.choices, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A mask becomes the list of keys that the widget ticks."""
        if isinstance(value, int):
            return [member.value for member in self.vocabulary.from_mask(value)]
        return value

    def clean(self, value: Any) -> int:
        """Return the mask of what was ticked. Raises ``ValidationError`` for an unknown choice."""
        return self.vocabulary.to_mask(super().clean(value))


class PhoneField(forms.CharField):
    """A phone number, cleaned to E.164; empty stays empty when not required."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone number"))
        kwargs.setdefault("max_length", 30)
        attributes = {"type": "tel", "autocomplete": "tel", "size": 16}
        super().__init__(widget=forms.TextInput(attrs=attributes), **kwargs)

    def clean(self, value: Any) -> str:
        """Return the number. Raises ``ValidationError`` when it cannot be called."""
        return _cleaned(normalise_phone, super().clean(value))


class AddressEmailField(forms.CharField):
    """An e-mail address in lower case; empty stays empty when not required."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("E-mail address"))
        attributes = {"type": "email", "autocomplete": "email", "spellcheck": "false"}
        super().__init__(max_length=254, widget=forms.TextInput(attrs=attributes), **kwargs)

    def clean(self, value: Any) -> str:
        """Return the address. Raises ``ValidationError`` when it is none."""
        return _cleaned(normalise_email, super().clean(value))


class PostcodeField(forms.CharField):
    """A postcode as people type it; the service says whether it is one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Postcode"))
        attributes = {"autocomplete": "postal-code", "size": 8, "autocapitalize": "characters"}
        super().__init__(max_length=10, widget=forms.TextInput(attrs=attributes), **kwargs)


def _cleaned(clean: Callable[[str], str], value: str) -> str:
    try:
        return clean(value)
    except InvalidInput as refusal:
        raise error_of(refusal) from refusal
