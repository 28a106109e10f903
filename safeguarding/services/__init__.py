"""The verbs of safe working. Other apps import from here."""

from safeguarding.services.blocks import block, unblock
from safeguarding.services.screenings import record_screening, request_screening, require_screening

__all__ = ["block", "record_screening", "request_screening", "require_screening", "unblock"]
