"""The fixed vocabularies of people: roles, kinds of help, skills, languages, dayparts.

Members that are stored as bits of a mask keep their place for ever: append, never reorder.
"""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.bits import bits_of, mask_of


class Role(models.TextChoices):
    """What a person may be on the platform; one person may hold several roles."""

    RESIDENT = "resident", _("Resident")
    REPRESENTATIVE = "representative", _("Representative")
    REFERRER = "referrer", _("Referrer")
    VOLUNTEER = "volunteer", _("Volunteer")
    ORGANISATION = "organisation", _("Organisation contact")
    TRAINER = "trainer", _("Trainer")
    COORDINATOR = "coordinator", _("Coordinator")
    CONFIDENTIAL_OFFICER = "confidential_officer", _("Confidential officer")
    ANALYST = "analyst", _("Analyst")
    ADMINISTRATOR = "administrator", _("Administrator")


class Access(models.TextChoices):
    """What was done with someone's address and contact data."""

    READ = "read", _("Read")
    CHANGED = "changed", _("Changed")
    EXPORTED = "exported", _("Handed over as a file")
    CLOSED = "closed", _("Closed the account")
    OPENED = "opened", _("Opened the account again")


class Why(models.TextChoices):
    """On what occasion."""

    DETAILS = "details", _("opened the details")
    REQUEST = "request", _("handled a request for help")
    CALLER = "caller", _("looked up who was calling")
    LIST = "list", _("fetched a list")
    AGREEMENT = "agreement", _("an appointment together")
    ASKED = "asked", _("the person asked for it")
    ELSEWHERE = "elsewhere", _("help from another centre, with consent")
    SAFETY = "safety", _("the safety of others")


class ErasureReason(models.TextChoices):
    """Why everything of a person was erased."""

    OWN = "own", _("Their own wish, on the site")
    ASKED = "asked", _("They asked for it by phone, by letter or at the desk")
    DECEASED = "deceased", _("They have died")
    DOUBLE = "double", _("They were registered twice")
    TERM = "term", _("The term of keeping was over")


class ConsentPurpose(models.TextChoices):
    """What someone agreed to."""

    HELPING = "helping", _("Being asked to help")
    ASKING = "asking", _("Getting help")


STAFF_ROLES = frozenset({Role.COORDINATOR, Role.CONFIDENTIAL_OFFICER, Role.ADMINISTRATOR})
# Who may do a coordinator's work; the confidential officer looks and does not touch.
COORDINATING = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
# Who works with what is not their own shows a second factor at signing in.
PROVING_ROLES = STAFF_ROLES | {Role.ANALYST, Role.TRAINER}
# Who may ask someone, by mail, to take a role at a centre.
INVITED_BY: dict[Role, frozenset[Role]] = {
    Role.REFERRER: COORDINATING,
    Role.TRAINER: COORDINATING,
    Role.ANALYST: frozenset({Role.ADMINISTRATOR}),
    Role.COORDINATOR: frozenset({Role.ADMINISTRATOR}),
    Role.CONFIDENTIAL_OFFICER: frozenset({Role.ADMINISTRATOR}),
    Role.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR}),
}


class MaskChoices(models.TextChoices):
    """Text choices that are also numbered bits; ``FIRST_BIT`` of the subclass is the first number."""

    @classmethod
    def first_bit(cls) -> int:
        """The number of the first member's bit."""
        return 0

    @property
    def bit(self) -> int:
        """The number of this member's bit."""
        return type(self).first_bit() + list(type(self)).index(self)

    @classmethod
    def to_mask(cls, keys: Iterable[str]) -> int:
        """Return the mask of the given keys. Raises ``ValueError`` for an unknown key."""
        return mask_of(cls(key).bit for key in keys)

    @classmethod
    def from_mask(cls, mask: int) -> list[Self]:
        """Return the members whose bits are set in ``mask``, in their fixed order."""
        members = list(cls)
        first = cls.first_bit()
        return [members[bit - first] for bit in bits_of(mask) if 0 <= bit - first < len(members)]


