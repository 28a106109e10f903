"""Small charts as SVG text: lines and bars, for documents and reports.

They need no script and no style sheet, can be read on a light and on a dark page (every colour has a contrast
of at least 4 to both), and do not tell series apart by colour alone: lines differ in dashes and carry a name.
The title and a sentence that says what to see are part of the picture, for those who hear it.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import ceil, floor, log10
from typing import NamedTuple, TypeAlias
from xml.sax.saxutils import escape

Points: TypeAlias = Sequence[tuple[float, float]]

INK = "#767676"
COLOURS = ("#2878d0", "#c2541f", "#1d8659", "#9560c8", "#8a7320", "#5f7f8c", "#c2447e")
DASHES = ("none", "8 4", "2 3", "10 3 2 3", "4 4", "1 4", "12 2 2 2 2 2")
_WIDTH, _HEIGHT = 760, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 170, 56, 64
_BAR, _GAP, _NAME = 18, 14, 190
_LETTERS = 105
"""So many letters of the sentence go on a line."""


class Axis(NamedTuple):
    """What an axis shows."""

    label: str
    """In words, with the unit."""
    logarithmic: bool = False


def line_chart(title: str, sentence: str, x: Axis, y: Axis, series: Mapping[str, Points]) -> str:
    """Return a chart of lines; each is named at its end."""
    xs = _Scale([px for points in series.values() for px, _ in points], x, _LEFT, _WIDTH - _RIGHT)
    ys = _Scale([py for points in series.values() for _, py in points], y, _HEIGHT - _BOTTOM, _TOP)
    parts = [*_grid(xs, ys), *_axis_names(x.label, y.label)]
    ends = _spread([ys.at(points[-1][1]) for points in series.values()])
    for number, (name, points) in enumerate(series.items()):
        parts += _line(name, [(xs.at(px), ys.at(py)) for px, py in points], ends[number], number)
    return _picture(title, sentence, parts, _HEIGHT)


def bar_chart(title: str, sentence: str, unit: str, bars: Mapping[str, float], *, strong: str = "") -> str:
    """Return a chart of lying bars with their values; the bar named ``strong`` stands out."""
    most = max([*bars.values(), 0.0]) or 1.0
    room = _WIDTH - _NAME - 90
    parts = [_text(_NAME, _TOP - 2, unit, size=12)]
    for number, (name, value) in enumerate(bars.items()):
        y = _TOP + 10 + number * (_BAR + _GAP)
        colour = COLOURS[0] if name == strong else INK
        width = max(value, 0.0) / most * room
        weight = "bold" if name == strong else "normal"
        parts += [
            f'<rect x="{_NAME}" y="{y}" width="{width:.1f}" height="{_BAR}" rx="2" fill="{colour}"/>',
            _text(_NAME - 8, y + 14, name, anchor="end", weight=weight),
            _text(_NAME + width + 6, y + 14, number_words(value), weight=weight),
        ]
    return _picture(title, sentence, parts, _TOP + 20 + len(bars) * (_BAR + _GAP))


def stacked_chart(title: str, sentence: str, bars: Mapping[str, Mapping[str, float]]) -> str:
    """Return lying bars made of parts, each bar with its total; the names of the parts stand above them.

    Args:
        title: what it is about.
        sentence: what to see.
        bars: per bar its parts, named alike in every bar.
    """
    names = list(dict.fromkeys(part for parts in bars.values() for part in parts))
    per_row = 4
    drawn = []
    for number, name in enumerate(names):
        left, above = 8 + number % per_row * 185, _TOP - 8 + number // per_row * 20
        drawn += [_block(left, above, 14, number), _text(left + 20, above + 12, name, size=12)]
    top = _TOP + 20 * -(-len(names) // per_row)
    scale = (_WIDTH - _NAME - 60) / max(sum(parts.values()) for parts in bars.values())
    for row, (bar, parts) in enumerate(bars.items()):
        x, y = float(_NAME), top + row * (_BAR + _GAP)
        drawn.append(_text(x - 8, y + 14, bar, anchor="end"))
        for name, value in parts.items():
            drawn.append(_block(x, y, value * scale, names.index(name)))
            x += value * scale
        drawn.append(_text(x + 6, y + 14, number_words(round(sum(parts.values()))), weight="bold"))
    return _picture(title, sentence, drawn, top + 10 + len(bars) * (_BAR + _GAP))


class Stretch(NamedTuple):
    """A stretch of time in a lane, and what ended it."""

    start: float
    end: float
    words: str
    strong: bool = False


def timeline_chart(title: str, sentence: str, axis: str, lanes: Mapping[str, Sequence[Stretch]]) -> str:
    """Return lanes with stretches of time, each with a word at its end."""
    last = max(stretch.end for stretches in lanes.values() for stretch in stretches)
    scale = _Scale([0.0, last], Axis(axis), _NAME, _WIDTH - _RIGHT)
    bottom = _TOP + 12 + len(lanes) * (_BAR + _GAP)
    drawn = []
    for tick in scale.ticks:
        drawn += [_rule(scale.at(tick), _TOP, scale.at(tick), bottom)]
        drawn += [_text(scale.at(tick), bottom + 18, number_words(tick), anchor="middle")]
    for row, (lane, stretches) in enumerate(lanes.items()):
        y = _TOP + 10 + row * (_BAR + _GAP)
        drawn.append(_text(_NAME - 8, y + 14, lane, anchor="end"))
        for stretch in stretches:
            x, width = scale.at(stretch.start), scale.at(stretch.end) - scale.at(stretch.start)
            fill = COLOURS[0] if stretch.strong else INK
            drawn += [
                f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_BAR}" rx="2" fill="{fill}"/>',
                _text(x + width + 6, y + 14, stretch.words, weight="bold" if stretch.strong else "normal"),
            ]
    drawn.append(_text((_NAME + _WIDTH - _RIGHT) / 2, bottom + 38, axis, anchor="middle"))
    return _picture(title, sentence, drawn, bottom + 46)


def number_words(value: float) -> str:
    """Say a number shortly: 1,200 · 12.5 · 0.04 · 1M."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= size and value % (size / 10) == 0:
            return f"{value / size:g}{letter}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


