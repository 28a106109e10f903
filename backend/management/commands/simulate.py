"""Compares ways of asking in a synthetic town."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from bench.city import report
from bench.city.compare import Setup, compare
from bench.city.facts import nieuwegein
from bench.city.policies import POLICIES
from bench.city.progress import Bar

_DAYS, _SEEDS = 365, 5
_SHORT_DAYS, _SHORT_SEEDS = 90, 2


class Command(BaseCommand):
    """``manage.py simulate``: every policy through the same synthetic town; see bench/README.md."""

    help = "Compare ways of asking volunteers in a synthetic Nieuwegein, and write a report with charts."

    def add_arguments(self, parser: CommandParser) -> None:
        """How long, how often, which policies, and where the report goes."""
        parser.add_argument("--days", type=int, help=f"days of requests (default {_DAYS})")
        parser.add_argument("--seeds", type=int, help=f"how many towns, seeds 1 to this (default {_SEEDS})")
        parser.add_argument(
            "--policy", action="append", choices=list(POLICIES), help="only this one; may be repeated"
        )
        parser.add_argument("--out", type=Path, help="folder of the report (default simulation/ in VAR_DIR)")
        parser.add_argument("--short", action="store_true", help=f"{_SHORT_DAYS} days, {_SHORT_SEEDS} seeds")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and write."""
        short = options["short"]
        setup = Setup(
            facts=nieuwegein(),
            days=options["days"] or (_SHORT_DAYS if short else _DAYS),
            seeds=range(1, 1 + (options["seeds"] or (_SHORT_SEEDS if short else _SEEDS))),
            policies=options["policy"] or list(POLICIES),
        )
        comparison = compare(setup, Bar())
        self.stdout.write(report.terminal(comparison))
        files = report.write(comparison, options["out"] or Path(settings.VAR_DIR) / "simulation")
        self.stdout.write(f"\nThe report: {files[0]}")
