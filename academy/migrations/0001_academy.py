import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "bit",
                    models.PositiveSmallIntegerField(
                        editable=False, help_text="Place in the engine's masks, 0 to 63"
                    ),
                ),
                ("slug", models.SlugField(unique=True, verbose_name="short name in addresses")),
                ("title_nl", models.CharField(max_length=120, verbose_name="title in Dutch")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="title in English")),
                ("summary_nl", models.TextField(max_length=600, verbose_name="summary in Dutch")),
                (
                    "summary_en",
                    models.TextField(blank=True, max_length=600, verbose_name="summary in English"),
                ),
                (
                    "valid_months",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: it does not lapse",
                        null=True,
                        verbose_name="valid for (months)",
                    ),
                ),
                ("published", models.BooleanField(default=False, verbose_name="on offer")),
                ("created_at", models.DateTimeField(default=common.clock.now, editable=False)),
                ("retired_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at", None)),
                        fields=("bit",),
                        name="one_living_course_per_bit",
                    ),
                    models.CheckConstraint(condition=models.Q(("bit__lt", 64)), name="course_bit_in_mask"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_months", None), ("valid_months__gte", 1), _connector="OR"),
                        name="course_valid_for_a_month",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Completion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("completed_on", models.DateField()),
                (
                    "valid_until",
                    models.DateField(blank=True, help_text="Last valid day; empty: no end", null=True),
                ),
                ("recorded_at", models.DateTimeField(default=common.clock.now, editable=False)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="completions",
                        to="people.volunteer",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completions",
                        to="academy.course",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("volunteer", "course", "completed_on"),
                        name="one_completion_per_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CategoryRequirement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("transport", "A ride"),
                            ("groceries", "Shopping"),
                            ("company", "Company"),
                            ("garden", "Garden"),
                            ("paperwork", "Letters and forms"),
                            ("digital", "Computer and phone"),
                            ("language", "Practising Dutch"),
                            ("repairs", "Odd jobs in the house"),
                            ("moving", "Lifting and moving"),
                            ("pets", "Pets"),
                            ("tutoring", "Help with school"),
                            ("respite", "Relieving an informal carer"),
                            ("outing", "Going out together"),
                            ("meals", "Meals"),
                            ("household", "Light housework"),
                            ("phone_circle", "Phone circle"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="course_requirements",
                        to="people.centre",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requirements",
                        to="academy.course",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("centre", "category", "course"), name="one_course_requirement_per_category"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseInvitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField(default=common.clock.now, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "Invited"),
                            ("accepted", "Wants to do it"),
                            ("declined", "Not now"),
                            ("done", "Done"),
                        ],
                        default="sent",
                        max_length=8,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="academy.course",
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
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="course_invitations",
                        to="people.volunteer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["sent", "accepted"])),
                        fields=("volunteer", "course"),
                        name="one_running_invitation",
                    )
                ],
            },
        ),
    ]
