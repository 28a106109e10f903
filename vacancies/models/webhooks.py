"""Where an organisation or a centre wants to hear at once what happens, and what was told."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common import clock
from common.encryption import EncryptedTextField
from common.ids import new_id
from people.models import Centre, Organisation
from vacancies.enums import DeliveryState


class Webhook(models.Model):
    """An https address that is told of published vacancies and of applications, signed with ``secret``."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="webhooks")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="webhooks",
        help_text="Empty: of the centre, told of all its organisations",
    )
    url = models.URLField(max_length=300)
    secret = EncryptedTextField()
    topics = models.JSONField(default=list, help_text="Types of events, as in CloudEvents")
    active = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True, help_text="Switched off after failing for long")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return str(self.id)


class WebhookDelivery(models.Model):
    """One event for one webhook: what was said, how often it was tried, what the other side answered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    topic = models.CharField(max_length=64)
    record = models.BigIntegerField(null=True, help_text="Number of the event; empty: a trial")
    body = models.TextField(help_text="CloudEvents JSON; ids and public facts only")
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["webhook", "-created_at"], name="delivery_webhook"),
            models.Index(fields=["created_at"], name="delivery_created"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "record"], condition=Q(record__isnull=False), name="delivered_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
