"""Tell who keeps a copy of the volunteers what changed: a trigger as a transaction commits.

After each migration the function is written anew so that it tells rows as the code reads them
(`matching.told.install`); until then it says only that somebody has changed.
"""

from django.db import migrations

from common.on_postgresql import on_postgresql

TRIGGER = """
CREATE OR REPLACE FUNCTION matching_tell_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('samenkracht_supply', '');
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER matching_tell_row AFTER INSERT ON events_eventrecord
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (NEW.payload ? 'volunteer_id' OR NEW.payload ? 'user_id')
EXECUTE FUNCTION matching_tell_row();
"""
NO_TRIGGER = """
DROP TRIGGER IF EXISTS matching_tell_row ON events_eventrecord;
DROP FUNCTION IF EXISTS matching_tell_row();
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0009_vacancy_tips"), ("events", "0002_news")]
    operations = [on_postgresql(TRIGGER, NO_TRIGGER)]
