"""One step of a screening, as pages show it."""

from dataclasses import dataclass
from datetime import date

from safeguarding.enums import ScreeningState
from safeguarding.models import Screening

# The kind of badge of the design system by where a step stands.
BADGES = {
    ScreeningState.VALID: "success",
    ScreeningState.EXPIRING: "warning",
    ScreeningState.IN_PROGRESS: "warning",
    ScreeningState.EXPIRED: "danger",
    ScreeningState.REFUSED: "danger",
    ScreeningState.BLOCKED: "danger",
}


@dataclass(frozen=True)
class Step:
    """One screening step of one volunteer, as a page shows it on ``day``."""

    screening: Screening
    day: date

    @property
    def standing(self) -> ScreeningState:
        """Where it stands."""
        return self.screening.standing(self.day)

    @property
    def valid(self) -> bool:
        """Whether it holds on the day."""
        return self.screening.holds_on(self.day)

    @property
    def words(self) -> str:
        """The state in words."""
        return str(self.standing.label)

    @property
    def badge(self) -> str:
        """The kind of badge of the design system."""
        return BADGES.get(self.standing, "neutral")