class HelpCategory(MaskChoices):
    """Kinds of help; bits 0-15 of a skills mask."""

    TRANSPORT = "transport", _("A ride")
    GROCERIES = "groceries", _("Shopping")
    COMPANY = "company", _("Company")
    GARDEN = "garden", _("Garden")
    PAPERWORK = "paperwork", _("Letters and forms")
    DIGITAL = "digital", _("Computer and phone")
    LANGUAGE = "language", _("Practising Dutch")
    REPAIRS = "repairs", _("Odd jobs in the house")
    MOVING = "moving", _("Lifting and moving")
    PETS = "pets", _("Pets")
    TUTORING = "tutoring", _("Help with school")
    RESPITE = "respite", _("Relieving an informal carer")
    OUTING = "outing", _("Going out together")
    MEALS = "meals", _("Meals")
    HOUSEHOLD = "household", _("Light housework")
    PHONE_CIRCLE = "phone_circle", _("Phone circle")


class Skill(MaskChoices):
    """Abilities a request may ask for besides its category; bits 16 and up of a skills mask."""

    @classmethod
    def first_bit(cls) -> int:
        """Skills follow the sixteen categories."""
        return 16

    DRIVING_LICENCE = "driving_licence", _("Driving licence")
    CAR = "car", _("Own car")
    WHEELCHAIR = "wheelchair", _("Pushing a wheelchair")
    WHEELCHAIR_CAR = "wheelchair_car", _("Car that takes a wheelchair")
    LIFTING = "lifting", _("Lifting heavy things")
    TOOLS = "tools", _("Handy with tools")
    GARDEN_TOOLS = "garden_tools", _("Handy in the garden")
    ELECTRICITY = "electricity", _("Lamps and plugs")
    COMPUTER = "computer", _("Computers and tablets")
    TAX_FORMS = "tax_forms", _("Tax and allowance forms")
    DEMENTIA = "dementia", _("Experience with dementia")
    HARD_OF_HEARING = "hard_of_hearing", _("Talking with people who hear badly")
    SIGN_LANGUAGE = "sign_language", _("Sign language")
    FIRST_AID = "first_aid", _("First aid")
    COOKING = "cooking", _("Cooking")
    DOGS = "dogs", _("Dogs")
    CATS = "cats", _("Cats")
    SEWING = "sewing", _("Sewing")
    TEACHING = "teaching", _("Explaining school subjects")
    BICYCLE_REPAIR = "bicycle_repair", _("Mending a bicycle")


class Language(MaskChoices):
    """Languages people speak with each other."""

    DUTCH = "nl", _("Dutch")
    ENGLISH = "en", _("English")
    TURKISH = "tr", _("Turkish")
    ARABIC = "ar", _("Arabic")
    UKRAINIAN = "uk", _("Ukrainian")
    POLISH = "pl", _("Polish")
    BERBER = "ber", _("Berber")
    GERMAN = "de", _("German")
    FRENCH = "fr", _("French")
    SPANISH = "es", _("Spanish")
    SIGN = "sgn", _("Dutch sign language")


class Dislike(MaskChoices):
    """What a person would rather not meet; shared dislikes make lasting buddies."""

    SMOKING = "smoking", _("Smoking")
    DOGS = "dogs", _("Dogs")
    CATS = "cats", _("Cats")
    CROWDS = "crowds", _("Busy places")
    NOISE = "noise", _("Noise")
    SMALL_TALK = "small_talk", _("Small talk")
    SPORT_ON_TV = "sport_on_tv", _("Sport on television")
    GAMES = "games", _("Card and board games")
    SHOPPING = "shopping", _("Going round the shops")
    EARLY = "early", _("Early mornings")
    LONG_WALKS = "long_walks", _("Long walks")
    COMPUTERS = "computers", _("Computers")


class Transport(MaskChoices):
    """How a volunteer gets about."""

    FOOT = "foot", _("On foot")
    BICYCLE = "bicycle", _("Bicycle")
    PUBLIC = "public", _("Bus and tram")
    SCOOTER = "scooter", _("Scooter")
    CAR = "car", _("Car")


class Need(MaskChoices):
    """Functional needs of a resident: what a helper must reckon with, never a diagnosis."""

    ROLLATOR = "rollator", _("Walks with a rollator")
    WHEELCHAIR = "wheelchair", _("Uses a wheelchair")
    SCOOTMOBILE = "scootmobile", _("Uses a mobility scooter")
    LIFT = "lift", _("Cannot climb stairs")
    HEARING = "hearing", _("Hears badly")
    SIGHT = "sight", _("Sees badly")
    SLOW = "slow", _("Needs a quiet pace")
    READING = "reading", _("Reading is hard")


