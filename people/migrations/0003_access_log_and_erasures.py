import django.db.models.deletion
from django.db import migrations, models

import common.clock
import common.ids

# A migration that rebuilds this table on SQLite must make the triggers again.
SQLITE = """
CREATE TRIGGER people_accesslog_unchanged BEFORE UPDATE ON people_accesslog
BEGIN SELECT RAISE(ABORT, 'people_accesslog is append-only'); END;
CREATE TRIGGER people_accesslog_kept BEFORE DELETE ON people_accesslog
WHEN OLD.kept_until > strftime('%Y-%m-%d %H:%M:%f', 'now')
BEGIN SELECT RAISE(ABORT, 'people_accesslog is append-only'); END
"""
POSTGRES = """
CREATE FUNCTION people_accesslog_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'people_accesslog is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER people_accesslog_unchanged BEFORE UPDATE ON people_accesslog
FOR EACH ROW EXECUTE FUNCTION people_accesslog_append_only();
CREATE TRIGGER people_accesslog_kept BEFORE DELETE ON people_accesslog
FOR EACH ROW WHEN (OLD.kept_until > now()) EXECUTE FUNCTION people_accesslog_append_only()
"""


def forbid_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE.split("END;"):
            schema_editor.execute(statement.strip().removesuffix("END") + "END", params=None)
    else:
        schema_editor.execute(POSTGRES, params=None)


def allow_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in ("unchanged", "kept"):
            schema_editor.execute(f"DROP TRIGGER people_accesslog_{name}")
    else:
        schema_editor.execute("DROP FUNCTION people_accesslog_append_only() CASCADE")


ACTS = [("read", "Read"), ("changed", "Changed"), ("exported", "Handed over as a file")]
WHY = [
    ("details", "opened the details"),
    ("request", "handled a request for help"),
    ("caller", "looked up who was calling"),
    ("list", "fetched a list"),
    ("agreement", "an appointment together"),
    ("asked", "the person asked for it"),
]
REASONS = [
    ("own", "Their own wish, on the site"),
    ("asked", "They asked for it by phone, by letter or at the desk"),
    ("deceased", "They have died"),
    ("double", "They were registered twice"),
    ("term", "The term of keeping was over"),
]


class Migration(migrations.Migration):
    dependencies = [("people", "0002_consents")]

    operations = [
        migrations.CreateModel(
            name="AccessLog",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reader_id", models.UUIDField()),
                ("subject_id", models.UUIDField(help_text="A resident or a volunteer")),
                ("centre_id", models.UUIDField()),
                ("act", models.CharField(choices=ACTS, default="read", max_length=8)),
                ("why", models.CharField(choices=WHY, default="details", max_length=9)),
                ("at", models.DateTimeField(default=common.clock.now)),
                ("kept_until", models.DateTimeField()),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["subject_id", "-at"], name="access_subject"),
                    models.Index(fields=["reader_id", "-at"], name="access_reader"),
                    models.Index(fields=["kept_until"], name="access_kept_until"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(choices=REASONS, max_length=8)),
                ("digests", models.JSONField(default=list)),
                ("asked_at", models.DateTimeField(default=common.clock.now)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("counts", models.JSONField(default=dict, help_text="Rows per table")),
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
            ],
            options={"ordering": ("-asked_at",)},
        ),
        migrations.CreateModel(
            name="DeletionRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=common.clock.now)),
                ("purpose", models.CharField(max_length=40)),
                ("days", models.PositiveIntegerField(help_text="The term as it was set")),
                ("count", models.PositiveIntegerField()),
            ],
            options={"ordering": ("-at", "purpose")},
        ),
        migrations.RunPython(forbid_changes, allow_changes),
    ]
