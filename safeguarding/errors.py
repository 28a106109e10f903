"""What can be wrong with screenings, decisions and concerns."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError, InvalidInput


class NumberNeeded(InvalidInput):
    """A certificate of conduct is known by its number."""

    code = "number-needed"
    message = _("Fill in the number of the certificate.")

    def __init__(self, *, field: str = "number") -> None:
        super().__init__(field=field)


class DecisionRunning(DomainError):
    """About one step one thing is proposed at a time."""

    code = "decision-running"
    message = _("Something has been proposed about this step already.")


class TalkNeeded(InvalidInput):
    """Nobody helps unknown."""

    code = "talk-needed"
    message = _("Every volunteer has at least an introductory talk.")

    def __init__(self, *, field: str = "requirements") -> None:
        super().__init__(field=field)


class ConcernClosed(DomainError):
    """What has been handled or passed on is not entrusted or handed over any more."""

    code = "concern-closed"
    message = _("This concern has been closed. Lines can still be added.")


class ReportedAlready(DomainError):
    """The person's own report of the same thing is still open."""

    code = "reported-already"
    message = _("You have told us this already. We are looking at it.")
