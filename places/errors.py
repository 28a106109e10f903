"""What can be wrong with a place."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError, InvalidInput


class InvalidPostcode(InvalidInput):
    """The text is not a Dutch postcode."""

    code = "invalid-postcode"
    message = _("This is not a Dutch postcode. A postcode looks like this: 3431 AB.")

    def __init__(self, *, field: str = "postcode") -> None:
        super().__init__(field=field)


class UnknownPostcode(InvalidInput):
    """The postcode is well formed, but no geocoder that works offline knows it."""

    code = "unknown-postcode"
    message = _("We do not know this postcode. Please check the numbers and the letters.")

    def __init__(self, *, field: str = "postcode") -> None:
        super().__init__(field=field)


class ImportRefused(DomainError):
    """A file cannot be imported, or not as strictly as was asked; the message says how to mend it.

    ``faults`` are the lines that are wrong, when it was not the file as a whole. Said to whoever
    runs the command, so not translated.
    """

    status = 422
    code = "import-refused"

    def __init__(self, message: str, *, faults: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.faults = faults
