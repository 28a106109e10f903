import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.encryption
import common.ids

# Lines of the step record and of the read log are added, and go with their concern; they are never changed. What
# is encrypted may be encrypted anew with a newer key, for which one needs the keys.
APPEND_ONLY = {
    "safeguarding_concernnote": "id, concern_id, kind, state, party, consent, to_id, by_id, at",
    "safeguarding_concernread": "id, concern_id, reader_id, via, at",
}
SQLITE = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OF {columns} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRES = """
CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER {table}_append_only BEFORE UPDATE OF {columns} ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_append_only()
"""


def forbid_changes(apps, schema_editor):
    statement = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES
    for table, columns in APPEND_ONLY.items():
        schema_editor.execute(statement.format(table=table, columns=columns), params=None)


def allow_changes(apps, schema_editor):
    for table in APPEND_ONLY:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {table}_append_only")
        else:
            schema_editor.execute(f"DROP FUNCTION {table}_append_only() CASCADE")


class Migration(migrations.Migration):
    """Decisions by two, free certificates, concerns with their step record and read log."""

    dependencies = [
        ("people", "0001_people"),
        ("safeguarding", "0002_screening_steps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="categoryrequirement",
            name="category",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Every volunteer"),
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
        migrations.CreateModel(
            name="Concern",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(help_text="Told to who reports", max_length=12, unique=True)),
                ("submission_key", models.UUIDField(blank=True, null=True, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reported", "Reported"),
                            ("received", "Received"),
                            ("advice", "Taking advice"),
                            ("weighing", "Weighing"),
                            ("handled", "Handled"),
                            ("passed_on", "Passed on"),
                        ],
                        default="reported",
                        max_length=10,
                    ),
                ),
                ("urgent", models.BooleanField(default=False)),
                (
                    "told",
                    common.encryption.EncryptedJSONField(
                        help_text="subject, danger, about, story, name, phone, email, postcode, help_request"
                    ),
                ),
                ("reported_at", models.DateTimeField(default=common.clock.now, editable=False)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.centre"
                    ),
                ),
                (
                    "coordinator",
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
            name="ConcernNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("note", "Note"),
                            ("step", "Step"),
                            ("assigned", "Entrusted"),
                            ("handed_over", "Handed over"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reported", "Reported"),
                            ("received", "Received"),
                            ("advice", "Taking advice"),
                            ("weighing", "Weighing"),
                            ("handled", "Handled"),
                            ("passed_on", "Passed on"),
                        ],
                        help_text="After this line",
                        max_length=10,
                    ),
                ),
                ("text", common.encryption.EncryptedTextField(blank=True, default="")),
                (
                    "party",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("veilig_thuis", "Veilig Thuis"),
                            ("police", "Police"),
                            ("general_practitioner", "General practitioner"),
                            ("social_team", "Social team of the municipality"),
                            ("other", "Someone else"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "consent",
                    models.BooleanField(
                        blank=True, help_text="Of whom it is about, to handing over", null=True
                    ),
                ),
                (
                    "to_id",
                    models.UUIDField(blank=True, help_text="The coordinator it was entrusted to", null=True),
                ),
                ("by_id", models.UUIDField()),
                ("at", models.DateTimeField(default=common.clock.now, editable=False)),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="safeguarding.concern",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="ConcernRead",
            fields=[
                (
                    "id",
                    models.BigAutoField(primary_key=True, serialize=False),
                ),
                ("reader_id", models.UUIDField()),
                ("via", models.CharField(choices=[("page", "Page"), ("api", "API")], max_length=4)),
                ("at", models.DateTimeField(default=common.clock.now, editable=False)),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reads",
                        to="safeguarding.concern",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="FreeVog",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("with_vulnerable_people", models.BooleanField(verbose_name="works with vulnerable people")),
                ("not_for_profit", models.BooleanField(verbose_name="is not for profit")),
                (
                    "integrity_policy",
                    models.BooleanField(verbose_name="has a prevention and integrity policy"),
                ),
                ("recorded_on", models.DateField(default=common.clock.today)),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="free_vog",
                        to="people.centre",
                    ),
                ),
                (
                    "organisation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="free_vog",
                        to="people.organisation",
                    ),
                ),
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
            ],
        ),
        migrations.CreateModel(
            name="ScreeningDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("refused", "Refuse"), ("blocked", "Block"), ("lifted", "Lift")],
                        max_length=8,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("not_done", "The step was not done, although asked"),
                            ("no_certificate", "No certificate was issued"),
                            ("references", "The references raise doubts"),
                            ("conduct", "The code of conduct was broken"),
                            ("safety", "The safety of others asks for it"),
                            ("mistake", "It was a mistake"),
                            ("new_facts", "There are new facts"),
                            ("term_over", "The agreed time is over"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("confirmed", "Confirmed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                (
                    "state_before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("required", "Required"),
                            ("in_progress", "In progress"),
                            ("valid", "Valid"),
                            ("expiring", "Expiring"),
                            ("expired", "Expired"),
                            ("refused", "Refused"),
                            ("blocked", "Blocked"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "proposed_as",
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
                ("proposed_at", models.DateTimeField(default=common.clock.now, editable=False)),
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
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "screening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="safeguarding.screening",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="concern",
            index=models.Index(fields=["centre", "state"], name="concern_centre_state"),
        ),
        migrations.AddIndex(
            model_name="concern",
            index=models.Index(fields=["closed_at"], name="concern_closed_at"),
        ),
        migrations.AddConstraint(
            model_name="freevog",
            constraint=models.UniqueConstraint(
                condition=models.Q(("organisation", None)),
                fields=("centre",),
                name="one_free_vog_of_a_centre",
            ),
        ),
        migrations.AddConstraint(
            model_name="screeningdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")), fields=("screening",), name="one_running_decision"
            ),
        ),
        migrations.RunPython(forbid_changes, allow_changes),
    ]
