"""What the import commands share: arguments, the progress line, the summary."""

from abc import abstractmethod
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from places.errors import ImportRefused
from places.services import ImportReport
from places.services.importing import Progress

FAULTS_SHOWN = 50
BAR_WIDTH = 30
LINES_PER_NOTE = 100_000


class ProgressLine:
    """A bar on a terminal; in a log file a line now and then."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._noted = 0

    def __call__(self, done: int, number: int | None) -> None:
        """Show that ``done`` rows of ``number`` (``None``: unknown) have been dealt with."""
        if self._out.isatty():
            self._out.write(f"\r{_bar(done, number)}", ending="\n" if done == number else "")
        elif done == number or done - self._noted >= LINES_PER_NOTE:
            self._noted = done
            self._out.write(_bar(done, number))


def _bar(done: int, number: int | None) -> str:
    if not number:
        return f"{done:,} rows"
    filled = BAR_WIDTH * done // number
    return f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {done:,} of {number:,} ({100 * done // number}%)"


class ImportCommand(BaseCommand):
    """A command that imports one file and tells what it did, line by line where something was wrong."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and how strictly."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--strict",
            action="store_true",
            help="import nothing when a single line is wrong (default: the good ones)",
        )

    @abstractmethod
    def run(self, options: Mapping[str, Any], progress: Progress) -> ImportReport:
        """Call the service."""

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run and report. Exits with status 1 when nothing was imported."""
        try:
            report = self.run(options, ProgressLine(self.stderr))
        except ImportRefused as refusal:
            self._tell(refusal.faults)
            raise CommandError(str(refusal)) from refusal
        self._tell(report.faults)
        self.stdout.write(
            f"{report.created} new, {report.updated} updated, {report.left_out} left out, "
            f"{len(report.faults)} wrong."
        )

    def _tell(self, faults: Sequence[object]) -> None:
        for fault in faults[:FAULTS_SHOWN]:
            self.stderr.write(str(fault))
        if len(faults) > FAULTS_SHOWN:
            self.stderr.write(f"… and {len(faults) - FAULTS_SHOWN} more")
