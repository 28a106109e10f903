"""The life of a town under one policy: what happens when, in order of time.

The policy decides whom to ask; people answer, rest, come and go as `behaviour` says, with the town's own
luck. What a policy may know is what a platform knows: who may help, who was asked and answered, who helped
before. Whether someone is resting, and how willing they are, it cannot see.
"""

import heapq
from collections import deque
from enum import IntEnum
from math import ceil, exp, log
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.town.calendar import DAY, HOUR, day_of, end_of_quiet
from simulation.town.requests import ANY_DAY
from simulation.town.town import AFTERWARDS, Town

if TYPE_CHECKING:
    from simulation.town.policy import Policy

QUIET_FROM, QUIET_UNTIL = 21 * HOUR, 8 * HOUR
"""When people sleep: nobody answers. The hours of the platform's own default."""
ASK_WINDOW = 30
_ROUNDS = (8 * HOUR + 12, 12 * HOUR + 12, 16 * HOUR + 12)
_ANY_DAY_AHEAD = 3 * DAY
_TASK_LASTS = 2 * HOUR
_BOARD_OPEN, _BOARD_HOURS = 8 * HOUR, 13 * HOUR
_INVERSE = NormalDist().inv_cdf


class _Kind(IntEnum):
    """What can happen; at one moment the lower number first."""

    MORNING = 0
    DONE = 1
    ENDS = 2
    OPENS = 3
    YES = 4
    NO = 5
    DUE = 6
    WAKE = 7
    ROUND = 8
    LOOK = 9


