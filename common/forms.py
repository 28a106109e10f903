"""Form fields and widgets that the design system draws."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from common.bits import bits_of, mask_of

PARTS = (_("Morning"), _("Afternoon"), _("Evening"))


class TileSelect(forms.RadioSelect):
    """One choice out of tiles with a picture: the icon named after the choice's value."""

    draws = "tiles"


class TileSelectMultiple(forms.CheckboxSelectMultiple):
    """Several choices out of tiles with a picture."""

    draws = "tiles"


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own time picker, in minutes."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class DaypartsWidget(forms.CheckboxSelectMultiple):
    """A table of seven days by three parts of the day, each cell a checkbox."""

    draws = "dayparts"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        labels = ((day, part) for day in range(7) for part in range(3))
        choices = [(str(day * 3 + part), f"{day}-{part}") for day, part in labels]
        super().__init__(attrs, choices)

    def rows(self, name: str, chosen: list[str], element_id: str) -> list[dict[str, Any]]:
        """The rows of the table: per day its name and three cells with what the template draws."""
        return [
            {
                "day": WEEKDAYS[day],
                "cells": [self._cell(name, chosen, element_id, day, part) for part in range(3)],
            }
            for day in range(7)
        ]

    def format_value(self, value: Any) -> list[str]:
        """Accept the mask itself as well as the submitted list."""
        if isinstance(value, int):
            return [str(bit) for bit in bits_of(value)]
        return super().format_value(value)

    @staticmethod
    def _cell(name: str, chosen: list[str], element_id: str, day: int, part: int) -> dict[str, Any]:
        bit = str(day * 3 + part)
        return {
            "name": name,
            "value": bit,
            "id": f"{element_id}_{bit}",
            "part": PARTS[part],
            "checked": bit in chosen,
        }


class DaypartsField(forms.Field):
    """The dayparts someone is free, as the 21-bit mask of ``people.enums`` (bit = weekday * 3 + part)."""

    widget = DaypartsWidget
    default_error_messages = {
        "required": _("Choose at least one part of a day."),
        "invalid": _("Choose parts of the week from the table."),
    }

    def to_python(self, value: Any) -> int:
        """Turn the submitted bit numbers into a mask. Raises ``ValidationError`` for an unknown one."""
        try:
            bits = [int(item) for item in value or []]
        except (TypeError, ValueError):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        if any(not 0 <= bit < 21 for bit in bits):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return mask_of(bits)

    def validate(self, value: int) -> None:
        """Refuse an empty mask when the field is required."""
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as masks."""
        before = initial if isinstance(initial, int) else 0
        return before != mask_of(int(item) for item in data or [] if str(item).isdigit())
