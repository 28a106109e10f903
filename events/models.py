"""The event table: audit log, outbox and timer queue in one; and the answers kept for repeated API calls."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock
from common.encryption import EncryptedJSONField
from events.base import Event, event_class
from events.enums import OPEN, State


class EventRecord(models.Model):
    """One thing that happened or falls due. The payload holds ids only and is never erased."""

    type = models.CharField(_("type"), max_length=100)
    payload = models.JSONField(_("ids"), default=dict)
    # No foreign key: the log outlives the account, and this app knows no people.
    actor_id = models.UUIDField(_("who"), null=True)
    key = models.CharField(_("key"), max_length=200, blank=True, default="")
    at = models.DateTimeField(_("recorded at"), default=clock.now)
    due_at = models.DateTimeField(_("due at"), default=clock.now)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    # From when a worker may claim an open record: its due time, then the end of the lease or of the back-off.
    ready_at = models.DateTimeField(_("not before"), default=clock.now)
    lease_token = models.UUIDField(null=True, editable=False)
    handled_by = models.JSONField(_("handled by"), default=list)
    attempts = models.PositiveSmallIntegerField(_("failed attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=200, blank=True, default="")
    handled_at = models.DateTimeField(_("handled at"), null=True)

    class Meta:
        """Newest last; one live record per key; claiming reads a small partial index."""

        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("key",),
                condition=~Q(key="") & ~Q(state=State.CANCELLED),
                name="events_one_live_record_per_key",
            )
        ]
        indexes = [
            models.Index(
                fields=("ready_at", "id"), condition=Q(state__in=OPEN), name="events_open_by_ready_at"
            ),
            models.Index(fields=("id",), condition=Q(state=State.PARKED), name="events_parked"),
            models.Index(fields=("type", "at"), name="events_by_type_and_time"),
            models.Index(fields=("at",), name="events_by_time"),
        ]

    def __str__(self) -> str:
        """The type and the number."""
        return f"{self.type} {self.pk}"

    @property
    def event(self) -> Event:
        """The event as its own class. Raises ``UnknownEvent`` when this version has no such class."""
        return event_class(self.type).from_payload(self.payload)


class IdempotentCall(models.Model):
    """The answer to an API call with an ``Idempotency-Key``, kept so that a repeat gets the same one."""

    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    # An object with "headers" (name to value) and "body" (base64).
    answer = EncryptedJSONField()
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        """One answer per caller and key."""

        constraints = [
            models.UniqueConstraint(fields=("scope", "key"), name="events_one_call_per_scope_and_key")
        ]

    def __str__(self) -> str:
        """The number; the key belongs to the caller."""
        return f"call {self.pk}"
