"""The daily proposal: who could be asked today, over all open requests at once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("help_requests", "0003_lasting_help"),
        ("matching", "0003_lasting_help"),
        ("people", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DailyProposal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "To be answered"), ("closed", "Past")],
                        default="running",
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField(default=common.clock.now)),
                (
                    "requests",
                    models.PositiveIntegerField(default=0, help_text="Open requests that were looked at"),
                ),
                ("helped", models.PositiveIntegerField(default=0)),
                ("filled", models.PositiveIntegerField(default=0)),
                ("score", models.FloatField(default=0.0, help_text="Sum of the scores")),
                ("nearest_helped", models.PositiveIntegerField(default=0)),
                ("nearest_filled", models.PositiveIntegerField(default=0)),
                ("nearest_score", models.FloatField(default=0.0, help_text="Sum of the scores")),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="daily_proposals",
                        to="people.centre",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProposedPair",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("confirmed", "Asked"),
                            ("changed", "Someone else chosen"),
                            ("rejected", "Rejected"),
                            ("stale", "No longer possible"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("score", models.FloatField(help_text="0-1")),
                ("distance_m", models.PositiveIntegerField(help_text="To the centre of the cell, metres")),
                (
                    "reasons",
                    models.JSONField(
                        default=list, help_text="Terms of the score: term, value, weight, params"
                    ),
                ),
                (
                    "stale_why",
                    models.JSONField(
                        blank=True, default=list, help_text="Codes of errors and names of hard rules"
                    ),
                ),
                (
                    "reject_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_fit", "These two do not fit together"),
                            ("busy", "This volunteer has enough to do now"),
                            ("solved", "There is another solution for this request"),
                            ("other", "Other"),
                        ],
                        max_length=8,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "instead_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replacements",
                        to="matching.proposedpair",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="matching.offer",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pairs",
                        to="matching.dailyproposal",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposed_pairs",
                        to="help_requests.helprequest",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposed_pairs",
                        to="people.volunteer",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="dailyproposal",
            constraint=models.UniqueConstraint(fields=("centre", "day"), name="proposal_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="dailyproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "running")), fields=("centre",), name="one_running_proposal"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposedpair",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "confirmed"])),
                fields=("proposal", "request", "volunteer"),
                name="proposed_once",
            ),
        ),
    ]
