"""Benchmark of who fits an online vacancy: nobody is too far off, so no place narrows the question.

    python -m tools.servers --shared_buffers=1GB python -m bench.online [--volunteers 65000] [--short]

Fills a database of its own with volunteers of one centre, and asks for the best 20 and the funnel of an
online vacancy of theirs: from the index of the process, and, as a peer, by reading everybody for the
question. Both must give the same.
"""

import argparse
import time
from collections.abc import Callable
from datetime import timedelta

from bench.fresh import fill
from common import clock
from matching.engine import Candidate, Demand, Funnel, SupplyIndex
from matching.fitting import Question, question_of_vacancy
from matching.supply import supply, supply_rows
from people.enums import OrganisationState, Skill
from people.models import Centre, Organisation, Volunteer
from vacancies.enums import VacancyCategory, VacancyState
from vacancies.models import Vacancy

K, TRIES = 20, 30
Answer = tuple[list[Candidate], Funnel]


def main() -> None:
    """Fill, ask both ways and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--volunteers", type=int, default=65_000)
    parser.add_argument("--short", action="store_true", help="5,000 volunteers")
    options = parser.parse_args()
    count = 5_000 if options.short else options.volunteers
    fill(count)
    question = question_of_vacancy(_vacancy())
    if question is None:
        raise SystemExit("the vacancy cannot be answered")
    print(f"\n{count:,} volunteers of one centre, an online vacancy, best {K} and the funnel")
    with supply.fresh():
        pass  # loads the index, as a server does when it starts
    from_index = _measured("from the index", TRIES, lambda: _ask(question))
    of_all = _measured("reading everybody", 1, lambda: _read_and_ask(question.demand))
    if from_index != of_all:
        raise SystemExit("the two ways differ")


def _vacancy() -> Vacancy:
    centre = Centre.objects.get()
    organisation = Organisation.objects.create(
        centre=centre, name="Webwerk", state=OrganisationState.APPROVED
    )
    return Vacancy.objects.create(
        organisation=organisation,
        centre=centre,
        state=VacancyState.PUBLISHED,
        published_at=clock.now(),
        expires_on=clock.today() + timedelta(days=90),
        title="Website bijhouden",
        task="Berichten plaatsen.",
        category=VacancyCategory.DIGITAL,
        preferred_skills=Skill.to_mask([Skill.COOKING]),
        dayparts=0b111_000_111,
        hours=3,
        online=True,
    )


def _ask(question: Question) -> Answer:
    return list(question.best(K)), question.funnel()


def _read_and_ask(demand: Demand) -> Answer:
    everybody = list(Volunteer.objects.values_list("pk", flat=True))
    index, today = SupplyIndex.from_rows(supply_rows(everybody)), clock.today()
    return list(index.best(demand, K, today=today)), index.funnel(demand, today=today)


def _measured(how: str, tries: int, ask: Callable[[], Answer]) -> Answer:
    took: list[float] = []
    for _ in range(tries):
        before = time.perf_counter()
        answer = ask()
        took.append((time.perf_counter() - before) * 1000)
    took.sort()
    print(f"  {how:<20} p50 {took[len(took) // 2]:9,.1f} ms · worst {took[-1]:9,.1f} ms of {tries}")
    return answer


if __name__ == "__main__":
    main()
