"""An index for a table that people are writing to.

``AddIndex`` holds up every write until the index is there, which on a table of a whole country takes minutes.
PostgreSQL can build it beside them; that cannot be done within a transaction, so the migration says
``atomic = False`` and holds nothing else. SQLite has one writer at a time anyway and takes the ordinary way.
"""

from typing import Any

from django.db import NotSupportedError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddIndex
from django.db.migrations.state import ProjectState


class AddIndexLive(AddIndex):
    """Adds an index while others go on writing. Trying again after it broke off is harmless.

    Raises:
        NotSupportedError: the migration runs in a transaction.
    """

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: Any
    ) -> None:
        """Build it beside what is going on. What an attempt that broke off left behind goes first."""
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        self._require_no_transaction(schema_editor)
        schema_editor.remove_index(model, self.index, concurrently=True)  # type: ignore[call-arg]
        schema_editor.add_index(model, self.index, concurrently=True)  # type: ignore[call-arg]

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: Any
    ) -> None:
        """Let it go in the same way."""
        if schema_editor.connection.vendor != "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            return
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            self._require_no_transaction(schema_editor)
            schema_editor.remove_index(model, self.index, concurrently=True)  # type: ignore[call-arg]

    def _require_no_transaction(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.in_atomic_block:
            raise NotSupportedError("Say atomic = False in a migration that adds an index live.")
