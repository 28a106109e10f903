"""States of a help request and the table of steps between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.enums import HelpCategory


class RequestKind(models.TextChoices):
    """Shape of the need."""

    TASK = "task", _("Once")
    SERIES = "series", _("Again and again")
    BUDDY = "buddy", _("A buddy")


class RequestState(models.TextChoices):
    """Where a request stands."""

    DRAFT = "draft", _("Not sent yet")
    SUBMITTED = "submitted", _("Sent")
    INTAKE = "intake", _("Being looked at")
    OPEN = "open", _("Approved")
    OFFERED = "offered", _("Volunteers are being asked")
    WAITLISTED = "waitlisted", _("Waiting for a volunteer")
    MATCHED = "matched", _("Volunteer found")
    PLANNED = "planned", _("Appointment made")
    REMATCHING = "rematching", _("Looking for another volunteer")
    INTRODUCTION = "introduction", _("Getting to know each other")
    TRIAL = "trial", _("Trial period")
    RUNNING = "running", _("Under way")
    EVALUATION = "evaluation", _("Looking back")
    PAUSED = "paused", _("Break")
    ENDED = "ended", _("Ended")
    DONE = "done", _("Done")
    NO_SHOW = "no_show", _("Did not take place")
    CLOSED = "closed", _("Closed")
    REFERRED = "referred", _("Handed over")
    UNSUITABLE = "unsuitable", _("Not something we can do")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Rhythm(models.TextChoices):
    """How often help of a series is needed."""

    WEEKLY = "weekly", _("Every week")
    FORTNIGHTLY = "fortnightly", _("Every two weeks")
    MONTHLY = "monthly", _("Every month")


S = RequestState

# The steps of every kind of request until a volunteer has said yes.
_SEARCHING: dict[RequestState, frozenset[RequestState]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.INTAKE, S.OPEN, S.DRAFT, S.REFERRED, S.UNSUITABLE, S.WITHDRAWN}),
    S.INTAKE: frozenset({S.OPEN, S.DRAFT, S.REFERRED, S.UNSUITABLE, S.WITHDRAWN}),
    # Back to intake: the approval was taken back before anybody had said yes.
    S.OPEN: frozenset({S.OFFERED, S.WAITLISTED, S.MATCHED, S.INTAKE, S.WITHDRAWN}),
    S.OFFERED: frozenset({S.MATCHED, S.OPEN, S.WAITLISTED, S.INTAKE, S.WITHDRAWN}),
    S.WAITLISTED: frozenset({S.OPEN, S.OFFERED, S.MATCHED, S.INTAKE, S.WITHDRAWN}),
    S.REMATCHING: frozenset({S.OFFERED, S.WAITLISTED, S.MATCHED, S.OPEN, S.WITHDRAWN}),
    S.CLOSED: frozenset(),
    S.REFERRED: frozenset(),
    S.UNSUITABLE: frozenset(),
    S.WITHDRAWN: frozenset(),
}
TASK_TRANSITIONS: dict[RequestState, frozenset[RequestState]] = _SEARCHING | {
    S.MATCHED: frozenset({S.PLANNED, S.REMATCHING, S.WITHDRAWN}),
    S.PLANNED: frozenset({S.DONE, S.NO_SHOW, S.REMATCHING, S.WITHDRAWN}),
    S.NO_SHOW: frozenset({S.OPEN, S.CLOSED}),
    S.DONE: frozenset({S.CLOSED}),
}
# Help that lasts can be withdrawn until it has begun; from the trial on it ends.
LASTING_TRANSITIONS: dict[RequestState, frozenset[RequestState]] = _SEARCHING | {
    S.MATCHED: frozenset({S.INTRODUCTION, S.REMATCHING, S.WITHDRAWN}),
    S.INTRODUCTION: frozenset({S.TRIAL, S.REMATCHING, S.WITHDRAWN}),
    S.TRIAL: frozenset({S.RUNNING, S.REMATCHING, S.ENDED}),
    S.RUNNING: frozenset({S.EVALUATION, S.PAUSED, S.REMATCHING, S.ENDED}),
    S.EVALUATION: frozenset({S.RUNNING, S.PAUSED, S.REMATCHING, S.ENDED}),
    S.PAUSED: frozenset({S.RUNNING, S.EVALUATION, S.REMATCHING, S.ENDED}),
    S.ENDED: frozenset({S.CLOSED}),
}
# Whatever is not here raises InvalidTransition.
TRANSITIONS: dict[RequestKind, dict[RequestState, frozenset[RequestState]]] = {
    RequestKind.TASK: TASK_TRANSITIONS,
    RequestKind.SERIES: LASTING_TRANSITIONS,
    RequestKind.BUDDY: LASTING_TRANSITIONS,
}
# Kinds of request that go on: two people get to know each other and stay together for a while.
LASTING = frozenset({RequestKind.SERIES, RequestKind.BUDDY})

# Waits for a coordinator.
TO_TRIAGE = frozenset({S.SUBMITTED, S.INTAKE})
# Volunteers may be asked, and may find it near them.
ASKABLE = frozenset({S.OPEN, S.OFFERED, S.WAITLISTED, S.REMATCHING})
# A volunteer has said yes.
AGREED = frozenset({S.MATCHED, S.PLANNED, S.INTRODUCTION, S.TRIAL, S.RUNNING, S.EVALUATION, S.PAUSED})
# Help has been given: only the centre's closing is left to do.
DONE_WITH = frozenset({S.DONE, S.NO_SHOW, S.ENDED})
ENDED = frozenset({S.CLOSED, S.REFERRED, S.UNSUITABLE, S.WITHDRAWN})


# How long help of a kind usually takes, in minutes, until a coordinator says otherwise.
USUAL_MINUTES: dict[str, int] = {
    HelpCategory.TRANSPORT: 120,
    HelpCategory.GARDEN: 120,
    HelpCategory.MOVING: 120,
    HelpCategory.OUTING: 120,
    HelpCategory.RESPITE: 180,
    HelpCategory.HOUSEHOLD: 120,
    HelpCategory.PHONE_CIRCLE: 15,
}
# Kinds of help that one may have a buddy for.
HAS_BUDDIES = frozenset(
    {
        HelpCategory.COMPANY,
        HelpCategory.OUTING,
        HelpCategory.LANGUAGE,
        HelpCategory.RESPITE,
        HelpCategory.MEALS,
    }
)
# Kinds of help that go somewhere.
HAS_DESTINATION = frozenset({HelpCategory.TRANSPORT, HelpCategory.OUTING})


def usual_minutes(category: str) -> int:
    """How long help of this kind usually takes; an hour unless known better."""
    return USUAL_MINUTES.get(category, 60)


class FiledAs(models.TextChoices):
    """In what capacity the request was made."""

    RESIDENT = "resident", _("The resident")
    REPRESENTATIVE = "representative", _("On behalf of the resident")
    REFERRER = "referrer", _("A professional")
    COORDINATOR = "coordinator", _("The centre, by phone")


class Urgency(models.TextChoices):
    """How soon help is needed; decides how long volunteers have to answer."""

    TODAY = "today", _("Today")
    THIS_WEEK = "this_week", _("This week")
    LATER = "later", _("Later")


class UnsuitableReason(models.TextChoices):
    """Why a request is not for volunteers."""

    CARE = "care", _("Personal or medical care")
    CHILDCARE = "childcare", _("Day care of children")
    DEBTS = "debts", _("Debts")
    PAID_WORK = "paid_work", _("Paid work")
    MONEY = "money", _("Lending money")
    UNSAFE = "unsafe", _("Not safe")
    OTHER = "other", _("Other")


class Partner(models.TextChoices):
    """To whom a request can be handed over."""

    SOCIAL_TEAM = "social_team", _("Social team of the town")
    GP = "gp", _("The general practitioner")
    HOME_CARE = "home_care", _("Home care")
    DEBT_HELP = "debt_help", _("Help with debts")
    CARERS = "carers", _("Support for informal carers")
    LIBRARY = "library", _("Library")
    OTHER = "other", _("Other")


class Doubt(models.TextChoices):
    """Why the automatic check leaves a request to a person. It opens or waits; it never refuses."""

    URGENT = "urgent", _("words that may tell of danger")
    PERSONAL_DATA = "personal_data", _("personal data or a name in the text")
    OUT_OF_SCOPE = "out_of_scope", _("perhaps not something for volunteers")
    PLACE = "place", _("the place is not known")
    UNKNOWN = "unknown", _("nobody of the centre knows this resident yet")
    CONSENT = "consent", _("no consent is known")
    LANGUAGE = "language", _("perhaps written in another language")
    LENGTH = "length", _("too long for volunteers to read")
    KIND = "kind", _("more than one visit")
