"""What every import shares: batches, strictness, progress, the report, and writing many rows at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from django.db import models, transaction

from places.errors import ImportRefused
from places.importing.base import Fault

BATCH = 500

Row = TypeVar("Row")
Progress = Callable[[int, int | None], None]


@dataclass(slots=True)
class ImportReport:
    """What an import has done. ``left_out`` are rows that were not meant for us, ``faults`` wrong ones."""

    created: int = 0
    updated: int = 0
    left_out: int = 0
    faults: list[Fault] = field(default_factory=list)


def quietly(_done: int, _of: int | None) -> None:
    """Show no progress."""


def import_rows(
    rows: Iterable[Row | Fault | None],
    store: Callable[[list[Row], ImportReport], None],
    *,
    number: int | None,
    strict: bool,
    progress: Progress,
) -> ImportReport:
    """Store rows in batches of 500, each in a transaction of its own; return what has been done.

    A wrong line does not hold up the good ones; with ``strict`` the whole import is one transaction
    that comes to nothing when any line is wrong. ``progress`` hears how many of ``number`` are done.

    Raises:
        ImportRefused: with ``strict``, when a line was wrong; its ``faults`` tell all of them.
    """
    report = ImportReport()
    done = 0
    with transaction.atomic() if strict else nullcontext():
        for batch in _batches(rows):
            report.faults += [row for row in batch if isinstance(row, Fault)]
            report.left_out += sum(row is None for row in batch)
            with transaction.atomic():
                store([row for row in batch if row is not None and not isinstance(row, Fault)], report)
            done += len(batch)
            progress(done, number)
        if strict and report.faults:
            raise ImportRefused(
                f"Nothing was imported: {len(report.faults)} wrong lines and --strict.", faults=report.faults
            )
    return report


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def upsert(
    changes: Iterable[tuple[models.Model, frozenset[str]]], known: set[str], report: ImportReport
) -> None:
    """Insert objects, or where their ``code`` is known update only the fields named beside each.

    ``known`` are the codes that were in the table before; the report counts by them.
    """
    grouped: defaultdict[tuple[type[models.Model], frozenset[str]], list[models.Model]] = defaultdict(list)
    for instance, fields in changes:
        grouped[type(instance), fields].append(instance)
    for (model, fields), instances in grouped.items():
        model._default_manager.bulk_create(
            instances, update_conflicts=True, unique_fields=["code"], update_fields=sorted(fields)
        )
        updated = sum(getattr(instance, "code") in known for instance in instances)  # noqa: B009  (typed as Model)
        report.updated += updated
        report.created += len(instances) - updated
