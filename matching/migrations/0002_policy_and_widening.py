"""Which kinds of help start and open by themselves; the emergency brake; the question for another daypart."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.ids

EVERY_CATEGORY = (1 << 16) - 1


def every_category(apps, schema_editor):
    """A centre that let all asking start by itself goes on doing so."""
    policies = apps.get_model("matching", "DispatchPolicy").objects
    policies.filter(auto_start=True).update(auto_start_categories=EVERY_CATEGORY)


def back_to_one_flag(apps, schema_editor):
    """Back: whoever let any kind start by itself has the flag."""
    policies = apps.get_model("matching", "DispatchPolicy").objects
    policies.exclude(auto_start_categories=0).update(auto_start=True)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("help_requests", "0001_help_requests"),
        ("matching", "0001_matching"),
    ]

    operations = [
        migrations.AddField(
            model_name="dispatchpolicy",
            name="auto_start_categories",
            field=models.IntegerField(
                default=0,
                help_text="Mask of the kinds of help for which asking starts as soon as one is approved",
            ),
        ),
        migrations.AddField(
            model_name="dispatchpolicy",
            name="auto_open_categories",
            field=models.IntegerField(
                default=0,
                help_text="Mask of the kinds of help that open by themselves after the automatic check",
            ),
        ),
        migrations.AddField(
            model_name="dispatchpolicy",
            name="newcomer_seat",
            field=models.BooleanField(
                default=True, help_text="Keep the last place of a wave for a newcomer, when one fits"
            ),
        ),
        migrations.AddField(
            model_name="dispatchpolicy",
            name="halted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(every_category, back_to_one_flag),
        migrations.RemoveField(model_name="dispatchpolicy", name="auto_start"),
        migrations.AddField(
            model_name="dispatch",
            name="halted",
            field=models.BooleanField(default=False, help_text="Stopped by the emergency brake"),
        ),
        migrations.CreateModel(
            name="Widening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("daypart", models.PositiveSmallIntegerField()),
                ("on_date", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waiting for the resident"),
                            ("yes", "The resident says yes"),
                            ("no", "The resident says no"),
                            ("lapsed", "No longer asked"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=common.clock.now)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="widenings",
                        to="help_requests.helprequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("request", "daypart"),
                        name="one_open_widening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("daypart__lt", 21)), name="widening_is_a_daypart"
                    ),
                ],
            },
        ),
    ]