class _Scale:
    """From values to a place on the picture."""

    def __init__(self, values: Iterable[float], axis: Axis, start: float, end: float) -> None:
        found = list(values)
        self._log = axis.logarithmic
        self._start, self._end = start, end
        if self._log:
            self._low, self._high = float(floor(log10(min(found)))), float(ceil(log10(max(found))))
            self._high = max(self._high, self._low + 1)
            self.ticks = [10.0**power for power in range(round(self._low), round(self._high) + 1)]
        else:
            step = _round_step((max(found) - min(0.0, *found)) / 5 or 1.0)
            first, last = floor(min(0.0, *found) / step), ceil(max(found) / step) or 1
            self._low, self._high = first * step, last * step
            self.ticks = [number * step for number in range(first, last + 1)]

    def at(self, value: float) -> float:
        """Return where a value stands."""
        share = ((log10(value) if self._log else value) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)


def _round_step(rough: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(rough))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= rough * 0.999)


def _grid(xs: _Scale, ys: _Scale) -> list[str]:
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    parts = []
    for tick in ys.ticks:
        y = ys.at(tick)
        parts.append(_rule(_LEFT, y, right, y))
        parts.append(_text(_LEFT - 8, y + 4, number_words(tick), anchor="end"))
    for tick in xs.ticks:
        x = xs.at(tick)
        parts.append(_rule(x, _TOP, x, bottom))
        parts.append(_text(x, bottom + 18, number_words(tick), anchor="middle"))
    return parts


def _axis_names(x: str, y: str) -> list[str]:
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    return [_text(middle, _HEIGHT - _BOTTOM + 38, x, anchor="middle"), _text(8, _TOP - 10, y)]


def _line(name: str, places: Points, name_y: float, number: int) -> list[str]:
    again, tint = divmod(number, len(COLOURS))  # whose colour comes again has another dash
    colour, dash = COLOURS[tint], DASHES[(number + again) % len(DASHES)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    line = f'fill="none" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"'
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
    label = _text(places[-1][0] + 10, name_y + 4, name, fill=colour, weight="bold")
    return [f'<polyline points="{path}" {line}/>', *dots, label]


def _block(x: float, y: float, width: float, number: int) -> str:
    """A part of a bar. Neighbours differ in colour and in a seam, and every part is named in the text."""
    colour = COLOURS[number % len(COLOURS)]
    opacity = 1 if number < len(COLOURS) else 0.55
    size = f'width="{max(width - 1, 0):.1f}" height="{_BAR}"'
    return f'<rect x="{x:.1f}" y="{y}" {size} fill="{colour}" fill-opacity="{opacity}"/>'


def _spread(places: Sequence[float], room: float = 16.0) -> list[float]:
    """Return the places moved apart, so that names do not lie over each other."""
    moved = list(places)
    order = sorted(range(len(places)), key=places.__getitem__)
    for before, this in pairwise(order):
        moved[this] = max(moved[this], moved[before] + room)
    return moved


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{INK}" stroke-opacity="0.3"/>'


def _text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    size: int = 13,
    fill: str = INK,
    weight: str = "normal",
) -> str:
    look = f'font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" fill="{fill}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'


def _picture(title: str, sentence: str, parts: Iterable[str], height: int) -> str:
    below = _lines(sentence)
    full = height + 18 * len(below) + 10
    told = (_text(8, height + 18 * (number + 1) - 6, line) for number, line in enumerate(below))
    roles = 'role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {full}" {roles}>',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(sentence)}</desc>',
        _text(8, 22, title, size=17, weight="bold"),
        *parts,
        *told,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _lines(sentence: str) -> list[str]:
    """Cut a sentence into lines."""
    lines = [""]
    for word in sentence.split():
        if len(lines[-1]) + len(word) >= _LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
