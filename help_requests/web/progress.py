"""Where a request stands, in the five steps that a resident sees."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from help_requests.enums import RequestState
from help_requests.models import HelpRequest

S = RequestState


@dataclass(frozen=True)
class Step:
    """One step: ``look`` is "done", "now" or "" (to come), ``at`` when it was done, ``hint`` what happens."""

    title: Any
    look: str
    at: datetime | None = None
    hint: Any = ""


TITLES = (
    _("Sent"),
    _("Read by us"),
    _("We are looking for someone"),
    _("Someone has been found"),
    _("Done"),
)
# Which step is going on in a state, and what is said about it.
NOW: dict[RequestState, tuple[int, Any]] = {
    S.DRAFT: (0, _("It has not been sent yet.")),
    S.SUBMITTED: (1, _("We read your request, usually within one working day.")),
    S.INTAKE: (1, _("Someone is reading your request now.")),
    S.OPEN: (2, _("We choose which volunteers to ask.")),
    S.OFFERED: (2, _("We have asked volunteers. They are thinking about it.")),
    S.WAITLISTED: (2, _("It takes longer than usual. We keep looking and let you know.")),
    S.REMATCHING: (2, _("The volunteer cannot come after all. We are looking for someone else.")),
    S.MATCHED: (3, _("A volunteer wants to help you.")),
    S.PLANNED: (3, _("The appointment has been made.")),
    S.DONE: (5, ""),
    S.CLOSED: (5, ""),
}


def steps_of(request: HelpRequest) -> list[Step]:
    """The five steps of a request; none when it ended in another way or did not take place."""
    now, hint = NOW.get(RequestState(request.state), (None, ""))
    if now is None or (request.state == S.CLOSED and request.done_at is None):
        return []
    moments = (request.submitted_at, request.opened_at, None, request.matched_at, request.done_at)
    return [
        Step(title, "done" if number < now else "now", moments[number] if number < now else None, hint)
        if number <= now
        else Step(title, "")
        for number, title in enumerate(TITLES)
    ]
