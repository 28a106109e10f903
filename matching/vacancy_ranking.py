"""Which vacancies suit a reader best, with fair exposure: fills in ``vacancies.queries.ranking``.

Who is not known, or is no volunteer, gets what was searched for, the newest first. For a volunteer the
weights below say how well a vacancy suits. Then fair exposure (`matching.engine.exposure`) lets those that
had answers this week make room for others, and puts those that need nobody more at the end. Nothing is
hidden: only the order is ours. Age, origin and the like play no part.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from academy.queries import valid_until_days
from common import clock
from common.bits import mask_of
from common.words import distance_words
from matching.engine.exposure import fair_scores
from people.enums import VolunteerState
from people.models import Volunteer
from people.queries import may_act, volunteer_of
from safeguarding.queries import barred_volunteers, valid_requirements
from vacancies.enums import NEAREST_HELP, UNDER_WAY, VacancyCategory
from vacancies.models import Application
from vacancies.queries.ranking import Fit, newest_first
from vacancies.queries.shelf import Columns

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

WEIGHTS = {"likes": 0.4, "skills": 0.15, "moments": 0.2, "near": 0.25}
"""They add up to 1. Each term lies in [0, 1]; what a vacancy says nothing about counts half."""
NOT_READY = 0.8
"""Of the fit where a step, a training, a skill or a language is lacking: it can still be arranged."""
LEAST = 0.2
"""What suits badly keeps this part, so that a good answer to the words searched for still stands high."""
GOOD = 0.6
"""From here on a term is worth telling."""
KM_PER_DEGREE = 111.2
MOST_REASONS = 2
ADULT = 18

# The bits of a skills mask that a category comes nearest to.
_LIKED = np.array(
    [mask_of(help_kind.bit for help_kind in NEAREST_HELP.get(each, ())) for each in VacancyCategory], np.int64
)


@dataclass(frozen=True)
class Terms:
    """How well each vacancy suits one volunteer, term by term."""

    likes: Floats
    skills: Floats
    moments: Floats
    near: Floats
    km: Floats
    ready: NDArray[np.bool_]

    def fit(self) -> Floats:
        """The weighed sum, less where something is lacking."""
        total = sum(
            (weight * getattr(self, name) for name, weight in WEIGHTS.items()), np.zeros(len(self.km))
        )
        fit: Floats = np.where(self.ready, total, NOT_READY * total)
        return fit


def rank(user: Any, columns: Columns, chosen: Places, relevance: Floats) -> Fit:
    """Order vacancies for a reader; see the module."""
    volunteer = volunteer_of(user) if user is not None and user.is_authenticated else None
    if volunteer is None or volunteer.state == VolunteerState.LEFT:
        plain = newest_first(user, columns, chosen, relevance)
        return Fit(_fair(columns, chosen, plain.score), plain.reasons)
    terms = _terms(volunteer, columns, chosen)
    score = relevance * (LEAST + (1 - LEAST) * terms.fit())
    # What was chosen stands in the order of the columns.
    return Fit(
        _fair(columns, chosen, score), lambda place: _reasons(terms, int(np.searchsorted(chosen, place)))
    )


def opened_by_courses(volunteer: Volunteer, columns: Columns) -> dict[int, int]:
    """Return per course, by its bit, at how many vacancies the volunteer could begin but for that one.

    Counted are those that have room, within reach or online, at a moment when they can, of whom nothing else
    is lacking, and that did not come to an end between them before. Who may help nowhere opens nothing.
    """
    asking = np.flatnonzero(columns.courses != 0)
    if not asking.size or barred_volunteers([volunteer.pk]) or not may_act(volunteer.user):
        return {}
    dayparts = columns.dayparts[asking]
    lacking = _lacking(volunteer, columns, asking)
    open_ = (
        _able(volunteer, columns, asking)
        & (np.bitwise_count(lacking) == 1)
        & (columns.room[asking] > 0)
        & (columns.online[asking] | (_km(volunteer, columns, asking) <= volunteer.reach_km))
        & ((dayparts == 0) | (dayparts & volunteer.dayparts != 0))
        & ((columns.minimum_age[asking] < ADULT) | volunteer.adult)
    )
    over = set(_over(volunteer, [columns.ids[place] for place in asking[open_]]))
    bits = (int(mask).bit_length() - 1 for mask in lacking[open_])
    opened = zip(asking[open_].tolist(), bits, strict=True)
    return dict(Counter(bit for place, bit in opened if columns.ids[place] not in over))


def _over(volunteer: Volunteer, vacancy_ids: Collection[UUID]) -> Iterable[UUID]:
    """Those where the volunteer helps already, or of which one of both said no."""
    answers = Application.objects.filter(vacancy__in=vacancy_ids, user=volunteer.user_id)
    return answers.exclude(state__in=UNDER_WAY).values_list("vacancy_id", flat=True)


def _fair(columns: Columns, chosen: Places, score: Floats) -> Floats:
    return fair_scores(score, columns.connections[chosen], columns.room[chosen])


def _terms(volunteer: Volunteer, columns: Columns, chosen: Places) -> Terms:
    liked = _LIKED[columns.category[chosen]]
    likes = np.where(liked == 0, 0.5, np.where(liked & volunteer.skills != 0, 1.0, 0.0))
    wished = columns.preferred_skills[chosen] | columns.required_skills[chosen]
    dayparts = columns.dayparts[chosen]
    shared = _count(dayparts & volunteer.dayparts) / np.maximum(_count(dayparts), 1)
    km = _km(volunteer, columns, chosen)
    near = np.where(np.isnan(km), 0.5, np.clip(1 - km / volunteer.reach_km, 0, 1))
    return Terms(
        likes=likes,
        skills=np.where(wished == 0, 0.5, _count(wished & volunteer.skills) / np.maximum(_count(wished), 1)),
        moments=np.where(dayparts == 0, 0.5, shared),
        near=near,
        km=km,
        ready=_ready(volunteer, columns, chosen),
    )


def _ready(volunteer: Volunteer, columns: Columns, chosen: Places) -> NDArray[np.bool_]:
    """Where nothing has to be arranged first."""
    ready: NDArray[np.bool_] = _able(volunteer, columns, chosen) & (_lacking(volunteer, columns, chosen) == 0)
    return ready


def _able(volunteer: Volunteer, columns: Columns, chosen: Places) -> NDArray[np.bool_]:
    """Where nothing has to be arranged first, but for a training perhaps."""
    needed, spoken = columns.required_skills[chosen], columns.languages[chosen]
    able: NDArray[np.bool_] = (
        (columns.screening[chosen] & ~np.int64(valid_requirements(volunteer)) == 0)
        & (needed & ~np.int64(volunteer.skills) == 0)
        & ((spoken == 0) | (spoken & volunteer.languages != 0))
    )
    return able


def _lacking(volunteer: Volunteer, columns: Columns, chosen: Places) -> NDArray[np.uint64]:
    """The trainings that each asks for and that the volunteer lacks today, as masks."""
    today = clock.today()
    done = valid_until_days([volunteer.pk]).get(volunteer.pk, ())
    trained = np.uint64(mask_of(bit for bit, last in done if last is None or last >= today))
    lacking: NDArray[np.uint64] = columns.courses[chosen] & ~trained
    return lacking


def _km(volunteer: Volunteer, columns: Columns, chosen: Places) -> Floats:
    """Distances on a plane: within a town to the metre, and nobody travels further to help."""
    north = (columns.lat[chosen] - volunteer.lat) * KM_PER_DEGREE
    east = (columns.lon[chosen] - volunteer.lon) * KM_PER_DEGREE * np.cos(np.radians(volunteer.lat))
    km: Floats = np.hypot(north, east)
    return km


def _count(masks: NDArray[np.int64]) -> NDArray[np.float64]:
    """How many bits are set in each mask."""
    counted: Floats = np.bitwise_count(masks.astype(np.uint64)).astype(np.float64)
    return counted


def _reasons(terms: Terms, number: int) -> list[str]:
    """The best reasons in words, the heaviest first."""
    told = {
        "likes": _("Suits what you like to do"),
        "skills": _("You can do what is asked"),
        "moments": _("At moments when you can"),
        "near": _("%(distance)s from you") % {"distance": distance_words(_metres(terms, number))},
    }
    values = {name: _of(terms, name, number) for name in told}
    good = sorted(told, key=lambda name: -WEIGHTS[name] * values[name])
    return [told[name] for name in good if values[name] >= GOOD][:MOST_REASONS]


def _of(terms: Terms, name: str, number: int) -> float:
    return float(getattr(terms, name)[number])


def _metres(terms: Terms, number: int) -> float:
    km = float(terms.km[number])
    return 0.0 if np.isnan(km) else km * 1000
