"""What matching does not allow."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError
from common.seating import Overlaps


class AlreadyTaken(DomainError):
    """Someone else was first."""

    code = "already-taken"
    message = _("Someone else is already helping. Thank you for wanting to!")


class OfferGone(DomainError):
    """The question has been answered or taken back."""

    code = "offer-gone"
    message = _("This question is no longer open.")


class NotEligible(DomainError):
    """A hard rule does not hold (any more) for this volunteer and request.

    ``failed`` names the rules, see ``matching.engine.Filter``.
    """

    code = "not-eligible"
    message = _("This request does not fit your profile any more.")

    def __init__(self, failed: tuple[str, ...] = (), message: str | Promise | None = None) -> None:
        super().__init__(message)
        self.failed = failed


class NotAskable(DomainError):
    """The request is not looking for volunteers."""

    code = "not-askable"
    message = _("Nobody can be asked for this request now.")


class SomeoneSaidYes(DomainError):
    """The approval of a request cannot be taken back: somebody has said yes, or did before."""

    code = "someone-said-yes"
    message = _("A volunteer has said yes already. Call it off with them first.")


class AlreadyAsked(DomainError):
    """This volunteer has been asked for this request before."""

    code = "already-asked"
    message = _("This volunteer has already been asked for this.")


class DayPassed(DomainError):
    """The day on which help was asked has passed."""

    code = "day-passed"
    message = _("The day of this request has passed. Choose a new day first.")


class VolunteerBusy(Overlaps):
    """As ``Overlaps``, told to someone else than the volunteer: not what it is that they do then."""

    code = "volunteer-busy"
    message = _("The volunteer has something else at that time. Choose another moment.")


class NotYet(DomainError):
    """The visit is still to come."""

    code = "not-yet"
    message = _("This is only possible once the day and time of the visit have come.")


class ContactClosed(DomainError):
    """Contact data are not open (any more)."""

    status = 403
    code = "contact-closed"
    message = _("The contact details are not open.")


class AskingHalted(DomainError):
    """The emergency brake of the centre is on."""

    code = "asking-halted"
    message = _("The emergency brake is on: nobody is asked now. Release it first.")


class NotWidenable(DomainError):
    """The resident cannot be asked for this part of the day."""

    code = "not-widenable"
    message = _("This part of the day cannot be asked about now.")


class NoPlaceLeft(DomainError):
    """As many volunteers as are needed have been asked, or help already."""

    code = "no-place-left"
    message = _("Somebody has already been asked for this.")


class AlreadyProposed(DomainError):
    """This volunteer stands in the proposal for this request already."""

    code = "already-proposed"
    message = _("This volunteer is already proposed for this.")


class ReadingClosed(DomainError):
    """The list near by is closed to this volunteer for a day: they were shown more than one chooses from."""

    status = 429
    code = "reading-closed"
    message = _(
        "You have looked at very many requests. The list opens again tomorrow. "
        "Do you want to help today? Call the volunteer centre."
    )
