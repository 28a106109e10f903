"""What can be wrong with a what-if."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class AlreadyReckoning(DomainError):
    """A centre has one what-if at a time."""

    code = "already-reckoning"
    message = _("Your centre is having something reckoned already. Wait until it is done, or stop it.")


class CentreTooSmall(DomainError):
    """Reckoning would be about people one knows."""

    status = 422
    code = "centre-too-small"
    message = _(
        "Your centre has too few volunteers or requests to reckon with: it would be about people you know."
    )


class CentreTooLarge(DomainError):
    """A month of it does not fit in the memory of a worker."""

    status = 422
    code = "centre-too-large"
    message = _("Your centre is too large to reckon here. Whoever looks after the installation can do it.")
