"""Benchmark of *what could I do?* at the size of a country: the list near by, its page and its endpoint.

    python -m tools.servers python -m bench.near_by [--short]

Fills a database of its own with open requests: 1,000 in one centre, 10,000 in another, and more elsewhere
until there are 100,000. In turn the list near by is asked from the requests kept in memory, and from an index
that is made of the database for each question, as it was before: kinds of help and cells that cannot pass are
left out before they are read. Both must give the same, or the run stops. Then whole, with either, the page
and the endpoint; how long loading takes and what a request takes of memory; and the answer after a change.
"""

import argparse
import gc
import os
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, cast
from unittest import mock

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from common import clock  # noqa: E402
from help_requests import services as help_requests  # noqa: E402
from help_requests.enums import ASKABLE, RequestState  # noqa: E402
from help_requests.models import HelpRequest  # noqa: E402
from matching import candidates  # noqa: E402
from matching.candidates import ENCRYPTED, Nearby, near_me, unlock_values  # noqa: E402
from matching.demand import demands_of  # noqa: E402
from matching.engine import NO_CAP, DemandIndex, sphere  # noqa: E402
from matching.enums import OFFER_OPEN, OfferState  # noqa: E402
from matching.models import Offer  # noqa: E402
from matching.open_requests import OpenRequests, open_requests  # noqa: E402
from matching.supply import supply_rows  # noqa: E402
from people.enums import HelpCategory  # noqa: E402
from people.models import Centre, Resident, Volunteer  # noqa: E402
from places.cells import cell_of, centre_of  # noqa: E402
from tests.factories.people import CentreFactory, VolunteerFactory  # noqa: E402

K = 60
_AT_ONCE = 2_000
_KM_NORTH, _KM_EAST = 1 / 111.2, 1 / 68.5
_PER_KM2 = 25  # open requests at once, in a town that asks a great deal
_PER_RESIDENT = 2
_ANSWERED = OFFER_OPEN | {OfferState.ACCEPTED, OfferState.DECLINED}


class Sizes(NamedTuple):
    """Open requests per centre that is asked about, in all, and how often is asked."""

    asked_about: Sequence[int]
    everywhere: int
    questions: int


SHORT = Sizes((100, 400), 1_000, 10)
WHOLE = Sizes((1_000, 10_000), 100_000, 100)


