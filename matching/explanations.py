"""The engine's reasons in plain words, in the active language.

For staff a reason is a clause about the volunteer ("lives 1.2 km away"); for the volunteer it is a clause
about the request ("about 1.5 km from you"). The volunteer's words tell nothing of the resident that a
volunteer may not know before agreement: no language, no dislikes, nor that they have met.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from common.words import distance_words
from matching.engine import Candidate, Demand, Filter, Reason, Relaxation, Screening, Term, explain
from matching.models import DailyProposal
from people.enums import DayPart, Dislike, HelpCategory, Language, MaskChoices, Skill
from places.geo import shown_km

_CLAUSES = 3  # more reasons than this nobody reads
_GAPS_SHOWN = 3
_RESTED_DAYS = 7


def why(candidate: Candidate, demand: Demand, *, without: Collection[Term] = ()) -> str:
    """Return one sentence for staff: why this volunteer stands there; ``without`` what says nothing here.

    Shared dislikes come first: they weigh little and say much, and count for buddies only.
    """
    reasons = sorted(explain(candidate, demand), key=lambda reason: reason.term != Term.DISLIKES)
    return _sentence(clause(reason) for reason in reasons if reason.term not in without)


def told(stored: Iterable[Mapping[str, Any]]) -> str:
    """Return the same sentence for staff from reasons that were kept as plain values."""
    return _sentence(
        clause(Reason(Term[each["term"].upper()], each["value"], each["weight"], each["params"]))
        for each in stored
    )


def compared(proposal: DailyProposal) -> str:
    """Say for staff what a daily proposal brings beside giving each request the nearest who is free."""
    people = proposal.helped - proposal.nearest_helped
    helpers = proposal.filled - proposal.nearest_filled
    better = round(100 * (proposal.score / proposal.nearest_score - 1)) if proposal.nearest_score else 0
    if people > 0:
        return ngettext(
            "This proposal helps %(count)d person more than “the nearest first” would.",
            "This proposal helps %(count)d people more than “the nearest first” would.",
            people,
        ) % {"count": people}
    if people == 0 and helpers > 0:
        return ngettext(
            "This proposal finds %(count)d helper more than “the nearest first” would.",
            "This proposal finds %(count)d helpers more than “the nearest first” would.",
            helpers,
        ) % {"count": helpers}
    if people == 0 and better > 0:
        return _(
            "This proposal helps as many people as “the nearest first” would, and fits %(percent)d%% better."
        ) % {"percent": better}
    if people < 0:
        return ngettext(
            "“The nearest first” would help %(count)d person more, but fit less well.",
            "“The nearest first” would help %(count)d people more, but fit less well.",
            -people,
        ) % {"count": -people}
    return _("“The nearest first” would bring as much today.")


def why_you(candidate: Candidate, demand: Demand, *, without: Collection[Term] = ()) -> str:
    """Return one sentence for the volunteer: why it suits them; ``without`` what stands beside it."""
    reasons = (reason for reason in explain(candidate, demand) if reason.term not in without)
    return _sentence(clause_to_volunteer(reason) for reason in reasons)


def clause(reason: Reason) -> str:
    """Return a reason as a clause about the volunteer, without a capital; empty when it says little."""
    words = _ABOUT_VOLUNTEER.get(reason.term)
    return words(reason) if words else ""


def clause_to_volunteer(reason: Reason) -> str:
    """Return a reason as a clause for the volunteer; empty when it says little or is not theirs to know."""
    words = _TO_VOLUNTEER.get(reason.term)
    return words(reason) if words else ""


def why_not(failed: Filter) -> list[str]:
    """Return a sentence for staff per hard rule on which a volunteer fails."""
    return [str(WHY_NOT[rule]) for rule in Filter if rule in failed]


def why_not_there(failed: Filter, *, of_shift: bool) -> list[str]:
    """Return the same about a vacancy, or a shift of it."""
    words = SHIFT_WHY_NOT if of_shift else VACANCY_WHY_NOT
    return [str(words[rule]) for rule in Filter if rule in failed]


def why_stale(codes: Iterable[str]) -> list[str]:
    """Return a sentence for staff per reason why a proposed pair is no longer possible.

    The codes are names of hard rules, or one of ``OVERTAKEN``.
    """
    return [str(OVERTAKEN.get(code) or WHY_NOT[Filter[code]]) for code in codes]


def why_not_you(failed: Iterable[str]) -> list[str]:
    """Return a sentence for the volunteer per hard rule on which they fail, by the names of the rules.

    A rule that would tell something of the resident (a block, a language) gives the same plain sentence.
    """
    words = (_WHY_NOT_YOU.get(Filter[name], _NOT_FOR_YOU) for name in failed)
    return list(dict.fromkeys(str(sentence) for sentence in words)) or [str(_NOT_FOR_YOU)]


def invitations(relaxation: Relaxation, *, trainings: Mapping[int, str] | None = None) -> list[str]:
    """Return sentences that say who would come in if one rule were relaxed, the most people first.

    A block is not for relaxing: it gives none.

    Args:
        relaxation: from the engine.
        trainings: names of trainings by bit; one without a name counts as "a training".
    """
    return [gap.sentence for gap in gaps(relaxation, trainings or {})]


class Gap(NamedTuple):
    """One way to let more volunteers in: which rule, which bit of it, how many, and the sentence."""

    rule: Filter
    bit: int | None
    people: int
    sentence: str


def gaps(relaxation: Relaxation, trainings: Mapping[int, str]) -> list[Gap]:
    """Return the ways to relax one rule, the most people first; see ``invitations``."""
    rule = relaxation.filter
    named = _NAMED_GAPS.get(rule)
    if named is not None:
        by_count = sorted(relaxation.by, key=lambda gap: (-gap[1], gap[0]))[:_GAPS_SHOWN]
        return [Gap(rule, bit, count, _more(count, named(bit, trainings))) for bit, count in by_count]
    if rule in _GAPS:
        return [Gap(rule, None, relaxation.count, _more(relaxation.count, str(_GAPS[rule])))]
    return []


def relaxed(rule: Filter, bit: int | None) -> str:
    """Say what would let in who fails on this only; empty for a screening or a training."""
    if bit is not None and rule in {Filter.SKILLS, Filter.DAYPARTS}:
        return capfirst(_NAMED_GAPS[rule](bit, {}))
    if rule is Filter.DAYPARTS:
        return capfirst(_("on another day or time"))
    return capfirst(str(_GAPS[rule])) if rule in _GAPS else ""


def another_moment(relaxation: Relaxation) -> Gap:
    """Return what another day would bring, for a request with a fixed day."""
    sentence = _more(relaxation.count, _("on another day or time"))
    return Gap(relaxation.filter, None, relaxation.count, sentence)


def daypart_words(bit: int) -> str:
    """Say one daypart: "Tuesday afternoon"."""
    weekday, part = divmod(bit, 3)
    return pgettext("daypart", "%(weekday)s %(part)s") % {
        "weekday": WEEKDAYS[weekday],
        "part": DayPart(part).label,
    }


def widening_words(daypart: int, on_date: date | None) -> str:
    """Say what a resident is asked about: "Tuesday afternoon", with the day where that is fixed."""
    if on_date is None:
        return daypart_words(daypart)
    words = {"daypart": daypart_words(daypart), "day": date_format(on_date, "j F")}
    return pgettext("daypart of a day", "%(daypart)s %(day)s") % words


STEPS: Mapping[Filter, Any] = {
    Filter.ACTIVE: gettext_lazy("is active and has no break"),
    Filter.SCREENING: gettext_lazy("has the screening that is needed"),
    Filter.TRAINING: gettext_lazy("has the training that is needed"),
    Filter.SKILLS: gettext_lazy("wants to do this and has the skills"),
    Filter.DAYPARTS: gettext_lazy("is free at one of the times asked"),
    Filter.REACH: gettext_lazy("wants to travel this far"),
    Filter.LANGUAGE: gettext_lazy("speaks the language that is needed"),
    Filter.ASKS_CAP: gettext_lazy("may be asked again this month"),
    Filter.RUNNING_CAP: gettext_lazy("has room for another agreement"),
    Filter.BLOCKED: gettext_lazy("may meet this resident"),
    Filter.ASKED: gettext_lazy("was not asked for this before"),
    Filter.AGE: gettext_lazy("is old enough for this"),
    Filter.CENTRE: gettext_lazy("belongs to this centre"),
}
"""What a volunteer meets who passes each step of the funnel."""

VACANCY_STEPS: Mapping[Filter, Any] = {
    **STEPS,
    Filter.SKILLS: gettext_lazy("has the skills that are needed"),
    Filter.BLOCKED: gettext_lazy("may help at this organisation, and is expected nowhere else then"),
    Filter.ASKED: gettext_lazy("has not answered or signed up yet"),
}
"""The same for a vacancy or a shift."""

WHY_NOT: Mapping[Filter, Any] = {
    Filter.ACTIVE: gettext_lazy("Is not active or takes a break."),
    Filter.SCREENING: gettext_lazy("A screening that this needs is missing or not valid on the day."),
    Filter.TRAINING: gettext_lazy("A training that this needs is missing or not valid on the day."),
    Filter.SKILLS: gettext_lazy("Does not do this kind of help, or lacks a skill that it needs."),
    Filter.DAYPARTS: gettext_lazy("Is not free at any of the times asked."),
    Filter.REACH: gettext_lazy("Lives further away than they want to travel."),
    Filter.LANGUAGE: gettext_lazy("Does not speak the language that is needed."),
    Filter.ASKS_CAP: gettext_lazy("Has been asked as often this month as they want."),
    Filter.RUNNING_CAP: gettext_lazy("Has as many agreements as they want."),
    Filter.BLOCKED: gettext_lazy("May not be asked for this resident."),
    Filter.ASKED: gettext_lazy("Was asked for this before."),
    Filter.AGE: gettext_lazy("Is too young for this."),
    Filter.CENTRE: gettext_lazy("Belongs to another centre."),
}

VACANCY_WHY_NOT: Mapping[Filter, Any] = {
    **WHY_NOT,
    Filter.SKILLS: gettext_lazy("Lacks a skill that it needs."),
    Filter.BLOCKED: gettext_lazy("May not help at this organisation."),
    Filter.ASKED: gettext_lazy("Has answered it already."),
}
"""The same for a vacancy."""
SHIFT_WHY_NOT: Mapping[Filter, Any] = {
    **VACANCY_WHY_NOT,
    Filter.BLOCKED: gettext_lazy("May not help at this organisation, or is expected elsewhere then."),
    Filter.ASKED: gettext_lazy("Has or had a place on this date, or answered this vacancy before."),
}
"""The same for a shift."""
NOBODY_FOR_VACANCY = gettext_lazy("Nobody can answer this vacancy now, so nobody is looked for.")
NOBODY_FOR_SHIFT = gettext_lazy("Nobody can sign up for this date now, so nobody is looked for.")

OVERTAKEN: Mapping[str, Any] = {
    "not-eligible": gettext_lazy("Is no longer available for this."),
    "not-askable": gettext_lazy("Nobody is looked for any more."),
    "already-asked": gettext_lazy("Was asked for this before."),
    "day-passed": gettext_lazy("The day of the request has passed."),
    "no-place-left": gettext_lazy("Somebody has already been asked for this."),
    "day-over": gettext_lazy("Not answered on the day itself."),
    "question-closed": gettext_lazy("The question was taken back before there was an answer."),
}
"""Why a proposed pair has been overtaken by what happened since."""

_NOT_FOR_YOU = gettext_lazy("This does not fit after all. The centre can tell you more.")
_WHY_NOT_YOU: Mapping[Filter, Any] = {
    Filter.ACTIVE: gettext_lazy("You take a rest now, or the centre has not admitted you yet."),
    Filter.SCREENING: gettext_lazy("This needs a screening that you do not have, or no longer have."),
    Filter.TRAINING: gettext_lazy("This needs a training that you have not done yet."),
    Filter.SKILLS: gettext_lazy("This needs something that is not in your profile."),
    Filter.DAYPARTS: gettext_lazy("Your profile says that you are not free at the times asked."),
    Filter.REACH: gettext_lazy("This is further away than your profile says you want to travel."),
    Filter.RUNNING_CAP: gettext_lazy("You already have as many agreements at once as you want."),
    Filter.AGE: gettext_lazy("You have to be older for this."),
}

_GAPS: Mapping[Filter, Any] = {
    Filter.ACTIVE: gettext_lazy("once they are active again"),
    Filter.REACH: gettext_lazy("if they travel further than they said"),
    Filter.LANGUAGE: gettext_lazy("if another language is fine too"),
    Filter.ASKS_CAP: gettext_lazy("if they are asked once more this month"),
    Filter.RUNNING_CAP: gettext_lazy("when one of their agreements has ended"),
    Filter.ASKED: gettext_lazy("who were asked for this before"),
    Filter.AGE: gettext_lazy("if younger volunteers are fine too"),
    Filter.CENTRE: gettext_lazy("at another centre"),
}

_SCREENING_GAPS: Mapping[Screening, Any] = {
    Screening.TALK: gettext_lazy("after an introductory talk"),
    Screening.REFERENCES: gettext_lazy("once their references are checked"),
    Screening.CODE_OF_CONDUCT: gettext_lazy("once they sign the code of conduct"),
    Screening.VOG: gettext_lazy("with a valid VOG"),
    Screening.ID_SEEN: gettext_lazy("once their identity has been seen"),
}


def _training_gap(bit: int, names: Mapping[int, str]) -> str:
    return _("after the training %(name)s") % {"name": names[bit]} if bit in names else _("after a training")


def _skill_gap(bit: int, _names: Mapping[int, str]) -> str:
    if bit < Skill.first_bit():
        return _("if they also offer: %(help)s") % {"help": _labels(HelpCategory, 1 << bit)}
    return _("if this is not needed: %(skill)s") % {"skill": _labels(Skill, 1 << bit)}


_NAMED_GAPS: Mapping[Filter, Callable[[int, Mapping[int, str]], str]] = {
    Filter.SCREENING: lambda bit, _names: str(_SCREENING_GAPS[Screening(bit)]),
    Filter.TRAINING: _training_gap,
    Filter.SKILLS: _skill_gap,
    Filter.DAYPARTS: lambda bit, _names: _("if %(daypart)s is fine too") % {"daypart": daypart_words(bit)},
}


def _more(count: int, how: str) -> str:
    return _("%(count)d more %(how)s.") % {"count": count, "how": how}


def _labels(choices: type[MaskChoices], mask: int, *, as_names: bool = False) -> str:
    """Return the labels of a mask as they stand inside a sentence; names keep their capital."""
    labels = [str(member.label) for member in choices.from_mask(mask)]
    return _list(label if as_names else _inside(label) for label in labels)


def _inside(label: str) -> str:
    """A label as a part of a sentence; an abbreviation keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _list(words: Iterable[str]) -> str:
    return get_text_list(list(words), pgettext("last of a list", "and"))


