"""What can be wrong with vacancies and the answers to them."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError, InvalidInput


class ChecksMissing(InvalidInput):
    """Not everything on the list has been seen."""

    code = "checks-missing"
    message = _("Tick everything on the list first. What is missing is something to ask the organisation.")

    def __init__(self) -> None:
        super().__init__(field="checks")


class OrganisationNotApproved(DomainError):
    """The organisation does not take part (yet, or any more)."""

    status = 403
    code = "organisation-not-approved"
    message = _("This organisation does not take part at the moment. The centre can tell more.")


class VacancyGone(DomainError):
    """The vacancy cannot be answered any more."""

    code = "vacancy-gone"
    message = _("This vacancy is no longer open. Fortunately there are more.")


class ScreeningLacking(DomainError):
    """The vacancy asks for steps that the volunteer has not taken."""

    code = "screening-lacking"
    message = _("First the volunteer takes the steps that this vacancy asks for. The centre arranges them.")


class TrainingLacking(DomainError):
    """The vacancy asks for a training that the volunteer has not done."""

    code = "training-lacking"
    message = _("First the volunteer does the training that this vacancy asks for.")


class VolunteerStopped(DomainError):
    """Whoever has stopped, or is suspended, does not sign up."""

    code = "volunteer-stopped"
    message = _("You are not an active volunteer at the moment. The centre can tell more.")


class NotForThisAge(DomainError):
    """The vacancy is for people of 18 and older."""

    code = "not-for-this-age"
    message = _("This is for people of 18 and older.")


class SomeoneWaits(DomainError):
    """There is a waiting list: whoever is first on it comes instead."""

    code = "someone-waits"
    message = _("Others are waiting for a place. Give yours up, and the first of them gets it at once.")


class ParentFirst(DomainError):
    """Under sixteen a parent agrees first."""

    code = "parent-first"
    message = _("A parent or guardian has to agree first. They have a link in their mail.")


class AskedTooOften(InvalidInput):
    """Mails to a parent leave at a student's word; not without end."""

    code = "asked-too-often"
    message = _("You asked this a few times today. Wait until tomorrow, or ask your teacher.")


class HoursNotAllowed(InvalidInput):
    """The law does not allow these hours at this age. The message says which limit."""

    code = "hours-not-allowed"


class NoPlacement(DomainError):
    """The place is taken, closed, or not for this student."""

    code = "no-placement"
    message = _("This place is not open (any more). Choose another.")


class CodeUnknown(InvalidInput):
    """Nobody gave this code out."""

    code = "code-unknown"
    message = _("We do not know this code. Check it, or ask your teacher.")


class ActionNotOpen(DomainError):
    """The action is a draft, was called off, or is over."""

    code = "action-not-open"
    message = _("You cannot sign up for this action (any more).")
