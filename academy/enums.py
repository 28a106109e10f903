"""The fixed vocabularies of learning."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.enums import MaskChoices


class InvitationState(models.TextChoices):
    """Where an invitation to a course stands."""

    SENT = "sent", _("Invited")
    ACCEPTED = "accepted", _("Wants to do it")
    DECLINED = "declined", _("Not now")
    DONE = "done", _("Done")


class Theme(models.TextChoices):
    """What a course is about: the shelves of the catalogue."""

    START = "start", _("Beginning as a volunteer")
    DEMENTIA = "dementia", _("Dementia")
    LONELINESS = "loneliness", _("Talking about loneliness")
    BOUNDARIES = "boundaries", _("Setting boundaries")
    LIFTING = "lifting", _("Lifting safely")
    ROAD = "road", _("On the road together")
    DIGITAL = "digital", _("Digital help")
    CARING = "caring", _("Caring for someone close")
    RECRUITING = "recruiting", _("Recruiting volunteers")
    FUNDING = "funding", _("Raising funds")
    OTHER = "other", _("Something else")


class Audience(MaskChoices):
    """For whom a course is meant; bits of a mask."""

    VOLUNTEER = "volunteer", _("Volunteers")
    ORGANISATION = "organisation", _("Organisations")
    CARER = "carer", _("Informal carers")


class CourseForm(models.TextChoices):
    """How one takes a course. It follows from what the course has and is not kept."""

    ONLINE = "online", _("Online")
    SESSION = "session", _("In a group")
    BLENDED = "blended", _("Online and in a group")


class VersionState(models.TextChoices):
    """Where a version of the lessons of a course stands."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    REPLACED = "replaced", _("Replaced by a newer one")


class StepKind(models.TextChoices):
    """What one does on one screen of a lesson."""

    TEXT = "text", _("Reading")
    FILM = "film", _("Watching")
    QUESTION = "question", _("A question")


class TrainedRole(models.TextChoices):
    """What a person does here that a centre may ask a course of, beside single kinds of help.

    No key is that of a kind of help, so that the two stand in one map of masks.
    """

    VOLUNTEER = "volunteer", _("Everyone who helps residents")
    SERIES = "series", _("Who comes again and again")
    BUDDY = "buddy", _("Buddies")
    HELPER = "helper", _("Who helps out at organisations: shifts and vacancies")
    TRAINER = "trainer", _("Trainers")


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


class Reader(MaskChoices):
    """For whom an article is; bits of a mask. What is for staff alone is read by staff alone."""

    VOLUNTEER = "volunteer", _("Volunteers")
    ORGANISATION = "organisation", _("Organisations")
    RESIDENT = "resident", _("Residents")
    CARER = "carer", _("Informal carers")
    STAFF = "staff", _("Staff")


class Topic(models.TextChoices):
    """Where in the application a question arises; the key stands in addresses."""

    CONCERN = "zorgsignaal", _("Reporting a concern")
    FIRST_TASK = "eerste-afspraak", _("The first agreement")
    ASKING = "hulp-vragen", _("Asking for help")
    JOINING = "vrijwilliger-worden", _("Becoming a volunteer")
    SCREENING = "screening", _("Screening and VOG")
    REIMBURSEMENT = "vergoeding", _("Costs and reimbursement")
    VACANCY = "vacature", _("Writing a vacancy")
    APPLICATION = "aanmelding", _("Getting to know an applicant")
    PLACEMENT = "stage", _("Student placement")
    PRIVACY = "privacy", _("Privacy")
    BOUNDARIES = "grenzen", _("Boundaries")
    APPRECIATION = "waarderen", _("Appreciation")
