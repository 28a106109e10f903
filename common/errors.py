"""Errors of the domain, known to every app.

A service raises one of these (or a subclass in the app's ``errors.py``); the API
turns it into problem+json and a page into a plain sentence, each in one place.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """Something the domain does not allow.

    Attributes:
        status: the HTTP status the API answers with.
        code: a stable kebab-case name for programs.
        message: one kind sentence for people, translated when shown.
    """

    status = 409
    code = "not-possible"
    message: str | Promise = _("This is not possible now.")

    def __init__(self, message: str | Promise | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(str(self.message))


class NotFound(DomainError):
    """The object is absent, or not this person's to know of: the two look alike."""

    status = 404
    code = "not-found"
    message = _("We cannot find this.")


class Forbidden(DomainError):
    """This person may not do this."""

    status = 403
    code = "forbidden"
    message = _("You may not do this.")


class InvalidTransition(DomainError):
    """The step is not in the state table, or the state has changed meanwhile."""

    code = "invalid-transition"
    message = _("This step is not possible any more. The situation has changed in the meantime.")


class InvalidInput(DomainError):
    """A value is wrong. ``field`` names it, so that the form can show the sentence there."""

    status = 422
    code = "invalid-input"
    message = _("Please check what you filled in.")

    def __init__(self, message: str | Promise | None = None, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
