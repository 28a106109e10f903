"""The comparison in words: a table for the terminal, a text with sources, and charts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.charts import Axis, bar_chart, line_chart
from bench.city.compare import Comparison, intervals
from bench.city.measures import WITHIN
from bench.city.policies import POLICIES
from simulation.town.interval import Interval

_COLUMNS = {
    "filled": "filled %",
    "median_hours": "median h",
    "p90_hours": "p90 h of filled",
    "all_p90_hours": "p90 h of all",
    "asks_per_fill": "asks per fill",
    "active": "task in 30 days %",
    "gini": "Gini",
    "lost": "lost %",
    "lowest": "lowest place %",
    "highest": "highest place %",
}
_MEANING = """
- *filled*: requests that got a yes before it was too late.
- *median*, *p90 of filled*: hours from opening to the first yes, of those that got one. A policy that fills
  few, and only the easy ones, has low numbers here; therefore *p90 of all*: hours within which nine in ten of
  **all** requests had a yes, "never" when fewer ever got one.
- *asks per fill*: how often a volunteer had to decide about a request, asked or reading it on a board, per
  request filled.
- *task in 30 days*: share of the volunteers who take on a task in a month. Whom the policy lost counts as
  without; who moved away does not count.
- *Gini*: how unevenly the tasks are spread over the volunteers (0 all the same, 1 all by one).
- *lost*: volunteers who left for want of tasks or because they were asked too often.
- *lowest*, *highest place*: filled % of the neighbourhoods where fewest and most are filled.
- *upper bound*: no policy that asks one volunteer about one request at a time can fill more on average
  (linear program of Manshadi and Rodilitz 2022, see `bench/city/bound.py`).

Numbers are means over the seeds, ± half the width of the 95% interval. All policies live through the same
towns with the same luck, so that a difference between two is surer than their intervals suggest.
"""

_FAIR = """
The same hard filters hold for all: kind of help, skills, dayparts, reach, language, screening, the limit on
running tasks, asked once. Those that ask in waves also keep to how often a volunteer wants to be asked; the
baselines break ties by chance. Nobody is asked between nine in the evening and eight in the morning.
""".strip()
_ASSUMED = """
How people behave stands in `simulation/town/behaviour.py`, every number with its unit and source. The
levels hang on these assumptions; what counts is the difference between policies in one town.

