"""What a message is about, in words for under its sentence: only of what the reader may see themselves.

Ten messages that somebody answered a vacancy are ten riddles as long as none says which, or who.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from common.words import day_words, moment_words, time_words
from notifications.enums import NoticeKind
from notifications.models import Notice
from people.models import User
from vacancies.models import Application, SwapOffer
from vacancies.queries.actions import actions_visible_to, called_off
from vacancies.queries.desk import applications_visible_to, vacancies_visible_to
from vacancies.queries.placements import placements_kept_by
from vacancies.queries.shifts import seats_of, shifts_kept_by, shifts_visible_to

Ids = set[UUID]
Words = dict[UUID, str]
# What says that tasks of an action do not go on: they are named beside it.
CALLED_OFF = frozenset({NoticeKind.TASK_CALLED_OFF, NoticeKind.TASK_DROPPED})
AT_THE_DESK = frozenset({NoticeKind.PLACEMENT_ASKED, NoticeKind.PLACEMENT_LEFT})


class Subject(NamedTuple):
    """Messages of one sort, and how the words of what they are about are read, in one or two queries."""

    pages: frozenset[str]
    kinds: frozenset[NoticeKind]
    words: Callable[[User, Ids], Words]

    def holds(self, kind: NoticeKind, page: str) -> bool:
        """Whether a message of this kind, that leads to this page, is of this sort."""
        return kind in self.kinds or page in self.pages


def words_of(user: User, notices: Iterable[tuple[Notice, str]]) -> dict[UUID, str]:
    """Return per message, by its id, what it is about; nothing of what ``user`` may not see (any more).

    ``notices``: each with the name of the page that it leads to.
    """
    listed = [(notice, NoticeKind(notice.kind), page) for notice, page in notices]
    found: dict[UUID, str] = {}
    left = listed
    for subject in SUBJECTS:
        mine = [each for each in left if subject.holds(each[1], each[2])]
        left = [each for each in left if each not in mine]
        words = subject.words(user, {notice.object_id for notice, _kind, _page in mine}) if mine else {}
        found |= {notice.pk: words[notice.object_id] for notice, *_ in mine if notice.object_id in words}
    return found


def _tasks_called_off(user: User, ids: Ids) -> Words:
    """What does not go on of each action: "De tuin: Snoeien, Koffie"."""
    titles: dict[UUID, list[str]] = {}
    names: dict[UUID, str] = {}
    for seat in called_off(user.pk, ids):
        names[seat.event.action_id] = seat.event.action.title
        titles.setdefault(seat.event.action_id, []).append(seat.event.title)
    return {pk: f"{name}: {', '.join(titles[pk])}" for pk, name in names.items()}


def _answers(user: User, ids: Ids) -> Words:
    """The vacancy; for who handles the answer also who gave it: "Noor Jansen, Tuinieren"."""
    return {each.pk: _answer(user, each) for each in applications_visible_to(user).filter(pk__in=ids)}


def _answer(user: User, answer: Application) -> str:
    name = answer.user.name if answer.user is not None and answer.user_id != user.pk else ""
    return f"{name}, {answer.vacancy.title}" if name else answer.vacancy.title


def _vacancies(user: User, ids: Ids) -> Words:
    return dict(vacancies_visible_to(user).filter(pk__in=ids).values_list("pk", "title"))


def _own_seats(user: User, ids: Ids) -> Words:
    return {seat.pk: _shift(seat.event) for seat in seats_of(user).filter(pk__in=ids)}


def _shifts(user: User, ids: Ids) -> Words:
    return {shift.pk: _shift(shift) for shift in shifts_kept_by(user).filter(pk__in=ids)}


def _dates(user: User, ids: Ids) -> Words:
    """Dates that are still to be seen by everybody, with their hours."""
    found = shifts_visible_to(user).filter(pk__in=ids)
    return {shift.pk: f"{_shift(shift)} – {time_words(shift.ends_at)}" for shift in found}


def _swaps(user: User, ids: Ids) -> Words:
    """The date, also once another has taken it over: it is no secret on whose page everybody sees it."""
    swaps = SwapOffer.objects.filter(pk__in=ids, seat__event__in=shifts_visible_to(user))
    return {swap.pk: _shift(swap.seat.event) for swap in swaps.select_related("seat__event__vacancy")}


def _shift(shift: Any) -> str:
    return f"{shift.vacancy.title}, {moment_words(shift.starts_at)}"


def _actions(user: User, ids: Ids) -> Words:
    rows = actions_visible_to(user).filter(pk__in=ids).values_list("pk", "title", "on_date")
    return {pk: f"{title}, {day_words(day)}" for pk, title, day in rows}


def _placements(user: User, ids: Ids) -> Words:
    rows = placements_kept_by(user).filter(pk__in=ids)
    return {each.pk: f"{each.student.user.name}, {each.spot.vacancy.title}" for each in rows}


_NONE: frozenset[Any] = frozenset()
SUBJECTS = (
    Subject(_NONE, CALLED_OFF, _tasks_called_off),
    Subject(_NONE, AT_THE_DESK, _placements),
    Subject(_NONE, frozenset({NoticeKind.SWAP_ASKED}), _swaps),
    Subject(_NONE, frozenset({NoticeKind.SHIFT_TIP}), _dates),
    Subject(frozenset({"applicant", "my-application"}), _NONE, _answers),
    Subject(frozenset({"desk-vacancy", "vacancy"}), _NONE, _vacancies),
    Subject(frozenset({"my-shift"}), _NONE, _own_seats),
    Subject(frozenset({"shift-roster"}), _NONE, _shifts),
    Subject(frozenset({"action", "action-desk"}), _NONE, _actions),
)
"""The first that fits counts."""
