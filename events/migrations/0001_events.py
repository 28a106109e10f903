"""The event table with its wake-up trigger on PostgreSQL, and the table of kept API answers."""

from django.db import migrations, models

import common.clock
import common.encryption
from common.on_postgresql import on_postgresql

# NOTIFY inside the recording transaction: workers hear of it after commit and not at all after a rollback.
# A trigger costs the application no extra round trip. Timers are found by polling when they fall due.
TRIGGER = """
CREATE FUNCTION events_wake_workers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('samenkracht_events', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER events_wake_workers AFTER INSERT ON events_eventrecord
FOR EACH ROW WHEN (NEW.state = 'pending' AND NEW.ready_at <= clock_timestamp() + interval '1 second')
EXECUTE FUNCTION events_wake_workers();
"""
NO_TRIGGER = """
DROP TRIGGER IF EXISTS events_wake_workers ON events_eventrecord;
DROP FUNCTION IF EXISTS events_wake_workers();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="EventRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("type", models.CharField(max_length=100, verbose_name="type")),
                ("payload", models.JSONField(default=dict, verbose_name="ids")),
                ("actor_id", models.UUIDField(null=True, verbose_name="who")),
                ("key", models.CharField(blank=True, default="", max_length=200, verbose_name="key")),
                ("at", models.DateTimeField(default=common.clock.now, verbose_name="recorded at")),
                ("due_at", models.DateTimeField(default=common.clock.now, verbose_name="due at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting"),
                            ("leased", "being handled"),
                            ("handled", "handled"),
                            ("parked", "parked"),
                            ("cancelled", "cancelled"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("ready_at", models.DateTimeField(default=common.clock.now, verbose_name="not before")),
                ("lease_token", models.UUIDField(editable=False, null=True)),
                ("handled_by", models.JSONField(default=list, verbose_name="handled by")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="failed attempts")),
                (
                    "last_error",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="last error"),
                ),
                ("handled_at", models.DateTimeField(null=True, verbose_name="handled at")),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ("pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("pending", "leased"))),
                        fields=["ready_at", "id"],
                        name="events_open_by_ready_at",
                    ),
                    models.Index(
                        condition=models.Q(("state", "parked")), fields=["id"], name="events_parked"
                    ),
                    models.Index(fields=["type", "at"], name="events_by_type_and_time"),
                    models.Index(fields=["at"], name="events_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("key", ""), _negated=True),
                            models.Q(("state", "cancelled"), _negated=True),
                        ),
                        fields=("key",),
                        name="events_one_live_record_per_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotentCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=128)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("answer", common.encryption.EncryptedJSONField()),
                ("created_at", models.DateTimeField(db_index=True, default=common.clock.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "key"), name="events_one_call_per_scope_and_key")
                ],
            },
        ),
        on_postgresql(TRIGGER, NO_TRIGGER),
    ]
