"""Hours that volunteers gave."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock
from common.ids import new_id
from people.enums import HelpCategory
from people.models import Centre, Organisation
from recognition.enums import ONCE, HoursState, RefusalReason, Source

DAY = 24 * 60


class HourEntry(models.Model):
    """Time that one volunteer gave on one day.

    ``source_id`` is the assignment, place (on a shift, at an action), application or hours of a student that
    it comes from: of a task, a place or a student's hours there is one entry, of what goes on one for each
    day: the database guards it.
    ``organisation`` signs; without one the centre does.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hour_entries")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=9, choices=Source.choices, default=Source.OWN)
    source_id = models.UUIDField(null=True, blank=True)
    category = models.CharField(max_length=16, choices=HelpCategory.choices, blank=True)
    role = models.CharField(max_length=160, blank=True, help_text=_("Of a vacancy: what it is called"))
    day = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    planned_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("As it was agreed beforehand")
    )
    note = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=9, choices=HoursState.choices, default=HoursState.PROPOSED)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    refusal = models.CharField(max_length=12, choices=RefusalReason.choices, blank=True)

    class Meta:
        ordering = ("-day", "-id")
        indexes = [
            models.Index(fields=["user", "-day"], name="hours_user"),
            models.Index(fields=["centre", "state"], name="hours_centre_state"),
            models.Index(fields=["organisation", "state"], name="hours_organisation_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "source", "source_id"],
                condition=Q(source__in=sorted(ONCE)),
                name="hours_once_per_source",
            ),
            models.UniqueConstraint(
                fields=["user", "source", "source_id", "day"],
                condition=Q(source_id__isnull=False),
                name="hours_once_per_source_and_day",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=DAY), name="hours_fit_in_a_day"),
            models.CheckConstraint(
                condition=Q(source="own", source_id=None) | (~Q(source="own") & Q(source_id__isnull=False)),
                name="hours_have_a_source",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def kind(self) -> str:
        """What was done, in a word."""
        return self.role or (str(HelpCategory(self.category).label) if self.category else "") or self.note

    @property
    def with_whom(self) -> str:
        """The organisation, or the centre."""
        return self.organisation.name if self.organisation else self.centre.name
