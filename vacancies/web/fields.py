"""Form fields of the vacancy bank, and the bridge from a service's refusal to a form."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from common.errors import InvalidInput
from people.enums import MaskChoices

Result = TypeVar("Result")


def attempt(form: forms.BaseForm, service: Callable[[], Result]) -> Result | None:
    """Call ``service``; when it refuses a value, put its sentence at the field and return ``None``."""
    try:
        return service()
    except InvalidInput as refusal:
        error = forms.ValidationError(str(refusal.message), code=refusal.code)
        form.add_error(refusal.field if refusal.field in form.fields else None, error)
        return None


class MaskField(forms.MultipleChoiceField):
    """Several choices of a vocabulary; cleans to a mask, takes a mask as its initial value."""

    def __init__(self, vocabulary: type[MaskChoices], **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        kwargs.setdefault("required", False)
        super().__init__(choices=vocabulary.choices, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A mask becomes the list of keys that the widget ticks."""
        if isinstance(value, int):
            return [member.value for member in self.vocabulary.from_mask(value)]
        return value

    def clean(self, value: Any) -> int:
        """Return the mask of what was ticked. Raises ``ValidationError`` for an unknown choice."""
        return self.vocabulary.to_mask(super().clean(value))