One assumption decides who wins, and is told at second hand only: what someone reads on a board has
{browsing:g} times the odds of a yes that a question to them has. The readier people are to pick from a board,
the better boards do: see what comes of `--browsing 0.5`, and of `--browsing 1`, where a board fills as many
requests with fewer asks than we do (bench/README.md). Our list near by has the same odds.
""".strip()


_ODDS = """
The same towns, with other odds of a yes to what is read, as a share of the odds when asked in person. Who
lets nobody read stays as above.
""".strip()


def table(comparison: Comparison) -> list[list[str]]:
    """Return the cells, heading first: one row per policy, and the upper bound."""
    rows = [["policy", *_COLUMNS.values()]]
    for key, measured in comparison.measured.items():
        found = intervals(measured)
        rows.append([POLICIES[key].title, *(_number(found[name], name) for name in _COLUMNS)])
    bound = _number(Interval.of(comparison.bounds), "filled")
    return [*rows, ["upper bound", bound, *[""] * (len(_COLUMNS) - 1)]]


def odds_table(comparison: Comparison) -> list[list[str]]:
    """Return the cells of those who let people read, per odds of a yes; empty when no odds were named."""
    names = ("filled", "median_hours", "all_p90_hours", "asks_per_fill", "active", "gini")
    rows = [["odds", "policy", *(_COLUMNS[name] for name in names)]]
    for (odds, key), measured in comparison.by_odds.items():
        found = intervals(measured)
        rows.append([f"{odds:g}", POLICIES[key].title, *(_number(found[name], name) for name in names)])
    return rows if comparison.by_odds else []


def terminal(comparison: Comparison) -> str:
    """Return the tables in columns of even width."""
    tables = [table(comparison), odds_table(comparison)]
    return "\n\n".join(_aligned(rows) for rows in tables if rows)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(lines)


def text(comparison: Comparison) -> str:
    """Return the report as markdown. The same seeds give the same bytes."""
    setup = comparison.setup
    seeds = ", ".join(map(str, setup.seeds))
    lines = [
        "# Ways of asking, compared",
        (
            f"{setup.facts.name}: {setup.facts.helpers} helpers at the start, {comparison.helpers} with "
            f"newcomers, {setup.facts.residents} residents, {comparison.requests:,} requests in {setup.days} "
            f"days. Seeds: {seeds}."
        ),
        "",
        *_markdown(table(comparison)),
        "",
        *_odds(comparison),
        "## What the columns say",
        _MEANING.strip(),
        "",
        "## How each asks",
        *(f"- **{POLICIES[key].title}** {POLICIES[key].how}." for key in setup.policies),
        "",
        _FAIR,
        "",
        "## What is assumed",
        _ASSUMED.format(browsing=setup.behaviour.browsing),
    ]
    return "\n".join(lines) + "\n"


def _odds(comparison: Comparison) -> list[str]:
    rows = odds_table(comparison)
    return ["## At other odds of a yes when reading", _ODDS, "", *_markdown(rows), ""] if rows else []


def charts(comparison: Comparison) -> Mapping[str, str]:
    """Return the pictures by file name."""
    means = {
        key: {name: value.mean for name, value in intervals(measured).items()}
        for key, measured in comparison.measured.items()
    }

    def bars(name: str) -> dict[str, float]:
        return {POLICIES[key].title: round(values[name], 1) for key, values in means.items()}

    ours = POLICIES["engine"].title
    bound = round(Interval.of(comparison.bounds).mean, 1)
    return {
        "filled.svg": bar_chart(
            "Requests filled",
            f"Requests with a yes in time. {_listed(bars('filled'), '%')}. No policy can pass {bound}%.",
            "% of the requests",
            bars("filled") | {"Upper bound": bound},
            strong=ours,
        ),
        "asks.svg": bar_chart(
            "Asks per request filled",
            f"How often a volunteer had to decide, per request filled. {_listed(bars('asks_per_fill'), '')}.",
            "asks; less is better",
            bars("asks_per_fill"),
            strong=ours,
        ),
        "active.svg": bar_chart(
            "Volunteers with a task in 30 days",
            f"Share of the volunteers who took on a task in a month. {_listed(bars('active'), '%')}.",
            "% of the volunteers",
            bars("active"),
            strong=ours,
        ),
        "wait.svg": line_chart(
            "Filled within so many hours",
            "Share of all requests that had a yes within so many hours. Asking many at once is fastest for "
            "the easy ones; what counts for a resident is how high the line ends.",
            Axis("hours since the request was opened", logarithmic=True),
            Axis("% of all requests"),
            {POLICIES[key].title: _curve(comparison, key) for key in comparison.measured},
        ),
    }


def write(comparison: Comparison, folder: Path) -> list[Path]:
    """Write the text and the charts, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"report.md": text(comparison) + _pictures(charts(comparison)), **charts(comparison)}
    for name, content in files.items():
        (folder / name).write_text(content)
    return [folder / name for name in files]


def _curve(comparison: Comparison, key: str) -> Sequence[tuple[float, float]]:
    measured = comparison.measured[key]
    means = [sum(values) / len(measured) for values in zip(*(each.within for each in measured), strict=True)]
    return list(zip(WITHIN, means, strict=True))


def _pictures(found: Mapping[str, str]) -> str:
    titles = {"filled.svg": "Filled", "asks.svg": "Asks", "active.svg": "Active", "wait.svg": "Waiting"}
    return "\n## Pictures\n" + "\n\n".join(f"![{titles[name]}]({name})" for name in found) + "\n"


def _markdown(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = rows
    return [_row(head), _row(["---", *["--:"] * (len(head) - 1)]), *map(_row, body)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _number(interval: Interval, name: str) -> str:
    if interval.mean == float("inf"):
        return "never"
    digits = 2 if name == "gini" else 1
    half = "" if interval.half is None else f" ±{interval.half:.{digits}f}"
    return f"{interval.mean:.{digits}f}{half}"


def _listed(bars: Mapping[str, float], unit: str) -> str:
    return ", ".join(f"{name} {value:g}{unit}" for name, value in bars.items())
