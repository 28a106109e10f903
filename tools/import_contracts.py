"""The import contract that import-linter does not bring: apps meet each other in their public rooms only."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PublicRoomsContract(Contract):
    """Across apps only the listed modules may be imported.

    An allow-list, so that a new module is private until someone decides otherwise.

    Options (pyproject.toml):
        apps: the packages that keep their rooms private.
        rooms: the modules of every app that others may import (``models``), or of one (``events.registry``).
        composers: the packages that may import anything (they only put the apps together).
    """

    type_name = "public_rooms"

    apps = fields.ListField(subfield=fields.StringField())
    rooms = fields.ListField(subfield=fields.StringField())
    composers = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return the check, with every import of a private module in its metadata."""
        trespasses = sorted(
            (importer, imported)
            for importer in graph.modules
            for imported in graph.find_modules_directly_imported_by(importer)
            if self._trespasses(importer, imported)
        )
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    def _trespasses(self, importer: str, imported: str) -> bool:
        guest = importer.partition(".")[0]
        app, _, inside = imported.partition(".")
        if app not in self._listed("apps") or guest == app or guest in self._listed("composers"):
            return False
        room = inside.partition(".")[0]
        rooms = self._listed("rooms")
        return room not in rooms and f"{app}.{room}" not in rooms

    def _listed(self, option: str) -> Any:
        return getattr(self, option)

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line per import of a private module."""
        for importer, imported in check.metadata["trespasses"]:
            output.print_error(f"- {importer} imports {imported}, which is private to its app", bold=False)
        output.new_line()
