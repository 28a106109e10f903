"""The fixed vocabularies of the vacancy bank, its states and the tables of steps between them.

Members that are stored as bits of a mask keep their place for ever: append, never reorder.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.enums import HelpCategory, MaskChoices


class VacancyCategory(MaskChoices):
    """What a volunteer role is about, in the words by which people look for one."""

    COMPANY = "company", _("Company and buddies")
    CARE = "care", _("Care and well-being")
    TRANSPORT = "transport", _("Driving and transport")
    NATURE = "nature", _("Nature and gardens")
    ANIMALS = "animals", _("Animals")
    REPAIRS = "repairs", _("Odd jobs and technique")
    DIGITAL = "digital", _("Computers and internet")
    OFFICE = "office", _("Office and administration")
    BOARD = "board", _("Boards and policy")
    MEDIA = "media", _("Writing, photos and publicity")
    EVENTS = "events", _("Events")
    SPORTS = "sports", _("Sports and moving")
    CULTURE = "culture", _("Art, music and culture")
    LANGUAGE = "language", _("Language and newcomers")
    YOUTH = "youth", _("Children and young people")
    FOOD = "food", _("Cooking and food")
    SHOP = "shop", _("Shop, counter and reception")
    ADVICE = "advice", _("Advice and paperwork")


# The kinds of help of the matching engine that come nearest: who likes one will like the other.
NEAREST_HELP: dict[str, tuple[HelpCategory, ...]] = {
    VacancyCategory.COMPANY: (HelpCategory.COMPANY, HelpCategory.OUTING, HelpCategory.PHONE_CIRCLE),
    VacancyCategory.CARE: (HelpCategory.COMPANY, HelpCategory.RESPITE),
    VacancyCategory.TRANSPORT: (HelpCategory.TRANSPORT, HelpCategory.GROCERIES),
    VacancyCategory.NATURE: (HelpCategory.GARDEN,),
    VacancyCategory.ANIMALS: (HelpCategory.PETS,),
    VacancyCategory.REPAIRS: (HelpCategory.REPAIRS, HelpCategory.MOVING),
    VacancyCategory.DIGITAL: (HelpCategory.DIGITAL,),
    VacancyCategory.OFFICE: (HelpCategory.PAPERWORK,),
    VacancyCategory.LANGUAGE: (HelpCategory.LANGUAGE,),
    VacancyCategory.YOUTH: (HelpCategory.TUTORING,),
    VacancyCategory.FOOD: (HelpCategory.MEALS,),
    VacancyCategory.ADVICE: (HelpCategory.PAPERWORK,),
}


class VacancyKind(models.TextChoices):
    """How often."""

    ONE_OFF = "one_off", _("One time")
    RECURRING = "recurring", _("Regularly")


class Reimbursement(models.TextChoices):
    """What a volunteer gets back."""

    NONE = "none", _("No reimbursement")
    TRAVEL = "travel", _("Travel costs")
    EXPENSES = "expenses", _("All expenses made")
    ALLOWANCE = "allowance", _("A fixed volunteer allowance")


class Accessibility(MaskChoices):
    """What makes a place or a task possible for more people."""

    WHEELCHAIR = "wheelchair", _("Possible with a wheelchair")
    NO_STAIRS = "no_stairs", _("No stairs")
    TRANSIT = "transit", _("Close to a bus or tram stop")
    SITTING = "sitting", _("Can be done sitting down")
    QUIET = "quiet", _("Quiet surroundings")
    TOGETHER = "together", _("You do it together with someone")
    EASY_DUTCH = "easy_dutch", _("A little Dutch is enough")


class VacancyCheck(MaskChoices):
    """What a coordinator has seen before a vacancy is published. All of them are needed."""

    CLEAR_TASK = "clear_task", _("The task is clear and separate from the work of paid staff")
    HOURS = "hours", _("At most 20 hours a week")
    NO_DIPLOMA = "no_diploma", _("No diploma is asked, save a driving licence or first aid")
    CONTACT = "contact", _("There is a contact person with a name")
    INSURED = "insured", _("The volunteer is insured")
    NOT_FOR_PROFIT = "not_for_profit", _("It is not for profit")
    NO_PAID_WORK = "no_paid_work", _("It does not replace paid work")
    EVERYONE = "everyone", _("No preference by age, religion, origin or orientation")


ALL_VACANCY_CHECKS = VacancyCheck.to_mask(VacancyCheck.values)
MOST_HOURS_A_WEEK = 20
LOWEST_AGE = 12


class VacancyState(models.TextChoices):
    """Where a vacancy stands."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("With the centre")
    PUBLISHED = "published", _("Published")
    PAUSED = "paused", _("Paused")
    FILLED = "filled", _("Filled")
    EXPIRED = "expired", _("Expired")
    CLOSED = "closed", _("Closed")


