"""Screenings of volunteers, what a kind of help requires, and blocks between two people."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from common import clock
from common.ids import new_id
from people.enums import HelpCategory
from people.models import Centre, Resident, Volunteer
from safeguarding.enums import Requirement, ScreeningState


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
    """What a centre requires for a kind of help, where it differs from the default."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="category_requirements")
    category = models.CharField(max_length=16, choices=HelpCategory.choices)
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