def _sentence(clauses: Iterable[str]) -> str:
    """Join the first clauses to a sentence."""
    chosen = list(islice(filter(None, clauses), _CLAUSES))
    return f"{capfirst(_list(chosen))}." if chosen else ""


# --- Clauses about the volunteer ----------------------------------------------------------------


def _lives(reason: Reason) -> str:
    return _("lives %(distance)s away") % {"distance": distance_words(reason.params["km"] * 1000)}


def _offers(reason: Reason) -> str:
    # Of a vacancy the kinds of help that come near its work are among what is preferred.
    shared = int(reason.params["shared"])
    kinds, skills = _labels(HelpCategory, shared), _labels(Skill, shared)
    likes = _("likes to do: %(help)s") % {"help": kinds} if kinds else ""
    offers = _("also offers: %(skills)s") % {"skills": skills} if skills else ""
    return _list(filter(None, (likes, offers)))


def _free(reason: Reason) -> str:
    shared, asked = int(reason.params["shared"]).bit_count(), int(reason.params["asked"]).bit_count()
    if shared < asked:
        return _("is free at %(shared)d of the %(asked)d times asked") % {"shared": shared, "asked": asked}
    return _("is free at the time asked") if asked == 1 else _("is free at every time asked")


def _speaks(reason: Reason) -> str:
    languages = _labels(Language, int(reason.params["shared"]), as_names=True)
    return _("speaks %(languages)s") % {"languages": languages} if languages else ""


