"""The fixed vocabularies of hours, thanks, passports and reimbursements, and which steps there are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """Where an entry of hours comes from."""

    TASK = "task", _("A task")
    VISIT = "visit", _("A visit")
    SHIFT = "shift", _("A shift")
    ACTION = "action", _("A one-day action")
    ROLE = "role", _("Regular work")
    PLACEMENT = "placement", _("A student placement")
    OWN = "own", _("Entered by oneself")


# One entry for the whole of it; of the others one for each day.
ONCE = frozenset({Source.TASK, Source.SHIFT, Source.ACTION, Source.PLACEMENT})


class HoursState(models.TextChoices):
    """Where an entry of hours stands."""

    PROPOSED = "proposed", _("Is this right?")
    WAITING = "waiting", _("Waits for a signature")
    APPROVED = "approved", _("Signed")
    REFUSED = "refused", _("Not signed")
    WITHDRAWN = "withdrawn", _("Does not count")


HOURS_TRANSITIONS: dict[HoursState, frozenset[HoursState]] = {
    # What both sides confirmed needs no other signature, unless it took longer than was planned.
    HoursState.PROPOSED: frozenset({HoursState.APPROVED, HoursState.WAITING, HoursState.WITHDRAWN}),
    HoursState.WAITING: frozenset({HoursState.APPROVED, HoursState.REFUSED, HoursState.WITHDRAWN}),
    # A signature given by mistake can be taken back.
    HoursState.APPROVED: frozenset({HoursState.REFUSED}),
    # Whoever corrects it asks again.
    HoursState.REFUSED: frozenset({HoursState.WAITING, HoursState.WITHDRAWN}),
    HoursState.WITHDRAWN: frozenset(),
}
# What fills the day of a volunteer: together at most 24 hours.
COUNTING = frozenset({HoursState.WAITING, HoursState.APPROVED})


class RefusalReason(models.TextChoices):
    """Why hours or costs are not signed."""

    OTHER_LENGTH = "other_length", _("The length or the amount is not right")
    OTHER_DAY = "other_day", _("The day is not right")
    NOT_WITH_US = "not_with_us", _("This was not with us")
    DOUBLE = "double", _("This was entered before")
    NO_PROOF = "no_proof", _("We miss the receipt")


class FullName(models.TextChoices):
    """Whether a passport may show the whole name of its owner."""

    USUAL = "usual", _("Shown, unless they would rather not")
    CHOSEN = "chosen", _("Shown only when they choose so themselves")
    LATER = "later", _("Not before they are sixteen")


class Warmth(models.TextChoices):
    """The sentences with which one says thank you in one tap."""

    HAPPY = "happy", _("You made me happy. Thank you!")
    HELPED = "helped", _("You really helped me. Thank you!")
    PLEASANT = "pleasant", _("It was pleasant to have you here.")
    TIME = "time", _("How kind that you took the time.")
    RELY = "rely", _("It is good to be able to rely on you.")
    MISSED = "missed", _("Without you it would not have worked.")


class Giver(models.TextChoices):
    """Who says thank you."""

    RESIDENT = "resident", _("someone you helped")
    ORGANISATION = "organisation", _("the organisation")
    CENTRE = "centre", _("the volunteer centre")


class MilestoneKind(models.TextChoices):
    """What is worth a word: a time, or a number of hours."""

    YEAR_1 = "year_1", _("One year a volunteer")
    YEAR_5 = "year_5", _("Five years a volunteer")
    YEAR_10 = "year_10", _("Ten years a volunteer")
    HOURS_50 = "hours_50", _("50 hours for others")
    HOURS_100 = "hours_100", _("100 hours for others")
    HOURS_250 = "hours_250", _("250 hours for others")
    HOURS_500 = "hours_500", _("500 hours for others")
    HOURS_1000 = "hours_1000", _("1,000 hours for others")


YEARS: dict[MilestoneKind, int] = {
    MilestoneKind.YEAR_1: 1,
    MilestoneKind.YEAR_5: 5,
    MilestoneKind.YEAR_10: 10,
}
HOURS: dict[MilestoneKind, int] = {
    MilestoneKind.HOURS_50: 50,
    MilestoneKind.HOURS_100: 100,
    MilestoneKind.HOURS_250: 250,
    MilestoneKind.HOURS_500: 500,
    MilestoneKind.HOURS_1000: 1000,
}


class ClaimKind(models.TextChoices):
    """What a volunteer asks back."""

    KILOMETRES = "kilometres", _("Kilometres with my own car")
    COSTS = "costs", _("Costs I paid, with a receipt")
    ALLOWANCE = "allowance", _("An agreed amount for my time")


class ClaimState(models.TextChoices):
    """Where a claim stands."""

    SUBMITTED = "submitted", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Not approved")
    WITHDRAWN = "withdrawn", _("Taken back")


CLAIM_TRANSITIONS: dict[ClaimState, frozenset[ClaimState]] = {
    ClaimState.SUBMITTED: frozenset({ClaimState.APPROVED, ClaimState.REFUSED, ClaimState.WITHDRAWN}),
    ClaimState.APPROVED: frozenset({ClaimState.REFUSED}),
    ClaimState.REFUSED: frozenset(),
    ClaimState.WITHDRAWN: frozenset(),
}


class Nearness(models.TextChoices):
    """How an amount stands to its limit."""

    FREE = "free", _("There is room")
    NEAR = "near", _("Near the limit")
    OVER = "over", _("Over the limit")
