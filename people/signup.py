"""What sign-up asks besides the e-mail address. In a module of its own: allauth's forms are built on it."""

from typing import Any
from uuid import uuid4

from allauth.core import context
from django import forms
from django.db import transaction
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

    def _post_clean(self) -> None:
        """Once everything is right: take as long for an address that has an account as for a new one."""
        super()._post_clean()  # type: ignore[misc]  # Django's hook, which the stubs do not know
        if not self.errors and getattr(self, "account_already_exists", False):
            pretend_to_save(self)


def pretend_to_save(form: Any) -> None:
    """Do all that making an account takes, for an address of nobody, and undo it.

    Who has an account gets a mail instead of another one. Without this the answer would come sooner, by as
    much as hashing a password takes, and so tell that there is one.
    """
    given = form.cleaned_data
    form.account_already_exists = False
    form.cleaned_data = given | {"email": f"{uuid4().hex}@nobody.invalid"}
    try:
        with transaction.atomic():
            form.save(context.request)
            transaction.set_rollback(True)
    finally:
        form.cleaned_data, form.account_already_exists = given, True
