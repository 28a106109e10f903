"""Addresses at which a volunteer shows what they did."""

from django.conf import settings
from django.db import models

from common import clock
from common.encryption import EncryptedTextField
from common.ids import new_id


class Passport(models.Model):
    """One unguessable address that shows what the volunteer chose, until they take it back.

    The table holds a digest to find it by and the encrypted token to show it to its owner: who reads the
    table cannot open the page.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passports")
    token = EncryptedTextField()
    token_digest = models.CharField(max_length=64, unique=True)
    full_name = models.BooleanField(default=False)
    # Ticked by a minor, or someone of unknown age, themselves; of an adult it is ticked beforehand.
    name_chosen = models.BooleanField(default=False)
    shows_roles = models.BooleanField(default=True)
    shows_hours = models.BooleanField(default=True)
    shows_trainings = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return str(self.id)
