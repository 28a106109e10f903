"""An answer to a vacancy, and what is said about it from both sides."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common import clock
from common.encryption import EncryptedTextField
from common.ids import new_id
from people.models import Centre, Organisation
from vacancies.enums import ApplicationState, DeclineReason, NoteSide
from vacancies.models.vacancies import Vacancy


class Application(models.Model):
    """One person's answer to one vacancy. Once ``started`` it is the agreement that hours are kept on.

    Whoever answers need not be a volunteer of the centre: an account is enough. ``organisation`` and
    ``centre`` are copied from the vacancy, so that a desk finds its own without a join.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="applications")
    # Empty once the person has been erased: how many answered stays, who they were goes.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="applications",
    )
    state = models.CharField(max_length=12, choices=ApplicationState.choices, default=ApplicationState.SENT)
    message = EncryptedTextField(blank=True, default="")
    phone = EncryptedTextField(blank=True, default="")
    sent_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True, help_text="First word or step of the organisation")
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(
        null=True, blank=True, help_text="When the centre was told of the silence"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=12, choices=DeclineReason.choices, blank=True)
    decline_note = EncryptedTextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "state", "sent_at"], name="application_organisation"),
            models.Index(fields=["user", "-sent_at"], name="application_user"),
            models.Index(fields=["vacancy", "sent_at"], name="application_vacancy"),
            models.Index(
                fields=["centre", "escalated_at"],
                condition=Q(state__in=["sent", "read"], escalated_at__isnull=False),
                name="application_silent",
            ),
            models.Index(fields=["state", "ended_at"], name="application_ended"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["vacancy", "user"],
                condition=Q(state__in=["sent", "read", "conversation", "trial", "started"]),
                name="one_running_application",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decline_reason=""), name="declined_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ApplicationNote(models.Model):
    """Something said about an application: to each other, or (``shared`` off) for the own side only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    side = models.CharField(max_length=12, choices=NoteSide.choices)
    text = EncryptedTextField()
    shared = models.BooleanField(default=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return str(self.id)
