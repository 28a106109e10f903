"""Charts are well-formed, say in words what they show, and can be read on light and on dark."""

from xml.etree import ElementTree as ET

import pytest

from bench import charts

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def lines() -> ET.Element:
    return ET.fromstring(
        charts.line_chart(
            "Time & place",
            "Ours is < the others.",
            charts.Axis("volunteers", logarithmic=True),
            charts.Axis("milliseconds"),
            {"ours": [(1_000, 1.0), (100_000, 2.0)], "theirs": [(1_000, 1.0), (100_000, 2.01)]},
        )
    )


def test_a_chart_says_what_it_shows(lines: ET.Element):
    words = [text.text for text in lines.iter(f"{SVG}text")]
    assert lines.find(f"{SVG}title").text == "Time & place"
    assert lines.find(f"{SVG}desc").text == "Ours is < the others."
    assert {"volunteers", "milliseconds", "ours", "theirs", "1k", "100k"} <= set(words)


def test_points_stand_where_their_values_are(lines: ET.Element):
    (x1, y1), (x2, y2) = (
        map(float, point.split(",")) for point in lines.find(f"{SVG}polyline").get("points").split()
    )
    grid = [(line.get("x1"), line.get("y1")) for line in lines.iter(f"{SVG}line")]
    assert (x1, x2) == (80.0, 590.0)  # the ends of the axis: 1,000 and 100,000
    assert y2 < y1 < 356.0  # higher is more, and one is more than none
    assert ("80.0", f"{y2:.1f}") in grid  # 2 stands on the line of 2


def test_names_do_not_lie_over_each_other(lines: ET.Element):
    places = [float(text.get("y")) for text in lines.iter(f"{SVG}text") if text.text in {"ours", "theirs"}]
    assert abs(places[0] - places[1]) >= 16


def test_lines_differ_by_more_than_colour(lines: ET.Element):
    assert len({line.get("stroke-dasharray") for line in lines.iter(f"{SVG}polyline")}) == 2


def test_no_two_of_many_lines_look_the_same():
    x, y = charts.Axis("hours"), charts.Axis("%")
    many = {str(number): [(0.0, 0.0), (1.0, float(number))] for number in range(14)}
    drawn = ET.fromstring(charts.line_chart("Many", "Lines.", x, y, many)).findall(f".//{SVG}polyline")
    assert len({(line.get("stroke"), line.get("stroke-dasharray")) for line in drawn}) == 14


def test_bars_are_as_long_as_their_values():
    picture = ET.fromstring(
        charts.bar_chart("Filled", "Of all.", "%", {"ours": 80.0, "theirs": 40.0, "none": 0.0}, strong="ours")
    )
    ours, theirs, none = (float(bar.get("width")) for bar in picture.iter(f"{SVG}rect"))
    assert (theirs / ours, none) == (0.5, 0.0)


@pytest.mark.parametrize("colour", [charts.INK, *charts.COLOURS])
def test_colours_can_be_read_on_light_and_on_dark(colour: str):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    light = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    assert min(1.05 / (light + 0.05), (light + 0.05) / 0.05) >= 4
