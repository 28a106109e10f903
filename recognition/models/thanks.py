"""Thank you, and what is worth a word."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common import clock
from common.encryption import EncryptedTextField
from common.ids import new_id
from people.models import Organisation
from recognition.enums import Giver, MilestoneKind, Warmth


class Thanks(models.Model):
    """Someone says thank you to a volunteer: a fixed sentence, and perhaps some words of their own.

    ``source_id`` is the agreement it is for; an organisation or the centre may say it without one. The
    volunteer does not see who it was by name: they know whom they helped.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="thanks")
    giver = models.CharField(max_length=12, choices=Giver.choices)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    source_id = models.UUIDField(null=True, blank=True)
    sentence = models.CharField(max_length=8, choices=Warmth.choices)
    words = EncryptedTextField(blank=True, default="")
    at = models.DateTimeField(default=clock.now, editable=False)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["at"], name="thanks_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "giver", "source_id"],
                condition=Q(source_id__isnull=False),
                name="thanked_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Milestone(models.Model):
    """A volunteer helps for so long, or gave so many hours. Said once; nobody is compared with anybody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="milestones")
    kind = models.CharField(max_length=12, choices=MilestoneKind.choices)
    reached_on = models.DateField()

    class Meta:
        ordering = ("-reached_on", "-id")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="each_milestone_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"