V = VacancyState
# Whatever is not here raises InvalidTransition.
VACANCY_STEPS: dict[VacancyState, frozenset[VacancyState]] = {
    V.DRAFT: frozenset({V.REVIEW, V.CLOSED}),
    V.REVIEW: frozenset({V.PUBLISHED, V.DRAFT, V.CLOSED}),
    V.PUBLISHED: frozenset({V.PAUSED, V.FILLED, V.EXPIRED, V.CLOSED, V.REVIEW}),
    V.PAUSED: frozenset({V.PUBLISHED, V.FILLED, V.EXPIRED, V.CLOSED, V.REVIEW}),
    V.FILLED: frozenset({V.PUBLISHED, V.CLOSED}),
    V.EXPIRED: frozenset({V.PUBLISHED, V.REVIEW, V.CLOSED}),
    V.CLOSED: frozenset(),
}
# May be changed by its organisation; one that the centre has seen goes back to it when the words change.
EDITABLE = frozenset({V.DRAFT, V.REVIEW, V.PUBLISHED, V.PAUSED, V.EXPIRED})
# The centre has approved it once.
APPROVED = frozenset({V.PUBLISHED, V.PAUSED, V.FILLED, V.EXPIRED})


class ApplicationState(models.TextChoices):
    """Where an answer to a vacancy stands."""

    SENT = "sent", _("Sent")
    READ = "read", _("Read")
    CONVERSATION = "conversation", _("In conversation")
    TRIAL = "trial", _("Trying out")
    STARTED = "started", _("Started")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Stopped")


A = ApplicationState
# Whatever is not here raises InvalidTransition.
APPLICATION_STEPS: dict[ApplicationState, frozenset[ApplicationState]] = {
    A.SENT: frozenset({A.READ, A.CONVERSATION, A.TRIAL, A.STARTED, A.DECLINED, A.WITHDRAWN}),
    A.READ: frozenset({A.CONVERSATION, A.TRIAL, A.STARTED, A.DECLINED, A.WITHDRAWN}),
    A.CONVERSATION: frozenset({A.TRIAL, A.STARTED, A.DECLINED, A.WITHDRAWN}),
    A.TRIAL: frozenset({A.STARTED, A.DECLINED, A.WITHDRAWN}),
    A.STARTED: frozenset({A.ENDED}),
    A.DECLINED: frozenset(),
    A.WITHDRAWN: frozenset(),
    A.ENDED: frozenset(),
}
# Waits for a word of the organisation.
SILENT = frozenset({A.SENT, A.READ})
# Between sending and an outcome.
UNDER_WAY = frozenset({A.SENT, A.READ, A.CONVERSATION, A.TRIAL})
# Takes one of the places.
RUNNING = UNDER_WAY | {A.STARTED}
# Someone helps: what they have to have is asked from here on.
BEGUN = frozenset({A.TRIAL, A.STARTED})
OVER = frozenset({A.DECLINED, A.WITHDRAWN, A.ENDED})


class DeclineReason(models.TextChoices):
    """Why an organisation says no; never about who someone is."""

    FILLED = "filled", _("Someone else has the place")
    MOMENTS = "moments", _("The moments do not fit")
    TASK = "task", _("The task turned out not to fit")
    SCREENING = "screening", _("A needed step (talk, code of conduct, VOG) was not taken")
    NO_CONTACT = "no_contact", _("We could not reach each other")
    STOPPED = "stopped", _("The vacancy has ended")


