"""The fixed vocabularies of safe working."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.enums import HelpCategory, MaskChoices, SuspensionReason


class Requirement(MaskChoices):
    """What a role may require of a person before they may act in it."""

    TALK = "talk", _("Introductory talk")
    REFERENCES = "references", _("References")
    CODE_OF_CONDUCT = "code_of_conduct", _("Code of conduct")
    VOG = "vog", _("Certificate of conduct (VOG)")
    ID_SEEN = "id_seen", _("Identity seen")


class ScreeningState(models.TextChoices):
    """Where one requirement of one person stands. Expiring and expired follow from the last valid day."""

    REQUIRED = "required", _("Required")
    IN_PROGRESS = "in_progress", _("In progress")
    VALID = "valid", _("Valid")
    EXPIRING = "expiring", _("Expiring")
    EXPIRED = "expired", _("Expired")
    REFUSED = "refused", _("Refused")
    BLOCKED = "blocked", _("Blocked")


# Between these a coordinator moves a step. Refused and blocked take a coordinator and the confidential
# officer together, there and back.
STEPS_BY_ONE = frozenset({ScreeningState.REQUIRED, ScreeningState.IN_PROGRESS, ScreeningState.VALID})
STEPS_BY_TWO = frozenset({ScreeningState.REFUSED, ScreeningState.BLOCKED})


# What everybody who helps has had at least: so there is always a step that a block can close.
LEAST_REQUIRED = Requirement.to_mask([Requirement.TALK])
# The category under which a centre keeps what it asks of every volunteer, whatever they do.
EVERYONE = ""
_BASE = Requirement.to_mask([Requirement.TALK, Requirement.CODE_OF_CONDUCT])
_WITH_VOG = _BASE | Requirement.to_mask([Requirement.VOG])

# What the centre asks when it has set nothing of its own: a VOG wherever a helper is alone
# with a vulnerable person, in their home, their papers or their car.
DEFAULT_REQUIREMENTS: dict[str, int] = {
    EVERYONE: _BASE,
    HelpCategory.TRANSPORT: _WITH_VOG,
    HelpCategory.GROCERIES: _BASE,
    HelpCategory.COMPANY: _WITH_VOG,
    HelpCategory.GARDEN: _BASE,
    HelpCategory.PAPERWORK: _WITH_VOG,
    HelpCategory.DIGITAL: _WITH_VOG,
    HelpCategory.LANGUAGE: _BASE,
    HelpCategory.REPAIRS: _WITH_VOG,
    HelpCategory.MOVING: _BASE,
    HelpCategory.PETS: _BASE,
    HelpCategory.TUTORING: _WITH_VOG,
    HelpCategory.RESPITE: _WITH_VOG | Requirement.to_mask([Requirement.REFERENCES]),
    HelpCategory.OUTING: _WITH_VOG,
    HelpCategory.MEALS: _BASE,
    HelpCategory.HOUSEHOLD: _WITH_VOG,
    HelpCategory.PHONE_CIRCLE: _BASE,
}


class DecisionOutcome(models.TextChoices):
    """What a coordinator and the confidential officer decide together about one step."""

    REFUSED = "refused", _("Refuse")
    BLOCKED = "blocked", _("Block")
    LIFTED = "lifted", _("Lift")


# From where each can be decided.
DECIDABLE: dict[str, frozenset[ScreeningState]] = {
    DecisionOutcome.REFUSED: STEPS_BY_ONE,
    DecisionOutcome.BLOCKED: STEPS_BY_ONE | {ScreeningState.REFUSED},
    DecisionOutcome.LIFTED: STEPS_BY_TWO,
}


class DecisionReason(models.TextChoices):
    """Why. Codes only: never what someone did, and never what a certificate says."""

    NOT_DONE = "not_done", _("The step was not done, although asked")
    NO_CERTIFICATE = "no_certificate", _("No certificate was issued")
    REFERENCES = "references", _("The references raise doubts")
    CONDUCT = "conduct", _("The code of conduct was broken")
    SAFETY = "safety", _("The safety of others asks for it")
    MISTAKE = "mistake", _("It was a mistake")
    NEW_FACTS = "new_facts", _("There are new facts")
    TERM_OVER = "term_over", _("The agreed time is over")


_AGAINST = (
    DecisionReason.NOT_DONE,
    DecisionReason.NO_CERTIFICATE,
    DecisionReason.REFERENCES,
    DecisionReason.CONDUCT,
    DecisionReason.SAFETY,
)
REASONS: dict[str, tuple[DecisionReason, ...]] = {
    DecisionOutcome.REFUSED: _AGAINST,
    DecisionOutcome.BLOCKED: _AGAINST,
    DecisionOutcome.LIFTED: (DecisionReason.MISTAKE, DecisionReason.NEW_FACTS, DecisionReason.TERM_OVER),
}


class DecisionState(models.TextChoices):
    """Where a decision stands."""

    PROPOSED = "proposed", _("Proposed")
    CONFIRMED = "confirmed", _("Confirmed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ConcernState(models.TextChoices):
    """Where a concern stands with the confidential officer."""

    REPORTED = "reported", _("Reported")
    RECEIVED = "received", _("Received")
    ADVICE = "advice", _("Taking advice")
    WEIGHING = "weighing", _("Weighing")
    HANDLED = "handled", _("Handled")
    PASSED_ON = "passed_on", _("Passed on")


CONCERN_TRANSITIONS: dict[ConcernState, frozenset[ConcernState]] = {
    ConcernState.REPORTED: frozenset({ConcernState.RECEIVED}),
    ConcernState.RECEIVED: frozenset({ConcernState.ADVICE}),
    ConcernState.ADVICE: frozenset({ConcernState.WEIGHING}),
    ConcernState.WEIGHING: frozenset({ConcernState.HANDLED, ConcernState.PASSED_ON}),
    ConcernState.HANDLED: frozenset(),
    ConcernState.PASSED_ON: frozenset(),
}
CONCERN_CLOSED = frozenset({ConcernState.HANDLED, ConcernState.PASSED_ON})


class ConcernSubject(models.TextChoices):
    """What a concern is about."""

    RESIDENT = "resident", _("Someone who gets help")
    VOLUNTEER = "volunteer", _("A volunteer")
    PLACE = "place", _("A place or an activity")
    OTHER = "other", _("Someone or something else")


class Danger(models.TextChoices):
    """Whether someone is in danger at this moment, as who reports sees it."""

    YES = "yes", _("Yes")
    UNSURE = "unsure", _("I do not know")
    NO = "no", _("No")


class NoteKind(models.TextChoices):
    """What a line of the step record tells."""

    NOTE = "note", _("Note")
    STEP = "step", _("Step")
    ASSIGNED = "assigned", _("Entrusted")
    HANDED_OVER = "handed_over", _("Handed over")


class Party(models.TextChoices):
    """To whom a concern can be handed over."""

    VEILIG_THUIS = "veilig_thuis", _("Veilig Thuis")
    POLICE = "police", _("Police")
    GENERAL_PRACTITIONER = "general_practitioner", _("General practitioner")
    SOCIAL_TEAM = "social_team", _("Social team of the municipality")
    OTHER = "other", _("Someone else")


class ReadVia(models.TextChoices):
    """Where a concern was read."""

    PAGE = "page", _("Page")
    API = "api", _("API")


class ReportKind(models.TextChoices):
    """What a report is about."""

    VOLUNTEER = "volunteer", _("A volunteer")
    RESIDENT = "resident", _("Someone who asks for help")
    REQUEST = "request", _("A request for help")
    MESSAGE = "message", _("A message")
    PERSON = "person", _("A person")
    VACANCY = "vacancy", _("A vacancy")
    ORGANISATION = "organisation", _("An organisation")
    ACTION = "action", _("A one-day action")
    ANSWER = "answer", _("An answer to a vacancy")
    NOTE = "note", _("Something that was written")
    THANKS = "thanks", _("A word of thanks")
    PLACEMENT = "placement", _("What a student wrote")
    HOURS = "hours", _("Words that stand with hours")
    CLAIM = "claim", _("Words that stand with a reimbursement")


class ReportReason(models.TextChoices):
    """What is wrong, as who reports sees it."""

    MONEY = "money", _("Asks for money, or wants to sell something")
    RUDE = "rude", _("Is rude, pushy or discriminating")
    UNSAFE = "unsafe", _("It did not feel safe")
    PRIVATE = "private", _("Private data stand where they should not")
    FALSE = "false", _("This is not real")
    OTHER = "other", _("Something else")


CLOSED_FOR: dict[ReportReason, SuspensionReason] = {
    ReportReason.MONEY: SuspensionReason.MONEY,
    ReportReason.RUDE: SuspensionReason.CONDUCT,
    ReportReason.UNSAFE: SuspensionReason.SAFETY,
    ReportReason.PRIVATE: SuspensionReason.CONDUCT,
    ReportReason.FALSE: SuspensionReason.IDENTITY,
    ReportReason.OTHER: SuspensionReason.OTHER,
}
"""The reason that the form to close an account has ticked when one comes from a report."""


class ReportState(models.TextChoices):
    """Where a report stands with the centre."""

    NEW = "new", _("New")
    IN_HAND = "in_hand", _("Being looked at")
    SETTLED = "settled", _("Settled")


class ReportOutcome(models.TextChoices):
    """What came of it, in words for who reported. Who was reported never hears by whom."""

    MEASURE = "measure", _("You were right to tell us. We have done something about it.")
    TALKED = "talked", _("We have talked about it with the other person.")
    HANDED_ON = "handed_on", _("We have asked someone who knows more about this to go on with it.")
    NOTHING = "nothing", _("We have looked carefully and leave it as it is. It was good that you told us.")
