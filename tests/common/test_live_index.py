"""An index on a table that was there before is built beside those who write."""

import pytest
from django.apps import apps
from django.db import NotSupportedError, connection, models, transaction
from django.db.migrations import AddIndex, CreateModel, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from common.live_index import AddIndexLive
from people.models import Centre
from tools.compile_messages import ROOT

NAME = "live_index_tried"
# From before there was an installation that has people in it.
EARLIER = frozenset(
    {
        ("matching", "0001_matching"),
        ("notifications", "0002_preferences"),
        ("people", "0004_organisations"),
        ("vacancies", "0001_vacancies"),
    }
)


def holding_up(app: str, migration: type[Migration]) -> list[str]:
    """The models whose writers a migration would keep waiting, and whether it cannot work at all."""
    made = {each.name_lower for each in migration.operations if isinstance(each, CreateModel)}
    added = [each for each in migration.operations if isinstance(each, AddIndex)]
    live = [each for each in added if isinstance(each, AddIndexLive)]
    wrong = [
        f"{app}.{each.model_name}" for each in added if each not in live and each.model_name_lower not in made
    ]
    return wrong + ([f"{app} in a transaction"] if live and migration.atomic else [])


def test_no_migration_of_ours_holds_writers_up_for_an_index():
    found = {
        key: holding_up(key[0], type(migration))
        for key, migration in MigrationLoader(None).disk_migrations.items()
        if (ROOT / key[0] / "migrations").is_dir() and key not in EARLIER
    }
    assert {key: wrong for key, wrong in found.items() if wrong} == {}
    assert len(found) > 30


def test_the_guard_sees_both_ways_of_doing_it_wrong():
    index = models.Index(fields=["name"], name=NAME)

    class Usual(Migration):
        operations = [AddIndex("centre", index)]

    class Careless(Migration):
        operations = [AddIndexLive("centre", index)]

    assert holding_up("people", Usual) == ["people.centre"]
    assert holding_up("people", Careless) == ["people in a transaction"]


@pytest.mark.django_db(transaction=True)
def test_it_is_built_taken_away_and_built_again():
    operation = AddIndexLive("centre", models.Index(fields=["name"], name=NAME))
    before = ProjectState.from_apps(apps)
    after = before.clone()
    operation.state_forwards("people", after)

    def there():
        with connection.cursor() as cursor:
            return NAME in connection.introspection.get_constraints(cursor, Centre._meta.db_table)

    def run(step, frm, to):
        with connection.schema_editor(atomic=False) as editor:
            step("people", editor, frm, to)

    run(operation.database_forwards, before, after)
    assert there()
    if connection.vendor == "postgresql":
        run(operation.database_forwards, before, after)  # after an attempt that broke off
        with connection.schema_editor(atomic=False, collect_sql=True) as editor:
            operation.database_forwards("people", editor, before, after)
        assert ["INDEX CONCURRENTLY" in line for line in editor.collected_sql] == [True, True]
        with transaction.atomic(), pytest.raises(NotSupportedError):
            run(operation.database_forwards, before, after)
    run(operation.database_backwards, after, before)
    assert not there()
