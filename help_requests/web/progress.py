"""Where a request stands, in the steps that a resident sees: five of a task, six of help that goes on."""

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
LASTING_TITLES = (
    *TITLES[:3],
    _("You get to know each other"),
    _("You try it out"),
    _("The help is under way"),
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
    S.INTRODUCTION: (3, _("You meet each other, and then both say whether you go on.")),
    S.TRIAL: (4, _("You try for some weeks how it goes. After that you both say whether you go on.")),
    S.RUNNING: (5, _("The volunteer comes regularly.")),
    S.EVALUATION: (5, _("We would like to hear how it goes.")),
    S.PAUSED: (5, _("You have a break.")),
    S.ENDED: (6, ""),
    S.DONE: (5, ""),
    S.CLOSED: (6, ""),
}


def steps_of(request: HelpRequest) -> list[Step]:
    """The steps of a request; none when it ended in another way or did not take place."""
    now, hint = NOW.get(RequestState(request.state), (None, ""))
    if now is None or (request.state == S.CLOSED and request.done_at is None):
        return []
    known = (request.submitted_at, request.opened_at, None, request.matched_at)
    last = (None, request.done_at) if request.lasts else (request.done_at,)
    titles = LASTING_TITLES if request.lasts else TITLES
    return [
        Step(title, "done" if number < now else "now", at if number < now else None, hint)
        if number <= now
        else Step(title, "")
        for number, (title, at) in enumerate(zip(titles, (*known, *last), strict=True))
    ]
