"""A second wake-up on PostgreSQL, for whoever keeps a copy of something: it rings for every event, handled or not."""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION events_tell_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('samenkracht_news', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER events_tell_readers AFTER INSERT ON events_eventrecord
FOR EACH STATEMENT EXECUTE FUNCTION events_tell_readers();
"""
NO_TRIGGER = """
DROP TRIGGER IF EXISTS events_tell_readers ON events_eventrecord;
DROP FUNCTION IF EXISTS events_tell_readers();
"""


def run_on_postgresql(sql):
    """Return a migration step that runs ``sql`` on PostgreSQL and nothing elsewhere."""

    def step(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return step


class Migration(migrations.Migration):
    dependencies = [("events", "0001_events")]
    operations = [migrations.RunPython(run_on_postgresql(TRIGGER), run_on_postgresql(NO_TRIGGER))]
