"""What was tried, as a picture: across how many more volunteers, upwards how many of 100 had a yes."""

from dataclasses import dataclass

from simulation.queries import Found

WIDTH, HEIGHT = 360, 240
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 12, 44
_STEPS = (1, 2, 5, 10, 20)
_MOST_MARKS = 7


@dataclass(frozen=True)
class Mark:
    """A number beside an axis."""

    at: float
    says: int


@dataclass(frozen=True)
class Dot:
    """One town that was lived through."""

    x: float
    y: float


@dataclass(frozen=True)
class Chart:
    """Where everything lies, in the units of the picture."""

    dots: list[Dot]
    means: str
    """The points of the line through the means."""
    across: list[Mark]
    upwards: list[Mark]
    goal: float
    band: tuple[float, float] | None
    """Left side and width of where the answer lies."""

    width, height, left, top = WIDTH, HEIGHT, LEFT, TOP
    right, bottom, plot = WIDTH - RIGHT, HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP


def chart_of(found: Found) -> Chart | None:
    """Draw what was tried; ``None`` when there is nothing to compare."""
    trials = found.trials
    if len(trials) < 2:
        return None
    people = found.people
    most = max([trial.more for trial in trials] + [people[2] if people else 0])
    least = min(*(min(trial.filled) for trial in trials), found.what_if.goal) // 10 * 10

    def x(more: float) -> float:
        return round(LEFT + more / most * (WIDTH - LEFT - RIGHT), 1)

    def y(filled: float) -> float:
        return round(TOP + (100 - filled) / (100 - least or 1) * (HEIGHT - TOP - BOTTOM), 1)

    whole = [trial for trial in trials if len(trial.filled) == found.seeds]
    return Chart(
        dots=[Dot(x(trial.more), y(filled)) for trial in trials for filled in trial.filled],
        means=" ".join(f"{x(trial.more)},{y(trial.mean)}" for trial in whole),
        across=[Mark(x(more), more) for more in range(0, most + 1, _step(most))],
        upwards=[Mark(y(filled), filled) for filled in range(int(least), 101, 10)],
        goal=y(found.what_if.goal),
        band=(x(people[1]), max(x(people[2]) - x(people[1]), 2.0)) if people else None,
    )


def _step(most: int) -> int:
    return next((step for step in _STEPS if most / step < _MOST_MARKS), _STEPS[-1])
