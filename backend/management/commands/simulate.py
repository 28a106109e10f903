"""Compares ways of asking in a synthetic town, and answers what if there were more volunteers."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bench.city import report, what_if_report
from bench.city.compare import Setup, compare
from bench.city.nieuwegein import nieuwegein
from bench.city.policies import POLICIES
from bench.city.progress import Bar
from people.enums import HelpCategory
from people.models import Centre
from simulation.errors import CentreTooSmall
from simulation.queries import facts_of
from simulation.town.behaviour import Behaviour
from simulation.town.facts import Facts
from simulation.town.what_if import Question, Search, Spot, spots

_DAYS, _SEEDS = 365, 5
_SHORT_DAYS, _SHORT_SEEDS = 90, 2
_WEAKEST = 3
_FEWEST = 50


class Command(BaseCommand):
    """``manage.py simulate``: every policy through the same synthetic town; see bench/README.md."""

    help = "Compare ways of asking volunteers in a synthetic town, or ask how many more it takes (--what-if)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """How long, how often, which policies, where the report goes; and the what-if."""
        parser.add_argument("--days", type=int, help=f"days of requests (default {_DAYS})")
        parser.add_argument("--seeds", type=int, help=f"how many towns (default {_SEEDS})")
        parser.add_argument("--first-seed", type=int, default=1, help="seed of the first (default 1)")
        parser.add_argument(
            "--policy", action="append", choices=list(POLICIES), help="only this one; may be repeated"
        )
        parser.add_argument(
            "--browsing",
            type=float,
            default=Behaviour().browsing,
            help="odds of a yes to what is read on a board, beside those when asked (default %(default)s)",
        )
        parser.add_argument(
            "--odds", action="append", type=float, default=[], help="also at these odds; may be repeated"
        )
        parser.add_argument("--out", type=Path, help="folder of the report (default simulation/ in VAR_DIR)")
        parser.add_argument("--short", action="store_true", help=f"{_SHORT_DAYS} days, {_SHORT_SEEDS} seeds")
        parser.add_argument(
            "--what-if", action="store_true", help="how many more volunteers for --goal %% within --hours"
        )
        parser.add_argument("--category", choices=HelpCategory.values, help="kind of help of the what-if")
        parser.add_argument("--place", help="neighbourhood of the what-if; without both: the weakest spots")
        parser.add_argument("--goal", type=float, default=95.0, help="%% filled (default 95)")
        parser.add_argument("--hours", type=int, default=48, help="hours until the first yes (default 48)")
        parser.add_argument("--centre", help="slug: the totals of this centre instead of the synthetic town")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare or answer, and write."""
        short = options["short"]
        days = options["days"] or (_SHORT_DAYS if short else _DAYS)
        first = options["first_seed"]
        seeds = range(first, first + (options["seeds"] or (_SHORT_SEEDS if short else _SEEDS)))
        folder: Path = options["out"] or Path(settings.VAR_DIR) / "simulation"
        facts = _facts(options["centre"])
        if not all(0 < odds <= 1 for odds in (options["browsing"], *options["odds"])):
            raise CommandError(
                "Take --browsing and --odds between 0 and 1: nobody is readier to pick than to answer."
            )
        if facts.requests_a_year * days < _FEWEST * 365:
            raise CommandError(
                "There are too few requests in so many days to say anything: take more --days."
            )
        if options["what_if"]:
            question = Question(
                facts=facts, days=days, seeds=seeds, goal=options["goal"], hours=options["hours"]
            )
            self._answer(question, options["category"], options["place"], folder)
        else:
            policies = options["policy"] or list(POLICIES)
            behaviour = Behaviour(browsing=options["browsing"])
            setup = Setup(
                facts=facts,
                days=days,
                seeds=seeds,
                policies=policies,
                behaviour=behaviour,
                odds=options["odds"],
            )
            self._compare(setup, folder)

    def _compare(self, setup: Setup, folder: Path) -> None:
        comparison = compare(setup, Bar())
        self.stdout.write(report.terminal(comparison))
        self.stdout.write(f"\nThe report: {report.write(comparison, folder)[0]}")

    def _answer(self, question: Question, category: str | None, place: str | None, folder: Path) -> None:
        bar = Bar()
        wanted = _wanted(question.facts, spots(question, bar), category, place)
        found = []
        for number, spot in enumerate(wanted):
            place = question.facts.places[spot.place].name
            bar(number / len(wanted), place)
            search = Search(question, spot.category, spot.place, tell=lambda lived: None)
            found.append(search.answer())
        bar(1.0, "")
        self.stdout.write(what_if_report.text(question, found))
        self.stdout.write(f"The report: {what_if_report.write(question, found, folder)}")


def _facts(centre: str | None) -> Facts:
    if centre is None:
        return nieuwegein()
    found = Centre.objects.filter(slug=centre).first()
    if found is None:
        raise CommandError(f"There is no centre {centre}.")
    try:
        return facts_of(found)
    except CentreTooSmall:
        raise CommandError(
            "This centre has too few volunteers or requests to compute with: people could be recognised."
        ) from None


def _wanted(facts: Facts, found: list[Spot], category: str | None, place: str | None) -> list[Spot]:
    """The spots asked for, or the weakest ones."""
    names = [each.name for each in facts.places]
    if place is not None and place not in names:
        raise CommandError(f"There is no neighbourhood {place}. There are: {', '.join(names)}.")
    fitting = [
        spot for spot in found if category in {None, spot.category} and place in {None, names[spot.place]}
    ]
    if not fitting:
        raise CommandError("There are too few such requests to say anything: take more --days.")
    return fitting if category and place else fitting[:_WEAKEST]
