"""Screenings and what requires them, decisions by two, blocks between two people, and concerns."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock
from common.encryption import EncryptedJSONField, EncryptedTextField
from common.ids import new_id
from people.enums import HelpCategory, Role
from people.models import Centre, Organisation, Resident, Volunteer
from safeguarding.enums import (
    EVERYONE,
    ConcernState,
    DecisionOutcome,
    DecisionReason,
    DecisionState,
    NoteKind,
    Party,
    ReadVia,
    ReportKind,
    ReportOutcome,
    ReportReason,
    ReportState,
    Requirement,
    ScreeningState,
)


def expires_soon() -> timedelta:
    """How long before its last valid day a step is expiring."""
    return timedelta(days=settings.SCREENING_EXPIRING_DAYS)


class Screening(models.Model):
    """One requirement of one volunteer. Of a VOG only number, dates and who saw it are kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="screenings")
    requirement = models.CharField(max_length=16, choices=Requirement.choices)
    state = models.CharField(max_length=12, choices=ScreeningState.choices, default=ScreeningState.REQUIRED)
    requested_on = models.DateField(null=True, blank=True, help_text="The volunteer was asked for it")
    started_on = models.DateField(
        null=True, blank=True, help_text="Being done since; of a valid step: being renewed since"
    )
    number = models.CharField(max_length=40, blank=True)
    seen_on = models.DateField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    valid_until = models.DateField(null=True, blank=True, help_text="Last valid day; empty: no end")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "requirement"], name="one_screening_per_requirement")
        ]
        # Few, and whoever loads everybody must know them.
        indexes = [
            models.Index(
                fields=["volunteer"], condition=Q(state=ScreeningState.BLOCKED), name="screenings_blocked"
            )
        ]

    def __str__(self) -> str:
        return f"{self.requirement} {self.volunteer_id}"

    def holds_on(self, day: date) -> bool:
        """Whether it counts on ``day``; the last valid day does."""
        return self.state == ScreeningState.VALID and (self.valid_until is None or self.valid_until >= day)

    def standing(self, day: date) -> ScreeningState:
        """Where it stands on ``day``: what was recorded, and what the last valid day makes of it."""
        if self.state != ScreeningState.VALID or self.valid_until is None:
            return ScreeningState(self.state)
        if self.valid_until < day:
            return ScreeningState.IN_PROGRESS if self.started_on else ScreeningState.EXPIRED
        return ScreeningState.EXPIRING if self.valid_until < day + expires_soon() else ScreeningState.VALID


class CategoryRequirement(models.Model):
    """What a centre requires for a kind of help, where it differs from the default.

    The row ``EVERYONE`` holds what it asks of the role of volunteer itself, on top of which kinds ask more.
    """

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="category_requirements")
    category = models.CharField(
        max_length=16, choices=[(EVERYONE, _("Every volunteer")), *HelpCategory.choices], blank=True
    )
    requirements = models.BigIntegerField(help_text="Mask of requirements")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "category"], name="one_requirement_per_category")
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.centre_id}"


class Block(models.Model):
    """Two people who are not to be brought together (again)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="blocks")
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="blocks")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = EncryptedTextField(blank=True, default="", help_text="For who set it: whom it is about, or why")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "resident"], condition=Q(ended_at=None), name="one_running_block"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class ScreeningDecision(models.Model):
    """A refusal, a block, or the end of one: proposed by one person, confirmed by one of the other role.

    Until it is confirmed nothing changes for the volunteer. The reason is a code; the row stays.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(max_length=8, choices=DecisionOutcome.choices)
    reason = models.CharField(max_length=16, choices=DecisionReason.choices)
    state = models.CharField(max_length=10, choices=DecisionState.choices, default=DecisionState.PROPOSED)
    # Where the step stood before it was confirmed: lifting brings that back.
    state_before = models.CharField(max_length=12, choices=ScreeningState.choices, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    proposed_as = models.CharField(max_length=24, choices=Role.choices)
    proposed_at = models.DateTimeField(default=clock.now, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["screening"], condition=Q(state="proposed"), name="one_running_decision"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class FreeVog(models.Model):
    """Whether a centre, or an organisation of it, may ask for certificates free of charge.

    The facts of the Dutch scheme for free certificates (Regeling gratis VOG), with who recorded them when.
    """

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="free_vog")
    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="free_vog"
    )
    with_vulnerable_people = models.BooleanField(_("works with vulnerable people"))
    not_for_profit = models.BooleanField(_("is not for profit"))
    integrity_policy = models.BooleanField(_("has a prevention and integrity policy"))
    recorded_on = models.DateField(default=clock.today)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre"], condition=Q(organisation=None), name="one_free_vog_of_a_centre"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def eligible(self) -> bool:
        """Whether every condition of the scheme is met."""
        return self.with_vulnerable_people and self.not_for_profit and self.integrity_policy


