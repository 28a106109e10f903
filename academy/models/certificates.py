"""Proof of what someone has learned here, for themselves and for others, and the keys it is signed with."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.models.courses import Completion, Course
from academy.models.lessons import CourseVersion
from academy.models.sessions import Session
from common import clock
from common.encryption import EncryptedJSONField
from common.ids import new_id
from people.models import Centre


class Certificate(models.Model):
    """Someone has done a course here; whoever has its address can check that it is real.

    A volunteer has a ``Completion`` beside it, which opens help that asks for the course.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Never along with the account alone: what it leaves in the status lists is written first (``forget``).
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="certificates")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="certificates")
    version = models.ForeignKey(
        CourseVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="certificates"
    )
    completion = models.OneToOneField(
        Completion, on_delete=models.SET_NULL, null=True, blank=True, related_name="certificate"
    )
    issued_on = models.DateField()
    issued_at = models.DateTimeField(default=clock.now)
    valid_until = models.DateField(null=True, blank=True, help_text=_("Last valid day; empty: no end"))
    status_index = models.PositiveIntegerField(help_text=_("Place in the centre's status lists"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-issued_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course", "issued_on"],
                condition=Q(revoked_at=None),
                name="one_certificate_per_day",
            ),
            models.UniqueConstraint(fields=["centre", "status_index"], name="one_certificate_per_status"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def holds_on(self, day: date) -> bool:
        """Whether it counts on ``day``; the last valid day does."""
        return self.revoked_at is None and (self.valid_until is None or day <= self.valid_until)


class SpentStatus(models.Model):
    """A place in the status lists whose certificate was erased: taken for ever, and as it stood.

    It tells nothing of whose it was, of what, or since when; so it has no random id, which holds a moment.
    """

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    status_index = models.PositiveIntegerField()
    revoked = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "status_index"], name="one_spent_status_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.centre_id} {self.status_index}"


class BadgeKey(models.Model):
    """A pair of keys for signing badges. Old ones stay, so that old badges can be checked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    private = EncryptedJSONField(help_text=_("JWK"))
    public = models.JSONField(help_text=_("JWK"))
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return str(self.id)
