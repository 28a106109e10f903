"""What can be wrong with hours, thanks and reimbursements."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class DayIsFull(DomainError):
    """A day has 24 hours, for volunteers too."""

    status = 422
    code = "day-is-full"
    message = _(
        "With this the day would have more than 24 hours. Please look at your other hours of that day."
    )


class AlreadyEntered(DomainError):
    """There are hours of this already: one entry for one source."""

    code = "already-entered"
    message = _("These hours are in your list already.")


class AlreadyThanked(DomainError):
    """One thank you for one occasion."""

    code = "already-thanked"
    message = _("You have said thank you for this already. How kind.")


class TooManyPassports(DomainError):
    """Nobody keeps an overview of more."""

    code = "too-many-passports"
    message = _("You share ten passports already. Take one back first.")
