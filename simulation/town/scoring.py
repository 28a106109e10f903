"""The engine's score over the columns of a town: the same choice as `matching.engine`, without an index.

A town asks a question about some thirty people thousands of times over, and an index that is made for a
million costs more to keep than to use. The weights are the engine's own; that every choice is the one that
`matching.engine.SupplyIndex` and `DemandIndex` make is held by a test.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matching.engine import WEIGHTS, Term
from people.enums import HelpCategory
from simulation.town.calendar import DAY

if TYPE_CHECKING:
    from simulation.town.life import Life

Array = NDArray[Any]
Floats = NDArray[np.float64]

_OF_KIND = np.array([[WEIGHTS[str(kind)][term] for kind in HelpCategory] for term in Term])
_DAYS = np.arange(400)
_REST = 1 - 0.8**_DAYS
_NEVER = _DAYS[-1]
_HALF_WAIT = 7
_DECIMALS = 1e9


def scores(life: "Life", volunteers: Array, requests: Array) -> Floats:
    """Return the score of each pair at nine decimals; one of the two arrays may have one item for all."""
    h, r = life.helpers, life.requests
    weights = _OF_KIND[:, r.category[requests]]
    values = {
        Term.PROXIMITY: _proximity(life, volunteers, requests),
        Term.PREFERRED_SKILLS: _share(h.skills[volunteers], r.preferred_skills[requests]),
        Term.DAYPARTS: _share(h.dayparts[volunteers], r.dayparts[requests]),
        Term.LANGUAGE: 1.0,
        Term.REST: _REST[_days_of_rest(life, volunteers)],
        Term.ROOM: 1 / (1 + life.running[volunteers]),
        Term.NEWCOMER: life.tasks[volunteers] == 0,
        Term.CONTINUITY: _known(life, volunteers, requests),
        Term.WAITING: _waiting(life, requests),
    }
    # One term after the other, as the engine does: a sum of floats hangs on its order.
    total = np.zeros(np.broadcast(volunteers, requests).shape)
    for term, value in values.items():
        total += weights[term] * value
    rounded: Floats = np.rint(total * _DECIMALS) / _DECIMALS
    return rounded


def best_first(life: "Life", volunteers: Array, requests: Array) -> Array:
    """Return the pairs' places in the order of the engine: score, then distance, then number."""
    metres = life.town.metres[volunteers, requests]
    order: Array = np.lexsort((volunteers + requests, metres, -scores(life, volunteers, requests)))
    return order


def _proximity(life: "Life", volunteers: Array, requests: Array) -> Floats:
    reach = np.maximum(np.rint(life.helpers.reach_km[volunteers] * 1000), 1)
    near: Floats = np.maximum(1 - life.town.metres[volunteers, requests] / reach, 0)
    return near


def _share(has: Array, asked: Array) -> Floats:
    shared = np.bitwise_count(has & asked) / np.maximum(np.bitwise_count(asked), 1)
    return np.where(asked == 0, 1.0, shared)


def _days_of_rest(life: "Life", volunteers: Array) -> Array:
    last = life.last_asked[volunteers]
    days: Array = np.where(last < 0, _NEVER, np.minimum(life.today - last, _NEVER))
    return days


def _known(life: "Life", volunteers: Array, requests: Array) -> Array:
    """Whether it went well before between the two."""
    found = np.zeros(np.broadcast(volunteers, requests).shape, np.bool_)
    residents = life.requests.resident[requests].tolist()
    for place, resident in enumerate(residents):
        known = life.known.get(resident)
        if known:
            here = slice(None) if len(residents) == 1 else slice(place, place + 1)
            found[here] = np.isin(volunteers[here] if len(volunteers) > 1 else volunteers, list(known))
    return found


def _waiting(life: "Life", requests: Array) -> Floats:
    days = life.today - life.requests.opened[requests] // DAY
    share: Floats = days / (days + _HALF_WAIT)
    return share
