import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.encryption
import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0009_suspensions"),
        ("safeguarding", "0003_decisions_and_concerns"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="block",
            name="note",
            field=common.encryption.EncryptedTextField(
                blank=True, default="", help_text="For who set it: whom it is about, or why"
            ),
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("volunteer", "A volunteer"),
                            ("resident", "Someone who asks for help"),
                            ("request", "A request for help"),
                            ("message", "A message"),
                        ],
                        max_length=12,
                    ),
                ),
                ("object_id", models.UUIDField(help_text="What it is about, by its kind")),
                (
                    "path",
                    models.CharField(
                        blank=True, help_text="Of the page where the centre sees it", max_length=200
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("money", "Asks for money, or wants to sell something"),
                            ("rude", "Is rude, pushy or discriminating"),
                            ("unsafe", "It did not feel safe"),
                            ("private", "Private data stand where they should not"),
                            ("false", "This is not real"),
                            ("other", "Something else"),
                        ],
                        max_length=12,
                    ),
                ),
                ("story", common.encryption.EncryptedTextField(blank=True, default="")),
                (
                    "state",
                    models.CharField(
                        choices=[("new", "New"), ("in_hand", "Being looked at"), ("settled", "Settled")],
                        default="new",
                        max_length=8,
                    ),
                ),
                ("reported_at", models.DateTimeField(default=common.clock.now, editable=False)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("measure", "You were right to tell us. We have done something about it."),
                            ("talked", "We have talked about it with the other person."),
                            (
                                "handed_on",
                                "We have asked someone who knows more about this to go on with it.",
                            ),
                            (
                                "nothing",
                                "We have looked carefully and leave it as it is. It was good that you told us.",
                            ),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "answer",
                    common.encryption.EncryptedTextField(
                        blank=True, default="", help_text="A word to who reported"
                    ),
                ),
                (
                    "note",
                    common.encryption.EncryptedTextField(
                        blank=True, default="", help_text="For the centre only"
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.centre"
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reported",
                        to="people.resident",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reported",
                        to="people.volunteer",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["centre", "state"], name="report_centre_state")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "settled"), _negated=True),
                        fields=("reporter", "kind", "object_id"),
                        name="one_open_report_of_one_thing",
                    )
                ],
            },
        ),
    ]
