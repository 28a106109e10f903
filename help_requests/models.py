"""A resident's request for help."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from academy.models import Course
from common import clock
from common.encryption import EncryptedJSONField
from common.ids import new_id
from help_requests.enums import (
    LASTING,
    FiledAs,
    Partner,
    RequestKind,
    RequestState,
    Rhythm,
    UnsuitableReason,
)
from people.enums import HelpCategory
from people.models import Centre, Resident
from places.models import District


class HelpRequest(models.Model):
    """One need of one resident.

    ``description`` is what the resident wrote; ``summary`` is what volunteers read before
    agreement, checked by a coordinator. ``destination`` is told only after agreement.
    The place known before agreement is ``cell``, copied from the resident, and the ``district`` at the
    centre of that cell.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    submission_key = models.UUIDField(
        null=True, blank=True, unique=True, help_text=_("Made with the form: sending twice makes one request")
    )
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="help_requests")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="help_requests")
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    filed_as = models.CharField(max_length=16, choices=FiledAs.choices, default=FiledAs.RESIDENT)
    filer = EncryptedJSONField(
        null=True, blank=True, help_text=_("name, phone, email of who asks on behalf of the resident")
    )
    filer_email_digest = models.CharField(max_length=64, blank=True, db_index=True)
    filer_consent_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the filer said that the resident agrees")
    )
    kind = models.CharField(max_length=8, choices=RequestKind.choices, default=RequestKind.TASK)
    state = models.CharField(max_length=12, choices=RequestState.choices, default=RequestState.DRAFT)
    category = models.CharField(max_length=16, choices=HelpCategory.choices)
    description = models.TextField(max_length=2000)
    urgent = models.BooleanField(default=False, help_text=_("The words tell of danger: on top of the desk"))
    summary = models.TextField(max_length=600, blank=True)
    destination = models.CharField(max_length=200, blank=True)

    on_date = models.DateField(_("day"), null=True, blank=True, help_text=_("Empty: any day in the dayparts"))
    start_time = models.TimeField(_("time"), null=True, blank=True)
    dayparts = models.IntegerField(default=0, help_text=_("21 bits, weekday * 3 + part"))
    rhythm = models.CharField(
        _("how often"), max_length=12, choices=Rhythm.choices, blank=True, help_text=_("Of a series only")
    )
    until_date = models.DateField(
        _("until"), null=True, blank=True, help_text=_("Last day of help that goes on; empty: no end yet")
    )
    duration_minutes = models.PositiveSmallIntegerField(default=60)
    helpers_needed = models.PositiveSmallIntegerField(default=1)
    required_skills = models.BigIntegerField(default=0, help_text=_("Mask, besides the category"))
    preferred_skills = models.BigIntegerField(default=0)
    required_languages = models.BigIntegerField(default=0, help_text=_("A volunteer must speak one of these"))
    adults_only = models.BooleanField(default=False)
    required_courses = models.ManyToManyField(
        Course, related_name="+", blank=True, help_text=_("Besides what the centre asks for the category")
    )

    cell = models.BigIntegerField(null=True, blank=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note_to_resident = models.TextField(max_length=1000, blank=True)
    unsuitable_reason = models.CharField(max_length=12, choices=UnsuitableReason.choices, blank=True)
    partner = models.CharField(max_length=12, choices=Partner.choices, blank=True)
    referral_consent = models.BooleanField(default=False)

    created_at = models.DateTimeField(default=clock.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    matched_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["centre", "state", "submitted_at"], name="request_centre_state"),
            models.Index(fields=["resident", "-created_at"], name="request_resident"),
            models.Index(
                fields=["cell"],
                condition=Q(state__in=["open", "offered", "waitlisted", "rematching"]),
                name="request_askable_cell",
            ),
            # What was over, or left lying, for longest: retention begins there.
            models.Index(Coalesce("ended_at", "done_at", "matched_at", "created_at"), name="request_last"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(helpers_needed__gte=1), name="request_needs_a_helper"),
            models.CheckConstraint(
                condition=Q(kind="task", rhythm="", until_date=None)
                | (~Q(kind="task") & Q(on_date=None, start_time=None, helpers_needed=1)),
                name="kind_fits_its_moments",
            ),
            models.CheckConstraint(
                condition=~Q(state="referred") | Q(referral_consent=True), name="referral_needs_consent"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def lasts(self) -> bool:
        """Whether this is help that goes on: a series or a buddy."""
        return self.kind in LASTING

    @property
    def names(self) -> list[str]:
        """Names that would tell volunteers whose request it is: the resident's and those of who asks."""
        asked_by = self.filed_by if self.filed_as != FiledAs.COORDINATOR else None
        return [
            name
            for name in (self.resident.name, (self.filer or {}).get("name"), asked_by and asked_by.name)
            if name
        ]
