"""What a policy is, and the waves that most of them ask in."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from simulation.town.calendar import DAY, HOUR, deadline, end_of_quiet
from simulation.town.requests import ANY_DAY

if TYPE_CHECKING:
    from simulation.town.life import Life

_WEEK = 7


class Policy(ABC):
    """Decides whom to ask, and when. One object serves one life. What a policy does not need does nothing."""

    key: ClassVar[str]
    title: ClassVar[str]
    how: ClassVar[str]
    """One sentence: how it asks."""
    board: ClassVar[bool] = False
    """Whether volunteers come to read, instead of being asked."""
    keeps_to_caps: ClassVar[bool] = True
    """Whether nobody is asked more often in 30 days than they said to want."""
    personal: ClassVar[bool] = True
    """Whether a question is put to this volunteer, and not one message to many."""
    life: "Life"

    def begin(self, life: "Life") -> None:
        """The town wakes up."""
        self.life = life

    @abstractmethod
    def opened(self, request: int) -> None:
        """A request may be asked for from now on."""

    def refused(self, request: int) -> None:  # noqa: B027
        """Someone said no."""

    def due(self, request: int) -> None:  # noqa: B027
        """Someone was silent until the deadline."""

    def woken(self, request: int) -> None:  # noqa: B027
        """The moment given to `Life.wake` has come."""

    def round(self) -> None:  # noqa: B027
        """A moment to look again at what waits, three times a day."""

    def changed(self, volunteer: int) -> None:  # noqa: B027
        """What is known of a volunteer has changed."""

    def shown(self, volunteer: int) -> list[int]:
        """What a volunteer finds on the board, from the top."""
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRules:
    """How waves go; minutes. The defaults are those of a centre (`matching.models.DispatchPolicy`)."""

    size: int = 1
    size_today: int = 3
    today: int = 30
    this_week: int = 4 * HOUR
    later: int = 4 * HOUR
    quiet_from: int = 21 * HOUR
    """Of the day, as the next."""
    quiet_until: int = 8 * HOUR
    list_first: int = 0
    """Waking minutes that a request only hangs on the list near by, before anybody is asked."""


class Waves(Policy):
    """Ask the best few; replace who refuses at once and who is silent at the deadline.

    The same course as `matching.services.dispatch`; subclasses say who is best.
    """

    rules: WaveRules = WaveRules()

    def __init__(self, rules: WaveRules | None = None) -> None:
        self.rules = rules or self.rules
        self._exhausted: dict[int, None] = {}

    @abstractmethod
    def best(self, request: int, k: int) -> list[int]:
        """The ``k`` volunteers to ask next, best first."""

    def opened(self, request: int) -> None:
        """Start asking, once the list near by has had its time."""
        until = self._listed_until(request)
        if until > self.life.now:
            self.life.wake(until, request)
        else:
            self._ask(request)

    def refused(self, request: int) -> None:
        """Replace who refused."""
        self._ask(request)

    def due(self, request: int) -> None:
        """Replace who was silent."""
        self._ask(request)

    def woken(self, request: int) -> None:
        """The quiet hours are over."""
        self._ask(request)

    def round(self) -> None:
        """Look again for what had nobody left."""
        for request in list(self._exhausted):
            if request not in self.life.open:
                del self._exhausted[request]
            elif len(self.life.can_help(request)):
                del self._exhausted[request]
                self._ask(request)

    def _ask(self, request: int) -> None:
        life, rules = self.life, self.rules
        awake = end_of_quiet(life.now, rules.quiet_from, rules.quiet_until)
        if awake > life.now:
            life.wake(awake, request)
            return
        size = rules.size_today if self._urgency(request) == 0 else rules.size
        wanted = size - len(life.waiting[request])
        found = self.best(request, wanted) if wanted > 0 else []
        due = self._deadline(request)
        for volunteer in found:
            life.ask(request, volunteer, due=due)
        if not found and not life.waiting[request]:
            self._exhausted[request] = None

    def _listed_until(self, request: int) -> int:
        """Until when nobody is asked (`matching.queries.listed_until`): at the latest the day before."""
        life, rules = self.life, self.rules
        until = deadline(life.now, rules.list_first, rules.quiet_from, rules.quiet_until)
        day = int(life.requests.on_day[request])
        until = until if day == ANY_DAY else min(until, (day - 1) * DAY)
        return until if rules.list_first else life.now

    def _deadline(self, request: int) -> int:
        life, rules = self.life, self.rules
        waking = {0: rules.today, 1: rules.this_week, 2: rules.later}[self._urgency(request)]
        due = deadline(life.now, waking, rules.quiet_from, rules.quiet_until)
        fixed = life.requests.on_day[request] != ANY_DAY
        return min(due, int(life.requests.ends[request])) if fixed else due

    def _urgency(self, request: int) -> int:
        """0 today, 1 this week, 2 later or without a day."""
        day = self.life.requests.on_day[request]
        if day == ANY_DAY:
            return 2
        ahead = day - self.life.today
        return 0 if ahead <= 0 else 1 if ahead <= _WEEK else 2