class Weekday(models.IntegerChoices):
    """Days of the week, Monday first, as in ``datetime.date.weekday``."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class DayPart(models.IntegerChoices):
    """Parts of a day."""

    MORNING = 0, _("morning")
    AFTERNOON = 1, _("afternoon")
    EVENING = 2, _("evening")


ALL_DAYPARTS = (1 << 21) - 1


def daypart_bit(weekday: int, part: int) -> int:
    """Number of the bit of a daypart: ``weekday * 3 + part``, Monday morning is 0."""
    return weekday * 3 + part


def part_of_hour(hour: int) -> DayPart:
    """The part of the day an hour (0-23) falls in: morning before 12, evening from 18."""
    if hour < 12:
        return DayPart.MORNING
    return DayPart.AFTERNOON if hour < 18 else DayPart.EVENING


class VolunteerState(models.TextChoices):
    """Where a volunteer stands with the centre."""

    APPLIED = "applied", _("Applied")
    ACTIVE = "active", _("Active")
    LEFT = "left", _("Left")


class AgeBand(models.TextChoices):
    """Age as coarse as the work needs."""

    UNKNOWN = "", _("Not told")
    UNDER_18 = "0-17", _("Under 18")
    ADULT = "18-64", _("18 to 64")
    SENIOR = "65-79", _("65 to 79")
    ELDER = "80+", _("80 and over")


class ContactPreference(models.TextChoices):
    """How a resident wants to be reached."""

    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")


class SharedFor(models.TextChoices):
    """Why another centre needs to look at the record of a resident."""

    HELP_HERE = "help_here", _("Asks for help in our area")
    STAYS_HERE = "stays_here", _("Stays in our area for a time")
    MOVES = "moves", _("Is moving to our area")
    STANDS_IN = "stands_in", _("We stand in for the other centre")


class SaidYes(models.TextChoices):
    """How a resident agreed to something of which staff keep the record."""

    PHONE = "phone", _("On the phone")
    MET = "met", _("In person")
    WRITTEN = "written", _("In a letter or an e-mail")


class SuspensionReason(models.TextChoices):
    """Why an account was closed at once. A measure for now, never a verdict: it can be undone."""

    MONEY = "money", _("Asks for money, or sells something")
    CONDUCT = "conduct", _("Behaves in a way that is not all right")
    SAFETY = "safety", _("The safety of someone else")
    IDENTITY = "identity", _("Is perhaps not who they say they are")
    TAKEN_OVER = "taken_over", _("Someone else may be using the account")
    OTHER = "other", _("Something else")


class Invited(models.TextChoices):
    """What became of an invitation. One that was not answered in time stays open and opens nothing."""

    OPEN = "open", _("Not answered yet")
    ACCEPTED = "accepted", _("Accepted")
    WITHDRAWN = "withdrawn", _("Taken back")


class OrganisationState(models.TextChoices):
    """Where an organisation stands with the centre."""

    REQUESTED = "requested", _("Requested")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    SUSPENDED = "suspended", _("Suspended")


# Whatever is not here raises InvalidTransition.
ORGANISATION_STEPS: dict[OrganisationState, frozenset[OrganisationState]] = {
    OrganisationState.REQUESTED: frozenset({OrganisationState.APPROVED, OrganisationState.DECLINED}),
    OrganisationState.APPROVED: frozenset({OrganisationState.SUSPENDED}),
    OrganisationState.SUSPENDED: frozenset({OrganisationState.APPROVED}),
    # Who was declined may ask again, with what was missing.
    OrganisationState.DECLINED: frozenset({OrganisationState.REQUESTED}),
}


class OrganisationCheck(MaskChoices):
    """What the centre has seen before it lets an organisation in. All of them are needed."""

    NOT_FOR_PROFIT = "not_for_profit", _("It does not work for profit")
    LIABILITY = "liability", _("Its volunteers are insured (accidents and liability)")
    NAMED_CONTACT = "named_contact", _("There is a contact person with a name")
    NO_PAID_WORK = "no_paid_work", _("Volunteers do not replace paid work")
    EVERYONE = "everyone", _("Everyone is welcome, whatever their age, religion, origin or orientation")


ALL_ORGANISATION_CHECKS = OrganisationCheck.to_mask(OrganisationCheck.values)
