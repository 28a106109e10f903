"""What a book of places does not allow."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class Full(DomainError):
    """No place is free, and whoever asked did not want to wait."""

    code = "full"
    message = _("All places are taken.")


class Overlaps(DomainError):
    """The person has something else at that time."""

    code = "overlaps"
    message = _("You have something else at that time.")

    def __init__(self, what: str = "") -> None:
        named = _("You have something else at that time: %(what)s.") % {"what": what}
        super().__init__(named if what else None)


class NotOpen(DomainError):
    """It has begun, is over or was cancelled."""

    code = "not-open"
    message = _("You cannot sign up for this any more.")


class NotBegun(DomainError):
    """Nobody has missed what has not begun."""

    code = "not-begun"
    message = _("It has not begun yet.")


class OutsideCheckIn(DomainError):
    """Checking in is possible from two hours before the start until a day after the end."""

    code = "outside-check-in"
    message = _("Checking in is possible from two hours before the start until a day after the end.")
