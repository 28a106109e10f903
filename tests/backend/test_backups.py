"""A backup holds everything, is found damaged before it matters, and brings everything back."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from backend import backups
from backend.backups import BackupFailed, made_at, make_backup, prune, restore_backup
from events.worker import Worker
from people.enums import ErasureReason
from people.models import Resident, User
from people.services import erase_for
from tests.factories.people import CentreFactory, CoordinatorFactory, ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_everything_comes_back_and_what_came_later_is_gone(tmp_path):
    kept = ResidentFactory(name="Ans de Wit", address={"street": "Dorpsstraat", "house_number": "12"})
    copy = make_backup(tmp_path)
    Resident.objects.filter(pk=kept.pk).delete()
    later = UserFactory()
    restore_backup(copy)
    back = Resident.objects.get(pk=kept.pk)
    assert (back.name, back.address["street"]) == ("Ans de Wit", "Dorpsstraat")
    assert not User.objects.filter(pk=later.pk).exists()


def test_a_table_that_is_younger_than_the_copy_is_no_obstacle(tmp_path):
    someone = UserFactory()
    copy = make_backup(tmp_path)
    with connection.cursor() as cursor:
        key = "uuid" if connection.vendor == "postgresql" else "char(32)"
        cursor.execute(f"CREATE TABLE younger (id {key} REFERENCES people_user (id))")
    restore_backup(copy)
    assert User.objects.filter(pk=someone.pk).exists()
    assert "younger" not in connection.introspection.table_names()


def test_the_file_is_its_owners_only_and_holds_no_name_in_the_open(tmp_path):
    ResidentFactory(name="Qxzinwonernaam")
    copy = make_backup(tmp_path)
    assert copy.stat().st_mode & 0o077 == 0
    assert b"Qxzinwonernaam" not in copy.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == [copy.name]


def test_a_damaged_copy_is_refused_and_changes_nothing(tmp_path):
    someone = UserFactory()
    copy = make_backup(tmp_path)
    broken = copy.with_stem("samenkracht-broken")
    broken.write_bytes(b"no database" + copy.read_bytes()[11:4000])
    cut = copy.with_stem("samenkracht-cut")
    cut.write_bytes(copy.read_bytes()[: copy.stat().st_size * 7 // 10])
    for wrong in (broken, cut, tmp_path / "absent.sqlite3", copy.with_suffix(".zip")):
        with pytest.raises(BackupFailed):
            restore_backup(wrong)
    assert User.objects.filter(pk=someone.pk).exists()


def test_a_copy_that_is_not_whole_never_gets_a_name(tmp_path, monkeypatch):
    def refuse(path: Path) -> None:
        raise BackupFailed("not whole")

    monkeypatch.setattr(backups, "_store", lambda: real._replace(check=refuse))
    real = backups._SQLITE if backups.connection.vendor == "sqlite" else backups._POSTGRES
    with pytest.raises(BackupFailed):
        make_backup(tmp_path)
    assert backups.backups_in(tmp_path) == []


def test_the_newest_stay(tmp_path, clock):
    made = [make_backup(tmp_path)]
    for _ in range(2):
        clock.forward(hours=1)
        made.append(make_backup(tmp_path))
    assert prune(tmp_path, 2) == [made[0]]
    assert backups.backups_in(tmp_path) == [made[2], made[1]]
    assert prune(tmp_path, 0) == [made[1]]


def test_the_name_tells_when_it_was_made(tmp_path, clock):
    clock.at(datetime(2025, 6, 3, 8, 0, 0, tzinfo=UTC))
    assert made_at(make_backup(tmp_path)) == datetime(2025, 6, 3, 8, 0, 0, tzinfo=UTC)
    assert made_at(Path("holiday.sqlite3")) is None


def test_the_commands_make_and_put_back_and_do_not_overwrite_people_unasked(tmp_path):
    someone = UserFactory()
    told = StringIO()
    call_command("backup", into=tmp_path, keep=3, stdout=told)
    copy = backups.backups_in(tmp_path)[0]
    assert copy.name in told.getvalue()
    User.objects.filter(pk=someone.pk).delete()
    another = UserFactory()
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", copy, stdout=told)
    assert User.objects.filter(pk=another.pk).exists()
    call_command("restore", copy, replace=True, stdout=told)
    assert User.objects.filter(pk=someone.pk).exists()
    assert not User.objects.filter(pk=another.pk).exists()


def test_who_was_erased_since_stays_erased_when_a_backup_is_put_back(tmp_path, settings):
    settings.ERASURE_LOG = tmp_path / "erasures.jsonl"
    centre = CentreFactory()
    gone, kept = (
        ResidentFactory(name="Qxzweg", centre=centre),
        ResidentFactory(name="Ans de Wit", centre=centre),
    )
    told = StringIO()
    call_command("backup", into=tmp_path, keep=3, stdout=told)
    erase_for(gone, reason=ErasureReason.ASKED, by=CoordinatorFactory(centre))
    Worker().run_due()
    call_command("restore", backups.backups_in(tmp_path)[0], replace=True, stdout=told)
    assert "1 people who had been erased since are erased again" in told.getvalue()
    assert Resident.objects.get(pk=gone.pk).name == ""
    assert Resident.objects.get(pk=gone.pk).address is None
    assert Resident.objects.get(pk=kept.pk).name == "Ans de Wit"
