"""The design tokens and style sheets: contrast, equal copies, size, and nothing inline."""

import gzip
import re
from pathlib import Path

import pytest

from tools.compile_messages import ROOT

CSS = ROOT / "backend" / "static" / "css"
JS = ROOT / "backend" / "static" / "js"
TOKENS = (CSS / "tokens.css").read_text()
TEMPLATES = sorted(ROOT.glob("*/templates/**/*.html"))
SURFACES = ("background", "surface", "sunken")
KINDS = ("primary", "accent", "warm", "info", "success", "warning", "danger")
TINTS = tuple(f"{kind}-soft" for kind in KINDS)
# On which surfaces each colour of text stands.
TEXTS = {
    "text": (*SURFACES, *TINTS),
    "muted": SURFACES,
    "link": (*SURFACES, "danger-soft"),
    "primary": (*SURFACES, "primary-soft"),
    "on-primary": ("primary", "primary-hover"),
    "on-accent": ("accent",),
    "info": ("info-soft",),
    "success": ("success-soft",),
    "warning": ("warning-soft", "accent-soft"),
    "danger": ("danger-soft", "background", "surface"),
    "warm": ("warm-soft",),
    "surface": ("warm",),
    "background": ("text", "muted"),
}  # fmt: skip
# Edges of controls and the line of the focus, against what is around them.
EDGES = {"border-control": SURFACES, "primary": SURFACES, "focus": SURFACES, "danger": SURFACES}


def block(selector: str) -> dict[str, str]:
    """The colours declared under the first rule with this selector."""
    body = TOKENS.split(selector + " {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--sk-color-([\w-]+):\s*(#[0-9a-f]{6})", body))


LIGHT = block(":root")
THEMES = {
    "light": LIGHT,
    "dark": {**LIGHT, **block(':root[data-theme="dark"]')},
    "contrast": {**LIGHT, **block(':root[data-theme="contrast"]')},
}


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2, definition)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2, definition), 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def pairs(of: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(front, back) for front, backs in of.items() for back in backs]


def test_the_measure_itself():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back"), pairs(TEXTS))
def test_text_can_be_read(theme, front, back):
    least = 7 if theme == "contrast" else 4.5
    assert contrast(THEMES[theme][front], THEMES[theme][back]) >= least


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back"), pairs(EDGES))
def test_controls_stand_out(theme, front, back):
    assert contrast(THEMES[theme][front], THEMES[theme][back]) >= 3


def test_dark_by_the_device_is_dark_by_choice():
    declared = [
        re.findall(r"(--sk-[\w-]+):\s*([^;]+);", TOKENS.split(selector + " {", 1)[1].split("}", 1)[0])
        for selector in (":root:not([data-theme])", ':root[data-theme="dark"]')
    ]
    assert declared[0] == declared[1] != []


def test_every_token_that_is_used_is_declared():
    declared = set(re.findall(r"(--sk-[\w-]+):", TOKENS))
    used = {
        name for sheet in CSS.glob("*.css") for name in re.findall(r"var\((--sk-[\w-]+)", sheet.read_text())
    }
    assert used - declared == set()


@pytest.mark.parametrize("sheet", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_stays_readable(sheet: Path):
    assert len(sheet.read_text().splitlines()) <= 600


def test_colours_live_in_the_tokens():
    """A municipality's theme is one file. The picture and the map's markers keep their own colours."""
    own_colours = {"tokens.css", "home.css", "desk.css"}
    found = {
        sheet.name: re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text())
        for sheet in CSS.glob("*.css")
        if sheet.name not in own_colours
    }
    assert {name: colours for name, colours in found.items() if set(colours) - {"#000"}} == {}


def test_styles_and_scripts_are_small():
    sheets = b"".join(sheet.read_bytes() for sheet in CSS.glob("*.css"))
    scripts = b"".join(script.read_bytes() for script in JS.glob("*.js"))
    assert len(gzip.compress(sheets)) < 15_000
    # All together, which no page asks for: those of map, lesson, article and editor come with these only.
    assert len(gzip.compress(scripts)) < 14_000


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_inline_in_a_page(template: Path):
    """The policy of the site forbids it, so it would not work (mails have no policy)."""
    if "email" in template.parts or "mail" in template.parts:
        return
    text = template.read_text()
    assert re.findall(r"\sstyle=|<style\b|\son(?:click|change|submit|load|input)=|javascript:", text) == []
    scripts = re.findall(r"<script\b[^>]*>", text)
    assert [script for script in scripts if " src=" not in script and "application/" not in script] == []
