"""The fixed vocabularies of learning."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class InvitationState(models.TextChoices):
    """Where an invitation to a course stands."""

    SENT = "sent", _("Invited")
    ACCEPTED = "accepted", _("Wants to do it")
    DECLINED = "declined", _("Not now")
    DONE = "done", _("Done")


class Standing(models.TextChoices):
    """How a completion stands on a day."""

    VALID = "valid", _("Valid")
    LAPSING = "lapsing", _("Lapses soon")
    LAPSED = "lapsed", _("Lapsed")


_S = InvitationState

# Every step there is. Whoever said "not now" is invited anew, with another invitation.
TRANSITIONS: dict[InvitationState, frozenset[InvitationState]] = {
    _S.SENT: frozenset({_S.ACCEPTED, _S.DECLINED, _S.DONE}),
    _S.ACCEPTED: frozenset({_S.DECLINED, _S.DONE}),
    _S.DECLINED: frozenset(),
    _S.DONE: frozenset(),
}
INVITATION_RUNNING = frozenset({_S.SENT, _S.ACCEPTED})
