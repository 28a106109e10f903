"""Steps of migrations that only PostgreSQL takes: triggers that send NOTIFY, which SQLite has no need of."""

from collections.abc import Callable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

_Step = Callable[[Any, BaseDatabaseSchemaEditor], None]


def on_postgresql(sql: str, undo: str) -> RunPython:
    """Return a step that runs ``sql`` on PostgreSQL and nothing elsewhere; ``undo`` takes it back."""
    return RunPython(_run(sql), _run(undo))


def _run(sql: str) -> _Step:
    def step(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return step