def _rested(reason: Reason) -> str:
    days = reason.params.get("days")
    if days is None:
        return _("has never been asked")
    return _("has not been asked for %(days)d days") % {"days": days} if days >= _RESTED_DAYS else ""


def _has_room(reason: Reason) -> str:
    return "" if reason.params["running"] else _("has no other agreements now")


def _is_new(reason: Reason) -> str:
    return "" if reason.params["done"] else _("is new and has not had a task yet")


def _knows(reason: Reason) -> str:
    return _("has helped this resident well before") if reason.value else ""


def _dislikes_too(reason: Reason) -> str:
    shared = _labels(Dislike, int(reason.params["shared"]))
    return _("dislikes the same: %(what)s") % {"what": shared} if shared else ""


_ABOUT_VOLUNTEER: Mapping[Term, Callable[[Reason], str]] = {
    Term.PROXIMITY: _lives,
    Term.PREFERRED_SKILLS: _offers,
    Term.DAYPARTS: _free,
    Term.LANGUAGE: _speaks,
    Term.REST: _rested,
    Term.ROOM: _has_room,
    Term.NEWCOMER: _is_new,
    Term.CONTINUITY: _knows,
    Term.DISLIKES: _dislikes_too,
}


# --- Clauses for the volunteer ------------------------------------------------------------------


def _from_you(reason: Reason) -> str:
    distance = distance_words(shown_km(float(reason.params["km"])) * 1000)
    return _("about %(distance)s from you") % {"distance": distance}


def _useful(reason: Reason) -> str:
    skills = _labels(Skill, int(reason.params["shared"]))
    return _("what you can do is welcome here: %(skills)s") % {"skills": skills} if skills else ""


def _you_are_free(reason: Reason) -> str:
    shared, asked = int(reason.params["shared"]).bit_count(), int(reason.params["asked"]).bit_count()
    return _("you are free then") if shared == asked else _("there is a time that suits you")


def _first_task(reason: Reason) -> str:
    return "" if reason.params["done"] else _("a good first task")


def _waits(reason: Reason) -> str:
    days = int(reason.params["days"])
    if not days:
        return ""
    return ngettext("waiting for %(days)d day", "waiting for %(days)d days", days) % {"days": days}


_TO_VOLUNTEER: Mapping[Term, Callable[[Reason], str]] = {
    Term.PROXIMITY: _from_you,
    Term.PREFERRED_SKILLS: _useful,
    Term.DAYPARTS: _you_are_free,
    Term.NEWCOMER: _first_task,
    Term.WAITING: _waits,
}
