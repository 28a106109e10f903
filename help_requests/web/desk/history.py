"""What happened to a request, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from events.models import EventRecord
from help_requests import events
from help_requests.enums import Doubt, RequestState
from people.models import User

WORDS: dict[str, Any] = {
    events.RequestDrafted.type: _("Written down"),
    events.RequestSubmitted.type: _("Sent"),
    events.IntakeStarted.type: _("Taken in hand"),
    events.RequestSentBack.type: _("Sent back with a question"),
    events.RequestOpened.type: _("Approved"),
    events.RequestReferred.type: _("Handed over"),
    events.RequestUnsuitable.type: _("Turned down"),
    events.RequestWithdrawn.type: _("Withdrawn"),
    events.RequestEdited.type: _("Changed"),
}


@dataclass(frozen=True)
class Told:
    """One line of the history: when, what, and by whom (empty: the system, or someone without an account)."""

    at: datetime
    what: Any
    who: str


def told(records: list[EventRecord]) -> list[Told]:
    """The lines of a history, in the order of ``records``."""
    actors = {record.actor_id for record in records if record.actor_id}
    names = dict(User.objects.filter(pk__in=actors).values_list("pk", "name"))
    return [Told(record.at, _what(record), names.get(record.actor_id, "")) for record in records]


def _what(record: EventRecord) -> Any:
    if record.type == events.RequestStateChanged.type:
        return RequestState(record.payload["state"]).label
    if record.type == events.LeftToPerson.type:
        return _("Left to a person: %(doubt)s") % {"doubt": Doubt(record.payload["doubt"]).label}
    return WORDS[record.type]
