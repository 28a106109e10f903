"""Keys of a development checkout: made once, also when many start at the same time."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from cryptography.fernet import Fernet

from common.devkeys import development_keys


def test_made_once_and_kept(tmp_path):
    folder = tmp_path / "var" / "deeper"
    first = development_keys(folder)
    assert development_keys(folder) == first
    Fernet(first.field_key)
    assert len({first.secret_key, first.field_key, first.digest_key}) == 3
    assert len(first.secret_key) >= 50
    assert len(first.push_key) == 43
    assert first.push_key == development_keys(folder).push_key != development_keys(tmp_path).push_key


def test_only_the_owner_may_read_them(tmp_path):
    development_keys(tmp_path)
    assert stat.S_IMODE((tmp_path / "dev-keys.json").stat().st_mode) == 0o600


def test_many_at_once_agree_on_one_set_and_leave_nothing_behind(tmp_path):
    racers = 16
    barrier = Barrier(racers)

    def start(_racer: int):
        barrier.wait(timeout=60)
        return development_keys(tmp_path)

    with ThreadPoolExecutor(racers) as pool:
        made = set(pool.map(start, range(racers)))
    assert len(made) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["dev-keys.json"]


def test_the_one_who_comes_second_takes_what_is_there(tmp_path, monkeypatch):
    """The race itself, step by step: the file appears between the look and the move."""
    path = tmp_path / "dev-keys.json"
    theirs = {"secret_key": "s", "field_key": "f", "digest_key": "d"}
    looked = type(path).exists

    def exists_then_appears(self, **kwargs):
        found = looked(self, **kwargs)
        if self == path and not found:
            path.write_text(json.dumps(theirs))
        return found

    monkeypatch.setattr(type(path), "exists", exists_then_appears)
    assert development_keys(tmp_path).secret_key == "s"