class Life:
    """State and course of one town under one policy. Run it once with `live`."""

    def __init__(self, town: Town, policy: "Policy") -> None:
        self.town = town
        self.policy = policy
        self.helpers, self.requests, self.luck = town.helpers, town.requests, town.luck
        count, asked = len(town.helpers), len(town.requests)
        self.now = 0
        self._heap: list[tuple[int, int, int, int, int]] = []
        self._number = 0
        self._able = np.ascontiguousarray(town.able.T)
        # --- volunteers
        self.present = np.zeros(count, np.bool_)
        self.left = np.full(count, -1)  # day of leaving for want of tasks or over too many questions
        self.moved = np.full(count, -1)  # day of leaving for a reason of one's own
        # Questions in the last 30 days, and the last: what a platform knows, and keeps to.
        self.asks = np.zeros(count, np.int64)
        self.last_asked = np.full(count, -1)
        self.decisions = np.zeros(count, np.int64)  # the same with what was read: what tires
        self.running = np.zeros(count, np.int64)
        self.tasks = town.helpers.tasks_before.copy()
        self.kinds_done = town.helpers.kinds_before.copy()
        self.last_task = np.where(town.helpers.tasks_before > 0, 0, town.helpers.joined)
        self._rests_until = np.zeros(count, np.int64)
        self._ready = np.zeros(count, np.bool_)
        self._asked_on: deque[tuple[int, int]] = deque()
        self._decided_on: deque[tuple[int, int]] = deque()
        # --- requests
        self.open: dict[int, None] = {}  # in the order of opening
        self.filled_at = np.full(asked, -1)
        self.filled_by = np.full(asked, -1)
        self.asked_for = np.zeros(asked, np.int64)
        self.asked: list[list[int]] = [[] for _ in range(asked)]  # who had the question
        self.read: list[set[int]] = [set() for _ in range(asked)]  # who read it on a board or list
        self.waiting: list[dict[int, int]] = [{} for _ in range(asked)]  # open questions: volunteer, due
        self.known: dict[int, set[int]] = {}  # per resident the volunteers with whom it went well

    # --- What a policy may ask and do ----------------------------------------------------------

    @property
    def today(self) -> int:
        """The number of the day."""
        return day_of(self.now)

    def can_help(self, request: int) -> NDArray[np.intp]:
        """Volunteers who pass every hard filter for this request now and were not asked for it."""
        can = self._able[request] & self._ready
        can[self.asked[request]] = False
        return np.flatnonzero(can)

    def ask(self, request: int, volunteer: int, *, due: int | None = None) -> None:
        """Put the question; ``due`` calls `Policy.due` then unless it was answered."""
        b = self.town.behaviour
        self.waiting[request][volunteer] = due if due is not None else -1
        if due is not None:
            self._plan(due, _Kind.DUE, request, volunteer)
        resting = self._rests_until[volunteer] > self.now
        above = self.decisions[volunteer] >= self.helpers.asks_cap[volunteer]
        self._note_question(request, volunteer)
        self._note_decision(request, volunteer)
        if self.luck.leave[volunteer, request] < b.annoyed * resting + b.overasked * above:
            self._leave(volunteer, self.left)
        elif not resting:
            self._rest(volunteer, request)
            answer = self._decide(request, volunteer, 1.0 if self.policy.personal else b.browsing)
            if answer is not None:
                moment = self.now + self._delay(volunteer, request)
                self._plan(end_of_quiet(moment, QUIET_FROM, QUIET_UNTIL), answer, request, volunteer)

    def withdraw_question(self, request: int, volunteer: int) -> bool:
        """Stop waiting for an answer; whether one was awaited. A late yes still counts."""
        return self.waiting[request].pop(volunteer, None) is not None

    def wake(self, moment: int, request: int) -> None:
        """Have `Policy.woken` called for an open request at that minute."""
        self._plan(moment, _Kind.WAKE, request, 0)

    # --- The course of things ------------------------------------------------------------------

    def live(self) -> None:
        """Let everything happen."""
        for request, (opens, ends) in enumerate(zip(self.requests.opened, self.requests.ends, strict=True)):
            self._plan(int(opens), _Kind.OPENS, request, 0)
            self._plan(int(ends), _Kind.ENDS, request, 0)
        self._plan(0, _Kind.MORNING, 0, 0)
        self.policy.begin(self)
        while self._heap:
            self.now, kind, _, request, volunteer = heapq.heappop(self._heap)
            self._happen(_Kind(kind), request, volunteer)

    def _plan(self, minute: int, kind: _Kind, request: int, volunteer: int) -> None:
        self._number += 1
        heapq.heappush(self._heap, (minute, int(kind), self._number, request, volunteer))

    def _happen(self, kind: _Kind, request: int, volunteer: int) -> None:
        if kind == _Kind.MORNING:
            self._morning()
        elif kind == _Kind.DONE:
            self._done(request, volunteer)
        elif kind == _Kind.OPENS:
            self.open[request] = None
            self.policy.opened(request)
        elif kind == _Kind.ROUND:
            self.policy.round()
        elif kind == _Kind.LOOK:
            self._look(volunteer)
        elif request in self.open:
            self._concerning(kind, request, volunteer)

    def _concerning(self, kind: _Kind, request: int, volunteer: int) -> None:
        """What only matters while the request is open."""
        if kind == _Kind.ENDS:
            self._close(request)
        elif kind == _Kind.WAKE:
            self.policy.woken(request)
        elif kind == _Kind.YES and self._still_can(volunteer):
            self._fill(request, volunteer)
        elif self.withdraw_question(request, volunteer):
            if kind == _Kind.DUE:
                self.policy.due(request)
            else:
                self.policy.refused(request)

    def _morning(self) -> None:
        day, luck, b = self.today, self.luck, self.town.behaviour
        self._forget(day - ASK_WINDOW)
        for volunteer in np.flatnonzero(self.helpers.joined == day).tolist():
            self.present[volunteer] = True
            self._changed(volunteer)
        for volunteer in np.flatnonzero(self.present & (luck.moves[:, day] < b.moves_away)).tolist():
            self._leave(volunteer, self.moved)
        patience = np.where(self.tasks == 0, b.newcomer_idle_after, b.idle_after)
        idle = self.present & (self.running == 0) & (day - self.last_task > patience)
        for volunteer in np.flatnonzero(idle & (luck.idle[:, day] < b.idle_leaves)).tolist():
            self._leave(volunteer, self.left)
        for minute in _ROUNDS:
            self._plan(self.now + minute, _Kind.ROUND, 0, 0)
        if self.policy.board:
            self._plan_looks(day)
        if day + 1 < self.town.days + AFTERWARDS:
            self._plan(self.now + DAY, _Kind.MORNING, 0, 0)

    def _forget(self, until: int) -> None:
        """What was asked or read up to this day counts no more."""
        while self._asked_on and self._asked_on[0][0] <= until:
            self._count_question(self._asked_on.popleft()[1], -1)
        while self._decided_on and self._decided_on[0][0] <= until:
            self.decisions[self._decided_on.popleft()[1]] -= 1

    def _plan_looks(self, day: int) -> None:
        looks = self.present & (self.luck.looks[:, day] < self.town.behaviour.return_rate)
        for volunteer in np.flatnonzero(looks).tolist():
            minute = _BOARD_OPEN + int(self.luck.looks_at[volunteer, day] * _BOARD_HOURS)
            self._plan(self.now + minute, _Kind.LOOK, 0, volunteer)

    def _look(self, volunteer: int) -> None:
        """Read the board from the top until something appeals; each request is judged once."""
        b = self.town.behaviour
        if not self.present[volunteer] or self._rests_until[volunteer] > self.now:
            return
        if not self._still_can(volunteer):
            return
        shown = self.policy.shown(volunteer)[: b.read_at_most]
        for request in shown:
            self.read[request].add(volunteer)
            self._note_decision(request, volunteer)
            if self._decide(request, volunteer, b.browsing) == _Kind.YES:
                self._note_question(request, volunteer)  # coming forward is a question answered
                self._fill(request, volunteer)
                return

    def _decide(self, request: int, volunteer: int, odds: float) -> _Kind | None:
        b = self.town.behaviour
        logit = float(self.town.appeal[volunteer, request]) + log(odds)
        logit += b.tired * bool(self.decisions[volunteer] > self.helpers.asks_cap[volunteer])
        if volunteer in self.known.get(int(self.requests.resident[request]), ()):
            logit += b.known
        if self.luck.yes[volunteer, request] < 1 / (1 + exp(-logit)):
            return _Kind.YES
        return _Kind.NO if self.luck.silent[volunteer, request] < b.says_no else None

    def _delay(self, volunteer: int, request: int) -> int:
        b = self.town.behaviour
        chance = min(max(float(self.luck.delay[volunteer, request]), 1e-6), 1 - 1e-6)
        return ceil(exp(log(b.delay_median) + b.delay_sigma * _INVERSE(chance)))

    def _rest(self, volunteer: int, request: int) -> None:
        chance = float(self.luck.rest[volunteer, request])
        days = max(1, ceil(log(1 - chance) / log(1 - self.town.behaviour.return_rate)))
        self._rests_until[volunteer] = self.now + days * DAY

    def _note_question(self, request: int, volunteer: int) -> None:
        self.asked[request].append(volunteer)
        self.last_asked[volunteer] = self.today
        self._asked_on.append((self.today, volunteer))
        self._count_question(volunteer, 1)

    def _count_question(self, volunteer: int, step: int) -> None:
        self.asks[volunteer] += step
        self._changed(volunteer)

    def _note_decision(self, request: int, volunteer: int) -> None:
        self.asked_for[request] += 1
        self._decided_on.append((self.today, volunteer))
        self.decisions[volunteer] += 1

    def _still_can(self, volunteer: int) -> bool:
        return bool(self.present[volunteer]) and bool(
            self.running[volunteer] < self.helpers.running_cap[volunteer]
        )

    def _fill(self, request: int, volunteer: int) -> None:
        self.filled_at[request], self.filled_by[request] = self.now, volunteer
        self._close(request)
        self.running[volunteer] += 1
        self.last_task[volunteer] = self.today
        fixed = self.requests.on_day[request] != ANY_DAY
        start = int(self.requests.ends[request]) if fixed else self.now + _ANY_DAY_AHEAD
        self._plan(start + _TASK_LASTS, _Kind.DONE, request, volunteer)
        self._changed(volunteer)

    def _done(self, request: int, volunteer: int) -> None:
        self.running[volunteer] -= 1
        self.tasks[volunteer] += 1
        self.kinds_done[volunteer] |= 1 << int(self.requests.category[request])
        self.last_task[volunteer] = self.today
        # Who said yes did not use this chance to be silent.
        if self.luck.silent[volunteer, request] < self.town.behaviour.went_well:
            self.known.setdefault(int(self.requests.resident[request]), set()).add(volunteer)
        self._changed(volunteer)

    def _close(self, request: int) -> None:
        del self.open[request]
        self.waiting[request].clear()

    def _leave(self, volunteer: int, how: NDArray[np.int64]) -> None:
        if self.present[volunteer]:
            self.present[volunteer] = False
            how[volunteer] = self.today
            self._changed(volunteer)

    def _changed(self, volunteer: int) -> None:
        within = self.asks[volunteer] < self.helpers.asks_cap[volunteer] or not self.policy.keeps_to_caps
        self._ready[volunteer] = within and self._still_can(volunteer)
        self.policy.changed(volunteer)
