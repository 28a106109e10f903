"""Django's registration of the common app (no tables; template tags and checks only)."""

from django import forms
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# What an empty field says that has no words of its own, in forms of libraries too. Set before any form is
# made: a field takes its words along when it is.
forms.Field.default_error_messages["required"] = _("Please fill this in.")
forms.ChoiceField.default_error_messages["required"] = _("Choose one of the answers.")
forms.BooleanField.default_error_messages = {"required": _("Please tick this.")}


class CommonConfig(AppConfig):
    """Errors, clock, small value types and fields shared by every app."""

    name = "common"
