"""The engine's time grows slower than the number of volunteers, at the same density."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench import growth


def test_eight_times_the_volunteers_take_far_less_than_eight_times_the_time():
    times = growth.over_volunteers((4_000, 32_000), questions=40)
    assert growth.exponent(times["engine"]) < 0.5
    # The measure itself sees growth where there is some.
    assert growth.exponent(times["plain loop"]) > 0.6


def test_the_exponent_is_the_slope_on_logarithmic_scales():
    assert growth.exponent([(10, 3), (100, 30), (1_000, 300)]) == pytest.approx(1)
    assert growth.exponent([(10, 5), (100, 5)]) == pytest.approx(0)
    assert growth.exponent([(1, 2), (4, 4)]) == pytest.approx(0.5)


def test_the_short_form_prints_and_draws(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["growth", "--short", f"--figures={tmp_path}"])
    monkeypatch.setattr(growth, "SHORT", growth.Steps((500, 1_000), (100, 200), 4))
    growth.main()
    printed = capsys.readouterr().out
    assert "median ms against volunteers" in printed
    assert "median ms against open requests" in printed
    for name in ("growth-volunteers.svg", "growth-requests.svg"):
        assert (
            "Exponents of growth" in ET.parse(tmp_path / name).find("{http://www.w3.org/2000/svg}desc").text
        )
