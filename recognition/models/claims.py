"""Costs that volunteers ask back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common import clock
from common.ids import new_id
from people.models import Centre, Organisation
from recognition.enums import ClaimKind, ClaimState, RefusalReason


class Claim(models.Model):
    """What one volunteer asks back for one day; amounts in euros.

    ``rate`` is what a kilometre paid on the day of asking. Account numbers and receipts are not kept: who
    pays has them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="claims")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=ClaimKind.choices)
    day = models.DateField()
    kilometres = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    rate = models.DecimalField(max_digits=5, decimal_places=3, null=True, blank=True)
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    note = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=9, choices=ClaimState.choices, default=ClaimState.SUBMITTED)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    refusal = models.CharField(max_length=12, choices=RefusalReason.choices, blank=True)

    class Meta:
        ordering = ("-day", "-id")
        indexes = [
            models.Index(fields=["user", "-day"], name="claim_user"),
            models.Index(fields=["centre", "state"], name="claim_centre_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="claim_of_something"),
            models.CheckConstraint(
                condition=Q(kind="kilometres", kilometres__gt=0, rate__gt=0)
                | (~Q(kind="kilometres") & Q(kilometres=None, rate=None)),
                name="claim_kilometres_have_a_rate",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def with_whom(self) -> str:
        """Who pays: the organisation, or the centre."""
        return self.organisation.name if self.organisation else self.centre.name
