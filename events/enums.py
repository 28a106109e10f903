"""States of a recorded event."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """``pending → leased → handled``; a failure goes back to ``pending``, the last one to ``parked``."""

    PENDING = "pending", _("waiting")
    LEASED = "leased", _("being handled")
    HANDLED = "handled", _("handled")
    PARKED = "parked", _("parked")
    CANCELLED = "cancelled", _("cancelled")


# A worker may claim these once ``ready_at`` has come.
OPEN = (State.PENDING, State.LEASED)
