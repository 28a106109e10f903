"""Where a place stands, the steps between, and what has happened to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SeatState(models.TextChoices):
    """Where someone's place stands."""

    WAITLISTED = "waitlisted", _("On the waiting list")
    CONFIRMED = "confirmed", _("Has a place")
    ATTENDED = "attended", _("Was there")
    NO_SHOW = "no_show", _("Did not come")
    CANCELLED = "cancelled", _("Cancelled")
    LAPSED = "lapsed", _("No place came free")


_S = SeatState

# Every step there is. Attendance may be put right afterwards.
TRANSITIONS: dict[SeatState, frozenset[SeatState]] = {
    _S.WAITLISTED: frozenset({_S.CONFIRMED, _S.CANCELLED, _S.LAPSED}),
    _S.CONFIRMED: frozenset({_S.ATTENDED, _S.NO_SHOW, _S.CANCELLED}),
    _S.ATTENDED: frozenset({_S.CONFIRMED, _S.NO_SHOW}),
    _S.NO_SHOW: frozenset({_S.CONFIRMED, _S.ATTENDED}),
    _S.CANCELLED: frozenset(),
    _S.LAPSED: frozenset(),
}
HOLDING = frozenset({_S.CONFIRMED, _S.ATTENDED, _S.NO_SHOW})
"""These are counted in ``taken``."""
RUNNING = frozenset({_S.WAITLISTED, _S.CONFIRMED})
"""These claim the time of the person: nothing else may overlap."""


class CancelledBy(models.TextChoices):
    """Who made an end to a place."""

    HOLDER = "holder", _("The person themselves")
    ORGANISER = "organiser", _("The organiser")
    EVENT = "event", _("It does not go on")
    SWAP = "swap", _("Taken over by someone else")


class Change(models.TextChoices):
    """What has just happened to a seat; the app makes its own event of it."""

    QUEUED = "queued"
    TAKEN = "taken"
    ADMITTED = "admitted"
    MOVED_UP = "moved_up"
    CANCELLED = "cancelled"
    PASSED_ON = "passed_on"
    LAPSED = "lapsed"
    CHECKED_IN = "checked_in"
    MISSED = "missed"
    REOPENED = "reopened"
