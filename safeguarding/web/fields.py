"""Form fields of safe working, and the bridge from a service's refusal to a form."""

from typing import Any

from django import forms

from common.errors import InvalidInput
from safeguarding.enums import Requirement


def error_of(refusal: InvalidInput) -> forms.ValidationError:
    """Return the form error that says what a service says."""
    return forms.ValidationError(str(refusal.message), code=refusal.code)


def contact_field(kind: str, label: Any, **kwargs: Any) -> forms.CharField:
    """A phone number, e-mail address or postcode as people type it; the service says whether it is one."""
    autocomplete = {"tel": "tel", "email": "email", "text": "postal-code"}[kind]
    size = {} if kind == "email" else {"size": 16 if kind == "tel" else 8}
    widget = forms.TextInput(attrs={"type": kind, "autocomplete": autocomplete, **size})
    return forms.CharField(label=label, required=False, widget=widget, **kwargs)


class StepsField(forms.MultipleChoiceField):
    """Several steps of a screening; cleans to a mask, takes a mask as its initial value."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=Requirement.choices, widget=forms.CheckboxSelectMultiple, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A mask becomes the list of keys that the widget ticks."""
        return [step.value for step in Requirement.from_mask(value)] if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        """Return the mask of what was ticked. Raises ``ValidationError`` for an unknown step."""
        return Requirement.to_mask(super().clean(value))
