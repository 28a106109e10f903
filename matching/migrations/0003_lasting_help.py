"""Help that goes on: first meeting, trial, being under way, looking back, breaks and the end."""

import django.db.models.deletion
from django.db import migrations, models

import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("help_requests", "0003_lasting_help"),
        ("matching", "0002_policy_and_widening"),
        ("people", "0001_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("introduction", "After the first meeting"),
                            ("trial", "After the trial period"),
                            ("evaluation", "Looking back"),
                        ],
                        max_length=12,
                    ),
                ),
                ("asked_at", models.DateTimeField(help_text="From this moment on it can be answered")),
                ("volunteer_goes_on_at", models.DateTimeField(blank=True, null=True)),
                ("resident_goes_on_at", models.DateTimeField(blank=True, null=True)),
                (
                    "volunteer_outcome",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "Not well"), (2, "It could be better"), (3, "Well")],
                        null=True,
                    ),
                ),
                (
                    "resident_outcome",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "Not well"), (2, "It could be better"), (3, "Well")],
                        null=True,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="assignment",
            name="one_helper_per_slot",
        ),
        migrations.RemoveConstraint(
            model_name="assignment",
            name="helps_once_per_request",
        ),
        migrations.AddField(
            model_name="assignment",
            name="active_since",
            field=models.DateTimeField(
                blank=True, help_text="Both sides went on after the trial period", null=True
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="evaluate_at",
            field=models.DateTimeField(
                blank=True, help_text="When both are asked how it goes; a break puts it off", null=True
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="meeting_place",
            field=models.CharField(
                blank=True, help_text="Where two people meet for the first time, in a word", max_length=80
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="paused_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="assignment",
            name="paused_until",
            field=models.DateField(blank=True, help_text="Last day of the break", null=True),
        ),
        migrations.AddField(
            model_name="assignment",
            name="trial_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="cancel_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ill", "Ill"),
                    ("no_time", "No time after all"),
                    ("not_needed", "No longer needed"),
                    ("no_click", "It does not click"),
                    ("finished", "The agreed time is over"),
                    ("other", "Other"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "Waiting for the resident's yes"),
                    ("agreed", "Agreed"),
                    ("planned", "Appointment made"),
                    ("introduction", "Getting to know each other"),
                    ("trial", "Trial period"),
                    ("active", "Under way"),
                    ("ended", "Ended"),
                    ("done", "Done"),
                    ("no_show", "Did not take place"),
                    ("cancelled", "Called off"),
                ],
                default="agreed",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["proposed", "agreed", "planned", "introduction", "trial", "active", "done"],
                    )
                ),
                fields=("request", "slot"),
                name="one_helper_per_slot",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["proposed", "agreed", "planned", "introduction", "trial", "active", "done"],
                    )
                ),
                fields=("request", "volunteer"),
                name="helps_once_per_request",
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="assignment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="matching.assignment"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("assignment",), name="one_open_review"
            ),
        ),
    ]
