"""What sign-up asks besides the e-mail address. In a module of its own: allauth's forms are built on it."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from people.models import User


class NameForm(forms.Form):
    """The name; for pages and for the headless sign-up alike."""

    name = forms.CharField(
        label=_("First and last name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request: HttpRequest, user: User) -> Any:
        """Allauth's hook; ``AccountAdapter.save_user`` has kept the name already."""
