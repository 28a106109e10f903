"""Why a candidate stands where it stands, as values without words."""

from collections.abc import Callable, Mapping

from matching.engine.types import Candidate, Demand, Reason, Term
from matching.engine.weights import weight

_Params = dict[str, int | float]


def explain(candidate: Candidate, demand: Demand) -> list[Reason]:
    """Return a reason per term that counts for this demand, the largest contribution first.

    Terms without weight for this kind of help, and about something the demand does not ask, are left out. The
    params per term, masks being integers:

    - PROXIMITY ``km`` · REST ``days`` since the last ask, absent when never asked · ROOM ``running`` ·
      NEWCOMER ``done`` · WAITING ``days`` · CONTINUITY none
    - PREFERRED_SKILLS and DAYPARTS ``shared`` and ``asked`` · LANGUAGE and DISLIKES ``shared``
    """
    reasons = [
        Reason(term, candidate.terms[term], weight(demand.kind, term), _PARAMS[term](candidate, demand))
        for term in Term
        if weight(demand.kind, term) and _ASKED.get(term, _always)(demand)
    ]
    return sorted(reasons, key=lambda reason: (-reason.value * reason.weight, reason.term))


def _always(_demand: Demand) -> int:
    return 1


_ASKED: Mapping[Term, Callable[[Demand], int]] = {
    Term.PREFERRED_SKILLS: lambda demand: demand.preferred_skills,
    Term.DAYPARTS: lambda demand: demand.dayparts,
    Term.LANGUAGE: lambda demand: demand.preferred_languages,
    Term.DISLIKES: lambda demand: demand.dislikes,
}


def _rest(candidate: Candidate, _demand: Demand) -> _Params:
    days = candidate.facts.rest_days
    return {} if days is None else {"days": days}


_PARAMS: Mapping[Term, Callable[[Candidate, Demand], _Params]] = {
    Term.PROXIMITY: lambda candidate, _: {"km": candidate.distance_m / 1000},
    Term.PREFERRED_SKILLS: lambda candidate, demand: {
        "shared": candidate.facts.matched_skills,
        "asked": demand.preferred_skills,
    },
    Term.DAYPARTS: lambda candidate, demand: {
        "shared": candidate.facts.shared_dayparts,
        "asked": demand.dayparts,
    },
    Term.LANGUAGE: lambda candidate, demand: {
        "shared": candidate.facts.shared_languages & demand.preferred_languages
    },
    Term.REST: _rest,
    Term.ROOM: lambda candidate, _: {"running": candidate.facts.running},
    Term.NEWCOMER: lambda candidate, _: {"done": candidate.facts.tasks_done},
    Term.CONTINUITY: lambda _candidate, _demand: {},
    Term.DISLIKES: lambda candidate, _: {"shared": candidate.facts.shared_dislikes},
    Term.WAITING: lambda candidate, _: {"days": candidate.facts.waiting_days},
}
