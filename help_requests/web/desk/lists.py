"""The desk's lists: which states each holds, and one list as a page shows it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from help_requests.enums import AGREED, DONE_WITH, ENDED, TO_TRIAGE, RequestState
from help_requests.models import HelpRequest
from help_requests.queries import count_by_state, in_states, search_desk

S = RequestState
PAGE_SIZE = 50


@dataclass(frozen=True)
class DeskList:
    """A tab of the desk. ``counted`` tells whether its number matters."""

    slug: str
    title: Any
    states: frozenset[RequestState]
    empty: Any
    counted: bool = True


LISTS = (
    DeskList("nieuw", _("New"), TO_TRIAGE, _("Everything has been read. Well done!")),
    DeskList(
        "gevraagd",
        _("Being asked"),
        frozenset({S.OPEN, S.OFFERED, S.REMATCHING}),
        _("No request is waiting for an answer of volunteers."),
    ),
    DeskList(
        "niemand",
        _("Nobody found"),
        frozenset({S.WAITLISTED}),
        _("For every request there is someone to ask."),
    ),
    DeskList("afgesproken", _("Agreed"), AGREED, _("No appointments are coming up.")),
    DeskList("afronden", _("To close"), DONE_WITH, _("Nothing is waiting to be closed.")),
    DeskList("terug", _("Sent back"), frozenset({S.DRAFT}), _("No resident has to answer a question.")),
    DeskList("voorbij", _("Past"), ENDED, _("No request has ended yet."), counted=False),
)
BY_SLUG = {desk_list.slug: desk_list for desk_list in LISTS}


@dataclass(frozen=True)
class Tab:
    """A list's tab: its address, count and whether it is the one shown."""

    slug: str
    title: Any
    count: int | None
    current: bool


@dataclass(frozen=True)
class Queue:
    """What the left side of the desk shows."""

    tabs: list[Tab]
    rows: list[HelpRequest]
    title: Any
    empty: Any
    slug: str
    search: str
    more: str = ""
    # How long ago a request was sent matters while someone waits for an answer.
    shows_age: bool = False


def queue_of(user: Any, slug: str, search: str = "", page: int = 1) -> Queue:
    """One list of the desk of ``user``, or what was searched for in all lists."""
    shown = BY_SLUG.get(slug, LISTS[0])
    search = search.strip()
    tabs = _tabs(user, None if search else shown)
    if search:
        rows = search_desk(user, search)[:PAGE_SIZE]
        return Queue(tabs, rows, _("Found"), _("Nothing was found. Try another word."), shown.slug, search)
    start = (max(1, page) - 1) * PAGE_SIZE
    rows = list(in_states(user, shown.states)[start : start + PAGE_SIZE + 1])
    more = urlencode({"lijst": shown.slug, "pagina": page + 1}) if len(rows) > PAGE_SIZE else ""
    waits = shown.states == TO_TRIAGE
    return Queue(tabs, rows[:PAGE_SIZE], shown.title, shown.empty, shown.slug, "", more, waits)


def list_of(request: HelpRequest) -> str:
    """The slug of the list that a request is on."""
    return next(desk_list.slug for desk_list in LISTS if request.state in desk_list.states)


def _tabs(user: Any, shown: DeskList | None) -> list[Tab]:
    counts = count_by_state(user)
    return [
        Tab(
            desk_list.slug,
            desk_list.title,
            sum(counts[state] for state in desk_list.states) if desk_list.counted else None,
            desk_list is shown,
        )
        for desk_list in LISTS
    ]
