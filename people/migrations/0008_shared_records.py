import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.encryption
import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_logos"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accesslog",
            name="why",
            field=models.CharField(
                choices=[
                    ("details", "opened the details"),
                    ("request", "handled a request for help"),
                    ("caller", "looked up who was calling"),
                    ("list", "fetched a list"),
                    ("agreement", "an appointment together"),
                    ("asked", "the person asked for it"),
                    ("elsewhere", "help from another centre, with consent"),
                ],
                default="details",
                max_length=9,
            ),
        ),
        migrations.CreateModel(
            name="SharedRecord",
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
                            ("help_here", "Asks for help in our area"),
                            ("stays_here", "Stays in our area for a time"),
                            ("moves", "Is moving to our area"),
                            ("stands_in", "We stand in for the other centre"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "note",
                    common.encryption.EncryptedTextField(
                        blank=True, default="", help_text="The reason in a few words"
                    ),
                ),
                (
                    "said_yes",
                    models.CharField(
                        choices=[
                            ("phone", "On the phone"),
                            ("met", "In person"),
                            ("written", "In a letter or an e-mail"),
                        ],
                        help_text="How the resident agreed",
                        max_length=8,
                    ),
                ),
                (
                    "consent_version",
                    models.CharField(help_text="Of the text that was agreed to", max_length=12),
                ),
                ("opened_at", models.DateTimeField(default=common.clock.now)),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.centre"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shared",
                        to="people.resident",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["reader", "until"], name="shared_reader_until")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("resident", "reader"),
                        name="one_running_share",
                    )
                ],
            },
        ),
    ]