class NoteSide(models.TextChoices):
    """Whose word a note is."""

    VOLUNTEER = "volunteer", _("Volunteer")
    ORGANISATION = "organisation", _("Organisation")
    CENTRE = "centre", _("Centre")


class DeliveryState(models.TextChoices):
    """How the delivery of an event to a webhook goes."""

    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")


class SwapState(models.TextChoices):
    """Where the question to take a shift over stands."""

    OPEN = "open", _("Asked")
    TAKEN = "taken", _("Taken over")
    WITHDRAWN = "withdrawn", _("Taken back")
    LAPSED = "lapsed", _("Nobody could")


# Whatever is not here raises InvalidTransition.
SWAP_STEPS: dict[SwapState, frozenset[SwapState]] = {
    SwapState.OPEN: frozenset({SwapState.TAKEN, SwapState.WITHDRAWN, SwapState.LAPSED}),
    SwapState.TAKEN: frozenset(),
    SwapState.WITHDRAWN: frozenset(),
    SwapState.LAPSED: frozenset(),
}


class Repeat(models.TextChoices):
    """By which rule a series of shifts is made."""

    ONCE = "once", _("One time")
    DAILY = "daily", _("Every working day")
    WEEKLY = "weekly", _("Every week")
    FORTNIGHTLY = "fortnightly", _("Every two weeks")
    MONTHLY = "monthly", _("Every month, on the same day of the week")


class ActionState(models.TextChoices):
    """Where a one-day action stands."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("With the centre")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Does not go on")
    REPORTED = "reported", _("Done")


# Whatever is not here raises InvalidTransition.
ACTION_STEPS: dict[ActionState, frozenset[ActionState]] = {
    ActionState.DRAFT: frozenset({ActionState.REVIEW, ActionState.CANCELLED}),
    ActionState.REVIEW: frozenset({ActionState.PUBLISHED, ActionState.DRAFT, ActionState.CANCELLED}),
    ActionState.PUBLISHED: frozenset({ActionState.CANCELLED, ActionState.REPORTED}),
    ActionState.CANCELLED: frozenset(),
    ActionState.REPORTED: frozenset(),
}


class ConsentState(models.TextChoices):
    """What a parent said."""

    ASKED = "asked", _("Asked")
    GIVEN = "given", pgettext_lazy("consent", "Agreed")
    REFUSED = "refused", _("Did not agree")
    WITHDRAWN = "withdrawn", _("Taken back")


class PlacementState(models.TextChoices):
    """Where a student placement stands."""

    ASKED = "asked", _("Asked")
    AGREED = "agreed", pgettext_lazy("consent", "Agreed")
    DECLINED = "declined", _("Not possible")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")


# Whatever is not here raises InvalidTransition.
PLACEMENT_STEPS: dict[PlacementState, frozenset[PlacementState]] = {
    PlacementState.ASKED: frozenset({PlacementState.AGREED, PlacementState.DECLINED, PlacementState.STOPPED}),
    PlacementState.AGREED: frozenset({PlacementState.STOPPED, PlacementState.DONE}),
    PlacementState.DECLINED: frozenset(),
    PlacementState.STOPPED: frozenset(),
    PlacementState.DONE: frozenset(),
}


class EntryState(models.TextChoices):
    """Where an entry of hours stands."""

    ENTERED = "entered", _("Waits for a signature")
    SIGNED = "signed", _("Signed")
    REFUSED = "refused", _("Not right")
    REMOVED = "removed", _("Removed")


class StudentStage(models.TextChoices):
    """How far a student is, for the student and the school."""

    PARENT = "parent", _("Waits for a parent")
    REFUSED = "refused", _("A parent did not agree")
    TAKEN_BACK = "taken_back", _("The word of the parent was taken back")
    LOOKING = "looking", _("Looks for a place")
    ASKED = "asked", _("Has asked for a place")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
