"""What would bring more volunteers in for a request, and what a coordinator can do about it.

A room of its own because pages and API show the same: the engine counts, ``explanations`` says it, this
joins both with what may be asked of whom.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from academy.queries import titles_by_bit
from help_requests.models import HelpRequest
from matching import explanations
from matching.candidates import why_not
from matching.engine import Demand, Filter, Funnel, Relaxation
from matching.enums import WideningState
from matching.explanations import Gap
from matching.models import Widening
from matching.services import can_widen
from matching.services.agreement import taken_slots
from people.enums import Skill


class Act(StrEnum):
    """What can be done about a gap with one button."""

    ASK_RESIDENT = "ask_resident"
    ASK_SCREENING = "ask_screening"
    INVITE = "invite"
    LOOK = "look"
    NONE = "none"


@dataclass(frozen=True)
class Opening:
    """One way to let more volunteers in."""

    gap: Gap
    act: Act
    advice: Any = ""

    @property
    def sentence(self) -> str:
        """How many would come in, and how."""
        return self.gap.sentence

    @property
    def slug(self) -> str:
        """Its name in addresses: the rule, and the bit where there is one."""
        rule = str(self.gap.rule.name).lower()
        return rule if self.gap.bit is None else f"{rule}-{self.gap.bit}"


ADVICE: dict[Filter, Any] = {
    Filter.ACTIVE: _("They take a break, and chose themselves until when. Call only who asked you to."),
    Filter.SKILLS: _("Ask the resident whether it is really needed, or ask these volunteers to try it."),
    Filter.DAYPARTS: _("The day is fixed. Call the resident: may it be on another day?"),
    Filter.REACH: _("Call them: some like to travel further for this. They change it in their profile."),
    Filter.LANGUAGE: _("Ask the resident whether another language is fine too."),
    Filter.ASKS_CAP: _("They said how often we may ask. Call only who told you that more is fine."),
    Filter.RUNNING_CAP: _("They have enough to do now. They can allow more in their profile."),
    Filter.ASKED: _("Who was silent may be asked once more by name."),
    Filter.AGE: _("Only when the resident agrees, and the centre finds it safe."),
    Filter.CENTRE: _("Call your colleagues of the other centre."),
}
_OTHER_HELP = _("They do other kinds of help. Call them: would they like to do this too?")
_ACTS: dict[Filter, Act] = {
    Filter.DAYPARTS: Act.ASK_RESIDENT,
    Filter.SCREENING: Act.ASK_SCREENING,
    Filter.TRAINING: Act.INVITE,
    # Volunteers of another centre are not this desk's to see.
    Filter.CENTRE: Act.NONE,
}


def ways_in(request: HelpRequest, demand: Demand, asked: Iterable[Widening]) -> tuple[Funnel, list[Opening]]:
    """Return the funnel of a request, and what would bring more volunteers in, the most first."""
    funnel, relaxations = why_not(demand)
    names = titles_by_bit()
    return funnel, openings(request, relaxations, asked, names, promised=bool(taken_slots(request)))


def openings(
    request: HelpRequest,
    relaxations: Iterable[Relaxation],
    asked: Iterable[Widening],
    trainings: Mapping[int, str],
    *,
    promised: bool,
) -> list[Opening]:
    """Return the ways in, the most people first. What the resident was asked already is left out.

    Args:
        request: looks for volunteers.
        relaxations: what the engine counted.
        asked: what the resident was asked about the day.
        trainings: names by bit.
        promised: whether someone has said yes already, for help that takes several.
    """
    closed = {
        widening.daypart
        for widening in asked
        if widening.state in {WideningState.ASKED, WideningState.NO} and widening.on_date == request.on_date
    }
    found = [
        _opening(gap)
        for relaxation in relaxations
        for gap in _gaps(request, relaxation, trainings, promised)
        if gap.rule is not Filter.DAYPARTS or gap.bit not in closed
    ]
    return sorted(found, key=lambda opening: -opening.gap.people)


def _gaps(
    request: HelpRequest, relaxation: Relaxation, names: Mapping[int, str], promised: bool
) -> list[Gap]:
    if relaxation.filter is not Filter.DAYPARTS:
        return explanations.gaps(relaxation, names)
    by = tuple((bit, count) for bit, count in relaxation.by if can_widen(request, bit, promised=promised))
    possible = explanations.gaps(Relaxation(Filter.DAYPARTS, relaxation.count, by), names)
    return possible if possible or request.on_date is None else [explanations.another_moment(relaxation)]


def _opening(gap: Gap) -> Opening:
    rule = gap.rule
    # Without a part of the day to ask about there is only the telephone.
    act = Act.LOOK if rule is Filter.DAYPARTS and gap.bit is None else _ACTS.get(rule, Act.LOOK)
    return Opening(gap, act, "" if act is Act.ASK_RESIDENT else advice_on(rule, gap.bit))


def advice_on(rule: Filter, bit: int | None) -> Any:
    """Say what a coordinator can do about a gap; the kind of help itself is no skill to do without."""
    if rule is Filter.SKILLS and bit is not None and bit < Skill.first_bit():
        return _OTHER_HELP
    return ADVICE.get(rule, "")