def main() -> None:
    """Fill, ask, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="small numbers")
    sizes = SHORT if parser.parse_args().short else WHOLE
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    call_command("migrate", verbosity=0)
    try:
        run(sizes)
    finally:
        open_requests.forget()
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def run(sizes: Sizes) -> None:
    """Do it in the database there is."""
    asking = fill(sizes)
    print(f"{HelpRequest.objects.count():,} open requests on {connection.vendor}")
    _print_loading()
    open_requests.start()
    with override_settings(REVEALS_A_DAY=1_000_000):
        for volunteers in asking:
            _compare(volunteers)
            _print_times(volunteers, sizes.questions)
    _print_change(asking[-1][0])


def fill(sizes: Sizes) -> list[list[Volunteer]]:
    """Fill the database; return some volunteers of each centre that is asked about."""
    rest = sizes.everywhere - sum(sizes.asked_about)
    each = max(rest // 40, 1)
    counts = [*sizes.asked_about, *([each] * (rest // each))]
    asking = []
    for number, count in enumerate(counts):
        chance = np.random.default_rng(number)
        centre = cast("Centre", CentreFactory())
        south, west, side = 51.5 + number / 25, 4.5 + number % 7 / 4, (count / _PER_KM2) ** 0.5
        places = [
            (south + north * side * _KM_NORTH, west + east * side * _KM_EAST)
            for north, east in chance.random((count, 2))
        ]
        _requests(centre, places, chance)
        if number < len(sizes.asked_about):
            asking.append([_volunteer(centre, places, chance) for _ in range(min(20, sizes.questions))])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return asking


def _requests(centre: Centre, places: Sequence[tuple[float, float]], chance: np.random.Generator) -> None:
    cells = [cell_of(*place) for place in places]
    residents = [
        Resident(centre=centre, cell=cell, languages=1, consented_at=clock.now(), dislikes=int(dislikes))
        for cell, dislikes in zip(
            cells[::_PER_RESIDENT], chance.integers(0, 1 << 12, len(cells)), strict=False
        )
    ]
    Resident.objects.bulk_create(residents, _AT_ONCE)
    kinds = chance.choice(HelpCategory.values, len(cells)).tolist()
    parts = chance.integers(1, 1 << 21, len(cells)).tolist()
    HelpRequest.objects.bulk_create(
        [
            HelpRequest(
                centre=centre,
                resident=residents[number // _PER_RESIDENT],
                state=RequestState.OPEN,
                category=kind,
                cell=residents[number // _PER_RESIDENT].cell,
                dayparts=dayparts & int(chance.integers(1 << 21)),
                summary="Iemand zoekt hulp in de buurt.",
                opened_at=clock.now(),
            )
            for number, (kind, dayparts) in enumerate(zip(kinds, parts, strict=True))
        ],
        _AT_ONCE,
    )


def _volunteer(
    centre: Centre, places: Sequence[tuple[float, float]], chance: np.random.Generator
) -> Volunteer:
    lat, lon = places[int(chance.integers(len(places)))]
    likes = chance.choice(HelpCategory.values, 5, replace=False).tolist()
    made = VolunteerFactory(
        centre=centre,
        screened=True,
        lat=lat,
        lon=lon,
        reach_km=float(chance.choice([2, 5, 10])),
        skills=HelpCategory.to_mask(HelpCategory(each) for each in likes),
        dayparts=int(chance.integers(1, 1 << 21)),
    )
    return cast("Volunteer", made)


def made_anew(volunteer: Volunteer, k: int) -> list[Nearby]:
    """What `near_me` gives, from an index made for this question."""
    row = replace(supply_rows([volunteer.pk])[0], asks_cap=NO_CAP)
    waiting = (
        HelpRequest.objects.filter(
            centre=volunteer.centre_id, state__in=ASKABLE, category__in=HelpCategory.from_mask(row.skills)
        )
        .exclude(on_date__lt=clock.today())
        .exclude(until_date__lt=clock.today())
        .exclude(pk__in=Offer.objects.filter(volunteer=volunteer, state__in=_ANSWERED).values("request"))
        .exclude(resident__user=volunteer.user_id)
    )
    cells_of = waiting.exclude(cell=None).order_by().values_list("cell", flat=True).distinct()
    known = [cell for cell in cells_of if cell is not None]
    home = sphere.points(row.latitude, row.longitude)
    x, y, z = sphere.points(*zip(*map(centre_of, known), strict=True)) - home[:, None]
    near = sphere.distance_m(x, y, z) <= row.reach_km * 1000 + 5
    cells = [cell for cell, is_near in zip(known, near.tolist(), strict=True) if is_near]
    read = waiting.filter(cell__in=cells).select_related("resident", "centre", "district").defer(*ENCRYPTED)
    requests = {request.pk: request for request in read}
    demands = {one.id: replace(one, asked=frozenset()) for one in demands_of(requests.values())}
    found = DemandIndex.from_demands(demands.values()).best(row, k, today=clock.today())
    return [Nearby(requests[one.demand_id], one, demands[one.demand_id]) for one in found]  # type: ignore[index]


def first_made_anew(volunteer: Volunteer, first: int, k: int) -> tuple[list[Nearby], int]:
    """What `first_near_me` gives, likewise."""
    found = made_anew(volunteer, k)
    return found[:first], len(found)


def _compare(volunteers: Iterable[Volunteer]) -> None:
    for volunteer in volunteers:
        kept, anew = near_me(volunteer, K), made_anew(volunteer, K)
        if [one.candidate for one in kept] != [one.candidate for one in anew]:
            sys.exit(f"another answer for {volunteer.pk}")


def _print_loading() -> None:
    gc.collect()
    began = time.perf_counter()
    kept = OpenRequests()
    kept.start()
    took = time.perf_counter() - began
    kept.forget()
    tracemalloc.start()
    kept.start()
    held, count = tracemalloc.get_traced_memory()[0], len(kept)
    tracemalloc.stop()
    kept.forget()
    print(
        f"  loaded in {took * 1e3:,.0f} ms; {took / count * 1e6:.0f} µs, {held / count:.0f} bytes a request"
    )


def _print_times(volunteers: Sequence[Volunteer], questions: int) -> None:
    centre = volunteers[0].centre_id
    print(f"\n{HelpRequest.objects.filter(centre=centre).count():,} in the centre, p50 / p95 in ms")
    print(f"  {'':<24}{'kept in memory':>18}{'made anew':>18}")
    clients = [Client(HTTP_HOST="localhost") for _ in volunteers]
    for client, volunteer in zip(clients, volunteers, strict=True):
        client.force_login(volunteer.user)
    asks: dict[str, Callable[[int], Any]] = {
        "list near by": lambda turn: candidates.near_me(volunteers[turn], K),
        "page near by": lambda turn: _got(clients[turn], reverse("near-me")),
        "page of today": lambda turn: _got(clients[turn], reverse("volunteer-home")),
        "endpoint": lambda turn: _got(clients[turn], reverse("api:near-me-list")),
    }
    for name, ask in asks.items():
        kept = _times(ask, len(volunteers), questions)
        with mock.patch.multiple(candidates, near_me=made_anew, first_near_me=first_made_anew):
            anew = _times(ask, len(volunteers), min(questions, 40))
        print(f"  {name:<24}{_two(kept):>18}{_two(anew):>18}")
    opened = _times(lambda turn: unlock_values(volunteers[turn]), len(volunteers), questions)
    print(f"  {'what courses open':<24}{_two(opened):>18}")


def _got(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        sys.exit(f"{path} answered {answer.status_code}")


def _times(ask: Callable[[int], Any], different: int, questions: int) -> list[float]:
    for turn in range(different):
        ask(turn)  # what is shown for the first time is counted
    times = []
    for turn in range(questions):
        began = time.perf_counter()
        ask(turn % different)
        times.append((time.perf_counter() - began) * 1e3)
    return times


def _two(times: Sequence[float]) -> str:
    return "{:.1f} / {:.1f}".format(*np.percentile(times, (50, 95)))


def _print_change(volunteer: Volunteer) -> None:
    """Withdraw what is shown, one by one: the next answer is without it."""
    times = []
    for one in near_me(volunteer, K)[:20]:
        help_requests.withdraw(one.request, by=None)
        began = time.perf_counter()
        shown = near_me(volunteer, K)
        times.append((time.perf_counter() - began) * 1e3)
        if one.request.pk in {other.request.pk for other in shown}:
            sys.exit("what was withdrawn is shown")
    print(f"\nthe list after a request was withdrawn: {_two(times)} ms")


if __name__ == "__main__":
    main()
