import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.encryption
import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_organisations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("resident", "Resident"),
                            ("representative", "Representative"),
                            ("referrer", "Referrer"),
                            ("volunteer", "Volunteer"),
                            ("organisation", "Organisation contact"),
                            ("trainer", "Trainer"),
                            ("coordinator", "Coordinator"),
                            ("confidential_officer", "Confidential officer"),
                            ("analyst", "Analyst"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=24,
                    ),
                ),
                ("manages", models.BooleanField(default=False, help_text="As of a grant")),
                ("email", common.encryption.EncryptedTextField()),
                ("email_digest", models.CharField(db_index=True, max_length=64)),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Not answered yet"),
                            ("accepted", "Accepted"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("created_at", models.DateTimeField(default=common.clock.now, editable=False)),
                ("sent_at", models.DateTimeField(default=common.clock.now)),
                ("expires_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.centre",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("centre__isnull", False), ("organisation", None)),
                            models.Q(("centre", None), ("organisation__isnull", False)),
                            _connector="OR",
                        ),
                        name="invitation_to_one_place",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("organisation", None), ("state", "open")),
                        fields=("email_digest", "role", "centre"),
                        name="one_open_invitation_per_centre",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("centre", None), ("state", "open")),
                        fields=("email_digest", "role", "organisation"),
                        name="one_open_invitation_per_organisation",
                    ),
                ],
            },
        ),
    ]