class Concern(models.Model):
    """A worry about someone's safety. Everything that was told is encrypted; who reported is nowhere else.

    No column points at a resident or a volunteer, so that no record of theirs can lead here.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=12, unique=True, help_text="Told to who reports")
    submission_key = models.UUIDField(null=True, blank=True, unique=True)
    state = models.CharField(max_length=10, choices=ConcernState.choices, default=ConcernState.REPORTED)
    urgent = models.BooleanField(default=False)
    told = EncryptedJSONField(
        help_text="subject, danger, about, story, name, phone, email, postcode, help_request"
    )
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reported_at = models.DateTimeField(default=clock.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["centre", "state"], name="concern_centre_state"),
            models.Index(fields=["closed_at"], name="concern_closed_at"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ConcernNote(models.Model):
    """One line of the step record. Lines are added, never changed: the database refuses it.

    ``by_id`` is no foreign key: the line outlives the account.
    """

    # Numbered, so that the order is the order of writing.
    id = models.BigAutoField(primary_key=True)
    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=12, choices=NoteKind.choices)
    state = models.CharField(max_length=10, choices=ConcernState.choices, help_text="After this line")
    text = EncryptedTextField(blank=True, default="")
    party = models.CharField(max_length=24, choices=Party.choices, blank=True)
    consent = models.BooleanField(null=True, blank=True, help_text="Of whom it is about, to handing over")
    to_id = models.UUIDField(null=True, blank=True, help_text="The coordinator it was entrusted to")
    by_id = models.UUIDField()
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.id)


class ConcernRead(models.Model):
    """Someone was shown what a concern says. Added with every showing, never changed."""

    # Numbered, so that the order is the order of writing.
    id = models.BigAutoField(primary_key=True)
    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="reads")
    reader_id = models.UUIDField()
    via = models.CharField(max_length=4, choices=ReadVia.choices)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return str(self.id)


class Report(models.Model):
    """Someone tells the centre that something is wrong with a person, a request or a message.

    Who reported is known to the centre and never to who was reported. What was told is encrypted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="reports"
    )
    kind = models.CharField(max_length=12, choices=ReportKind.choices)
    object_id = models.UUIDField(help_text="What it is about, by its kind")
    volunteer = models.ForeignKey(
        Volunteer, on_delete=models.CASCADE, null=True, blank=True, related_name="reported"
    )
    resident = models.ForeignKey(
        Resident, on_delete=models.CASCADE, null=True, blank=True, related_name="reported"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reports_about",
        help_text="Whose words or account it is about, who need be neither volunteer nor resident",
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    path = models.CharField(max_length=200, blank=True, help_text="Of the page where the centre sees it")
    reason = models.CharField(max_length=12, choices=ReportReason.choices)
    story = EncryptedTextField(blank=True, default="")
    state = models.CharField(max_length=8, choices=ReportState.choices, default=ReportState.NEW)
    reported_at = models.DateTimeField(default=clock.now, editable=False)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=12, choices=ReportOutcome.choices, blank=True)
    answer = EncryptedTextField(blank=True, default="", help_text="A word to who reported")
    note = EncryptedTextField(blank=True, default="", help_text="For the centre only")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["centre", "state"], name="report_centre_state"),
            models.Index(fields=["settled_at"], name="report_settled"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "kind", "object_id"],
                condition=~Q(state="settled"),
                name="one_open_report_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
