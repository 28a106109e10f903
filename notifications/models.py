"""What a person is told: in-app notices, live signals, mail on its way."""

from datetime import time

from django.conf import settings
from django.db import models

from common import clock
from common.encryption import EncryptedJSONField, EncryptedTextField
from common.ids import new_id


class Notice(models.Model):
    """One line in a person's list. The sentence is made when it is shown, from kind and ids."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    object_id = models.UUIDField(help_text="Offer or assignment for a volunteer, else the request")
    for_volunteer = models.BooleanField(default=False)
    event_id = models.BigIntegerField()
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)
    matters_at = models.DateTimeField(
        null=True, blank=True, help_text="When what was called off or moved begins, or was to begin"
    )

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="notice_user")]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "event_id"], name="one_notice_per_event")
        ]

    def __str__(self) -> str:
        return str(self.id)


class NotificationPreference(models.Model):
    """What someone wants to be told outside the platform. No row: everything."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="notification_preference",
    )
    mail_notices = models.BooleanField(default=True)
    # Local time; nothing goes to a phone between the two. Equal: always.
    quiet_from = models.TimeField(default=time(21, 0), db_default=time(21, 0))
    quiet_until = models.TimeField(default=time(8, 0), db_default=time(8, 0))

    def __str__(self) -> str:
        return str(self.pk)


class PushSubscription(models.Model):
    """One device that messages go to. Its address at the push service is a secret, as are its keys."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    endpoint = EncryptedTextField()
    endpoint_digest = models.CharField(max_length=64, unique=True)
    p256dh = EncryptedTextField(help_text="Public key of the browser, base64url")
    auth = EncryptedTextField(help_text="Secret shared with the browser, base64url")
    server_key = models.CharField(max_length=90, help_text="Public half of our key it subscribed under")
    device = models.CharField(max_length=60)
    session_key = EncryptedTextField(help_text="In which session it subscribed")
    signed_in_until = models.DateTimeField(help_text="When that session ends, or ended; then it sleeps")
    created_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True, blank=True, help_text="When a message was last taken")
    failures = models.PositiveSmallIntegerField(default=0, help_text="Since a message was last taken")
    rests_until = models.DateTimeField(
        null=True, blank=True, help_text="The push service is not asked before"
    )

    def __str__(self) -> str:
        return str(self.id)


class LiveSignal(models.Model):
    """One topic that changed for one group of sockets; its id is the cursor clients keep."""

    group = models.CharField(max_length=60)
    topic = models.CharField(max_length=24)
    object_id = models.CharField(max_length=36, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["group", "id"], name="signal_group"),
            models.Index(fields=["at"], name="signal_at"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.id}"


class OutgoingMail(models.Model):
    """A mail waiting for the worker; its content is encrypted and emptied once sent."""

    class State(models.TextChoices):
        """Where the mail is."""

        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    content = EncryptedJSONField(
        null=True, help_text="subject, body, sender, recipients, headers, alternatives"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    ready_at = models.DateTimeField(default=clock.now, help_text="Not to be tried before")
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "ready_at"], name="mail_state_ready")]

    def __str__(self) -> str:
        return str(self.id)
