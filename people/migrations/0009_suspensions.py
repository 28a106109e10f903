import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.encryption
import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_shared_records"),
    ]

    operations = [
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("money", "Asks for money, or sells something"),
                            ("conduct", "Behaves in a way that is not all right"),
                            ("safety", "The safety of someone else"),
                            ("identity", "Is perhaps not who they say they are"),
                            ("taken_over", "Someone else may be using the account"),
                            ("other", "Something else"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", common.encryption.EncryptedTextField(blank=True, default="")),
                ("at", models.DateTimeField(default=common.clock.now)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_why", common.encryption.EncryptedTextField(blank=True, default="")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suspensions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("user",),
                        name="one_running_suspension",
                    )
                ],
            },
        ),
    ]
