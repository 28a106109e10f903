"""A second wake-up on PostgreSQL, for whoever keeps a copy of something: it rings for every event, handled or not."""

from django.db import migrations

from common.on_postgresql import on_postgresql

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


class Migration(migrations.Migration):
    dependencies = [("events", "0001_events")]
    operations = [on_postgresql(TRIGGER, NO_TRIGGER)]
