"""The town's people and requests as the engine's index takes them: to hold the town's choices against it."""

from dataclasses import replace

from matching.engine import NO_CAP, Demand, DemandIndex, Screening, SupplyIndex, SupplyRow, day_number
from people.enums import HelpCategory
from simulation.town.calendar import DAY, MONDAY, date_of
from simulation.town.life import Life
from simulation.town.requests import ANY_DAY

KINDS = [str(category) for category in HelpCategory]
FIRST_DAY = day_number(MONDAY)


def best_volunteers(life: Life, request: int, k: int) -> list[int]:
    """The best ``k`` by the index, built of everyone who is there now."""
    here = (each for each in range(len(life.helpers)) if life.present[each])
    index = SupplyIndex.from_rows([row(life, each) for each in here])
    found = index.best(demand(life, request), k, today=date_of(life.today))
    return [int(candidate.volunteer_id) for candidate in found]


def best_requests(life: Life, volunteer: int) -> list[int]:
    """The list near by, by the index of everything that is open now."""
    index = DemandIndex.from_demands(
        [
            replace(demand(life, each), asked=frozenset(life.asked[each]) | life.read[each])
            for each in life.open
        ]
    )
    found = index.best(replace(row(life, volunteer), asks_cap=NO_CAP), len(index), today=date_of(life.today))
    return [int(candidate.demand_id) for candidate in found]


def demand(life: Life, request: int) -> Demand:
    """A request as the engine sees it."""
    r = life.requests
    category, on_day = int(r.category[request]), int(r.on_day[request])
    return Demand(
        id=request,
        kind=KINDS[category],
        latitude=float(r.latitude[request]),
        longitude=float(r.longitude[request]),
        category=category,
        required_skills=int(r.required_skills[request]),
        preferred_skills=int(r.preferred_skills[request]),
        dayparts=int(r.dayparts[request]),
        required_languages=int(r.languages[request]),
        screenings=frozenset(need for need in Screening if r.screenings[request] >> need & 1),
        date=0 if on_day == ANY_DAY else FIRST_DAY + on_day,
        asked=frozenset(life.asked[request]),
        known=frozenset(life.known.get(int(r.resident[request]), ())),
        waiting_days=life.today - int(r.opened[request]) // DAY,
    )


def row(life: Life, volunteer: int) -> SupplyRow:
    """A volunteer as the engine sees one."""
    h = life.helpers
    talk, references, conduct, vog, identity = h.screenings[:, volunteer].tolist()
    last = int(life.last_asked[volunteer])
    return SupplyRow(
        id=volunteer,
        latitude=float(h.latitude[volunteer]),
        longitude=float(h.longitude[volunteer]),
        reach_km=float(h.reach_km[volunteer]),
        skills=int(h.skills[volunteer]),
        dayparts=int(h.dayparts[volunteer]),
        languages=int(h.languages[volunteer]),
        screenings=(talk, references, conduct, vog, identity),
        asks=int(life.asks[volunteer]),
        asks_cap=int(h.asks_cap[volunteer]),
        running=int(life.running[volunteer]),
        running_cap=int(h.running_cap[volunteer]),
        last_asked=0 if last < 0 else FIRST_DAY + last,
        tasks_done=int(life.tasks[volunteer]),
    )
