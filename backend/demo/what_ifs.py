"""What was asked of the simulation before: one with an answer, one that was stopped."""

from contextlib import suppress
from datetime import timedelta

from backend.demo.moments import by_day
from common import clock
from people.enums import HelpCategory
from people.models import Centre, User
from places.models import District
from simulation import queries
from simulation.enums import WhatIfState
from simulation.errors import CentreTooSmall
from simulation.models import WhatIf

# As `manage.py simulate --what-if` found them for this town: seed, more volunteers, requests, % in time.
RIDES = [
    *([seed, 0, requests, filled] for seed, requests, filled in (
        (1, 38, 78.9), (2, 35, 82.9), (3, 27, 74.1), (4, 41, 80.5), (5, 33, 78.8))),
    *([seed, 12, requests, filled] for seed, requests, filled in (
        (1, 38, 89.5), (2, 35, 91.4), (3, 27, 88.9), (4, 41, 90.2), (5, 33, 93.9))),
    *([seed, 24, requests, filled] for seed, requests, filled in (
        (1, 38, 97.4), (2, 35, 94.3), (3, 27, 96.3), (4, 41, 95.1), (5, 33, 97.0))),
]  # fmt: skip
NEEDED = [22, 26, 23, 24, 21]


def ask_what_ifs(centre: Centre, analyst: User) -> None:
    """Keep both, as if reckoned last week. What was reckoned with is the town as it is now."""
    galecop = centre.districts.filter(name="Galecop").first()
    if galecop is None:
        return
    with suppress(CentreTooSmall):  # as in the towns of tests
        _keep(centre, galecop, analyst)


def _keep(centre: Centre, galecop: District, analyst: User) -> None:
    for days, category, values in (
        (6, HelpCategory.TRANSPORT, {"state": WhatIfState.DONE, "lived": RIDES, "needed": NEEDED}),
        (9, HelpCategory.GARDEN, {"state": WhatIfState.STOPPED, "lived": RIDES[:1]}),
    ):
        question, place = queries.question_for(
            centre, category=category, district_id=galecop.pk, goal=95, hours=48
        )
        asked_at = by_day(clock.now() - timedelta(days=days))
        WhatIf.objects.create(
            centre=centre,
            district=galecop,
            category=category,
            asked_by=analyst,
            asked_at=asked_at,
            started_at=asked_at,
            ended_at=asked_at + timedelta(minutes=4),
            question=question.as_json(),
            place=max(place, 0),
            attempt=1,
            **values,
        )
