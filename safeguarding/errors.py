"""What can be wrong with screenings and blocks."""

from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput


class NumberNeeded(InvalidInput):
    """A certificate of conduct is known by its number."""

    code = "number-needed"
    message = _("Fill in the number of the certificate.")

    def __init__(self, *, field: str = "number") -> None:
        super().__init__(field=field)
