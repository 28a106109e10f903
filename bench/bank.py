"""Benchmark of the public bank: whole pages, as the server makes them, with 20,000 published vacancies.

    python -m tools.servers python -m bench.bank [--vacancies 20000] [--short]

Made-up vacancies of a town with the words of the search benchmark. Each kind of page is asked for many times
through Django with its middleware, without a network: lists with and without words, filters and a postcode,
for a visitor and for a volunteer, a page deep in the list, one vacancy. Printed are the time that passes,
that of the database included, and the processor time of the server's own thread, in which nothing else on
the machine counts. The run stops when the slowest kind takes more than 100 ms of the latter at the 95th
percentile. Works in a transaction that is taken back.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from common import clock  # noqa: E402
from common.search.packing import pack  # noqa: E402
from people.enums import ALL_ORGANISATION_CHECKS, OrganisationState  # noqa: E402
from tests.factories.people import (  # noqa: E402
    CentreFactory,
    DistrictFactory,
    OrganisationFactory,
    PostcodeFactory,
    VolunteerFactory,
)
from vacancies.enums import VacancyCategory, VacancyKind  # noqa: E402
from vacancies.models import Vacancy, VacancyIndexed  # noqa: E402
from vacancies.queries.shelf import shelf  # noqa: E402
from vacancies.queries.words import index  # noqa: E402

LIMIT_MS = 100.0
HEADS = [
    "zorg",
    "wijk",
    "buurt",
    "taal",
    "digi",
    "sport",
    "jeugd",
    "ouderen",
    "natuur",
    "dieren",
    "muziek",
    "kook",
    "tuin",
    "computer",
    "fiets",
    "bus",
]
TAILS = [
    "maatje",
    "begeleider",
    "coach",
    "chauffeur",
    "team",
    "middag",
    "ochtend",
    "groep",
    "tuin",
    "hulp",
    "bezoek",
    "les",
    "bestuur",
    "gastvrouw",
]
VERBS = [
    "helpen",
    "rijden",
    "koken",
    "wandelen",
    "lezen",
    "schrijven",
    "bellen",
    "bezoeken",
    "organiseren",
    "ontvangen",
    "schenken",
    "leren",
]
PLAIN = [
    "je",
    "samen",
    "met",
    "mensen",
    "uit",
    "de",
    "buurt",
    "een",
    "dagdeel",
    "per",
    "week",
    "en",
    "drinkt",
    "daarna",
    "koffie",
    "of",
    "thee",
    "met",
    "elkaar",
]
Row = tuple[str, Callable[[int], str]]


def fill(count: int, chance: random.Random) -> list[Vacancy]:
    """Make that many published vacancies in twenty districts of four hundred organisations."""
    districts = DistrictFactory.create_batch(20)
    for number, district in enumerate(districts):
        PostcodeFactory(code=f"34{31 + number}AB", district=district, lat=52.0 + number / 400, lon=5.08)
    centre = CentreFactory(districts=districts)
    approved = {"state": OrganisationState.APPROVED, "checks": ALL_ORGANISATION_CHECKS}
    organisations = OrganisationFactory.create_batch(min(400, count), centre=centre, **approved)
    made = Vacancy.objects.bulk_create(
        (_vacancy(number, organisations, districts, centre, chance) for number in range(count)),
        batch_size=500,
    )
    terms = ({"title": each.title, "task": each.task} for each in made)
    VacancyIndexed.objects.bulk_create(
        (
            VacancyIndexed(document=each, terms=pack(words, index.weights, language="nl", usual_length=150))
            for each, words in zip(made, terms, strict=True)
        ),
        batch_size=500,
    )
    return made


def _vacancy(
    number: int, organisations: list, districts: list, centre: Any, chance: random.Random
) -> Vacancy:
    title = f"{chance.choice(HEADS)}{chance.choice(TAILS)} {chance.choice(HEADS)}{chance.choice(TAILS)}"
    task = " ".join(chance.choices(VERBS, k=8) + chance.choices(PLAIN, k=60))
    district = chance.choice(districts)
    return Vacancy(
        organisation=organisations[number % len(organisations)],
        centre=centre,
        state="published",
        title=title.capitalize(),
        task=task,
        category=chance.choice(VacancyCategory.values),
        kind=chance.choice(VacancyKind.values),
        hours=Decimal(2),
        dayparts=chance.getrandbits(21),
        online=chance.random() < 0.2,
        lat=district.lat + chance.random() / 50,
        lon=district.lon + chance.random() / 50,
        district=district,
        languages=chance.choice((0, 0, 1, 3)),
        accessibility=chance.getrandbits(7),
        minimum_age=chance.choice((None, None, 16, 18)),
        contact_name="",
        published_at=clock.now() - timedelta(minutes=number),
        expires_on=clock.today() + timedelta(days=90),
    )


def pages(made: list[Vacancy], chance: random.Random) -> list[Row]:
    """The kinds of page, each as an address per turn."""

    def word() -> str:
        return chance.choice(HEADS) + chance.choice(TAILS)

    def slip(text: str) -> str:
        place = chance.randrange(1, len(text) - 1)
        return text[:place] + text[place + 1 :]

    return [
        ("list", lambda turn: "/vacatures/"),
        ("page deep in the list", lambda turn: f"/vacatures/?pagina={chance.randrange(2, 900)}"),
        ("one word", lambda turn: f"/vacatures/?q={word()}"),
        ("a word with a slip", lambda turn: f"/vacatures/?q={slip(word())}"),
        ("common words", lambda turn: f"/vacatures/?q={chance.choice(VERBS)}+{chance.choice(VERBS)}"),
        (
            "filters and postcode",
            lambda turn: (
                f"/vacatures/?soort={chance.choice(VacancyCategory.values)}&dagdeel=evening"
                "&postcode=3431AB&km=5&volgorde=distance"
            ),
        ),
        ("map", lambda turn: "/vacatures/?als=kaart&soort=nature"),
        ("one vacancy", lambda turn: f"/vacatures/{chance.choice(made).pk}/"),
    ]


def measure(rows: list[Row], turns: int, volunteer: object) -> float:
    """Print p50 and p95 per kind and reader; return the highest p95 of processor time, in ms."""
    visitor, known = Client(HTTP_HOST="localhost"), Client(HTTP_HOST="localhost")
    known.force_login(volunteer)  # type: ignore[arg-type]
    worst = 0.0
    print(f"{'page':<26}{'reader':<12}{'p50 ms':>8}{'p95 ms':>8}{'processor p95':>15}")
    for name, address in rows:
        for reader, client in (("visitor", visitor), ("volunteer", known)):
            client.get(address(0))
            passed, busy = [], []
            for turn in range(turns):
                where = address(turn)
                began, at_work = time.perf_counter(), time.thread_time()
                answer = client.get(where)
                passed.append((time.perf_counter() - began) * 1000)
                busy.append((time.thread_time() - at_work) * 1000)
                if answer.status_code != 200:
                    sys.exit(f"{where} answered {answer.status_code}")
            middle, late = np.percentile(passed, (50, 95))
            own = float(np.percentile(busy, 95))
            worst = max(worst, own)
            print(f"{name:<26}{reader:<12}{middle:>8.1f}{late:>8.1f}{own:>15.1f}")
    return worst


def main() -> None:
    """Fill, load, measure, take back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vacancies", type=int, default=20_000)
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    count, turns = (1_000, 15) if options.short else (options.vacancies, 100)
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        chance = random.Random(20)
        made = fill(count, chance)
        volunteer = VolunteerFactory(centre=made[0].centre).user
        shelf.forget()
        began = time.perf_counter()
        shelf.columns()
        index.warm()
        print(f"{count} vacancies on {connection.vendor}, read in {time.perf_counter() - began:.1f} s")
        worst = measure(pages(made, chance), turns, volunteer)
        transaction.set_rollback(True)
    connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    if worst > LIMIT_MS:
        sys.exit(
            f"the slowest kind takes {worst:.0f} ms at the 95th percentile; the limit is {LIMIT_MS:.0f} ms"
        )


if __name__ == "__main__":
    main()
