"""Template tags of the design system (docs/design-system.md)."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from common import markdown, words
from common.forms import PARTS
from common.small_figures import shown

register = template.Library()

ICONS = Path(__file__).resolve().parent.parent / "icons"
SIZES = {"": "", "s": " sk-icon--s", "l": " sk-icon--l", "xl": " sk-icon--xl"}
ERROR_LIMIT = 10


class UnknownIcon(LookupError):
    """No drawing of that name exists in ``common/icons``."""


@cache
def _drawing(name: str) -> str:
    path = ICONS / f"{name}.svg"
    if not name.replace("_", "").isalpha() or not path.is_file():
        raise UnknownIcon(name)
    drawing = path.read_text()
    return drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")]


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw an icon that screen readers skip; a word stands beside it.

    Raises ``UnknownIcon`` for a name without a drawing, ``KeyError`` for an unknown size.
    """
    drawing = mark_safe(_drawing(str(name)))  # noqa: S308  (our own files)
    return format_html(
        '<svg class="sk-icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        SIZES[size],
        drawing,
    )


@register.simple_tag
def icon_if_drawn(name: Any, size: str = "") -> SafeString:
    """As ``icon``, but draw nothing when there is no drawing: for choices that may have one."""
    try:
        return icon(str(name), size)
    except UnknownIcon:
        return mark_safe("")


@register.simple_tag
def choice_input(choice: BoundWidget) -> SafeString:
    """The box or dot of one choice, letter for letter as Django's own templates write it.

    Those are four templates for each choice: of a list of filters the dearest part.
    """
    told = choice.data
    value = "" if told["value"] is None else format_html(' value="{}"', str(told["value"]))
    rest = [(name, given) for name, given in told["attrs"].items() if given is not False]
    plain = [format_html(" {}" if given is True else ' {}="{}"', name, str(given)) for name, given in rest]
    return format_html(
        '<input type="{}" name="{}"{}{}>', told["type"], told["name"], value, SafeString("".join(plain))
    )


@register.inclusion_tag("common/field.html")
def field(
    bound: BoundField,
    *,
    tiles: bool = False,
    options: str = "",
    question: bool = False,
    optional: bool | None = None,
    label: str = "",
    hint: str = "",
) -> dict[str, Any]:
    """Draw one form field with its label, help, errors and control."""
    kind = "tiles" if tiles else _kind(bound)
    widget = bound.field.widget
    rows = widget.rows(bound.html_name, _chosen(bound), bound.auto_id) if kind == "dayparts" else None
    return {
        "field": bound,
        "kind": kind,
        "rows": rows,
        "parts": PARTS,
        "multiple": isinstance(widget, forms.CheckboxSelectMultiple),
        "row": options == "row",
        "question": question,
        "optional": not bound.field.required and kind != "checkbox" if optional is None else optional,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
    }


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if hasattr(widget, "draws"):
        return str(widget.draws)
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "options"
    if isinstance(widget, forms.MultiWidget):
        return "group"
    return "input"


def _chosen(bound: BoundField) -> list[str]:
    return bound.field.widget.format_value(bound.value())


@register.inclusion_tag("common/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """Draw a summary of what has to be put right, with links to the fields."""
    items = [
        {"target": bound.id_for_label or bound.auto_id, "label": bound.label, "text": text}
        for bound in form
        if not bound.is_hidden
        for text in bound.errors
    ]
    hidden = [text for bound in form.hidden_fields() for text in bound.errors]
    return {"general": [*form.non_field_errors(), *hidden], "items": items[:ERROR_LIMIT]}


@register.inclusion_tag("common/form_fields.html")
def form_fields(form: forms.BaseForm) -> dict[str, Any]:
    """Draw the error summary and all fields of a form in their order."""
    return {"form": form}


@register.inclusion_tag("common/steps.html")
def steps(now: int, total: int) -> dict[str, Any]:
    """Draw how far someone is in a form of several pages: step ``now`` of ``total``, counted from 1."""
    return {"now": now, "total": total, "range": [number <= now for number in range(1, total + 1)]}


@register.simple_tag
def leaflet_assets() -> SafeString:
    """The style sheet and script of the map library; only pages with a map load them."""
    return format_html(
        '<link rel="stylesheet" href="{}"><script defer src="{}"></script>',
        static("leaflet/leaflet.css"),
        static("leaflet/leaflet.js"),
    )


@register.filter
def people_date(day: date | None) -> str:
    """A day as people say it; a moment counts as its day in Europe/Amsterdam."""
    if not day:
        return ""
    if isinstance(day, datetime):
        return words.moment_words(day).rsplit(" ", 1)[0]
    return words.day_words(day)


@register.filter
def full_date(day: date | None) -> str:
    """``{{ day|full_date }}``: "3 March 2031", for what is kept or printed; empty for no day."""
    return words.paper_day(day) if day else ""


@register.filter
def people_time(moment: datetime | None) -> str:
    """The time of day of a moment: "14:30"."""
    return words.time_words(moment) if moment else ""


@register.filter
def people_datetime(moment: datetime | None) -> str:
    """A day and a time as people say them: "morgen 9:00"."""
    return words.moment_words(moment) if moment else ""


@register.filter
def people_ago(moment: datetime | None) -> str:
    """How long ago: "5 minuten geleden"."""
    return words.ago_words(moment) if moment else ""


@register.filter
def duration(minutes: int) -> str:
    """A length of time as people say it: "2 hours and 15 minutes"."""
    return words.length_words(minutes)


@register.filter
def as_shown(count: object) -> int | None:
    """A count of people as it may leave the circle that knows them: rounded, or ``None`` (small_figures).

    ``None`` too for what is no number, as a variable that does not exist is none to a template.
    """
    return shown(count) if isinstance(count, int) else None


@register.filter
def euros(amount: Decimal) -> str:
    """An amount as people write it."""
    return words.money_words(amount)


@register.filter
def distance(metres: float | None) -> str:
    """A distance in metres as people say it; nothing when unknown."""
    return "" if metres is None else words.distance_words(float(metres))


@register.filter
def phone_href(number: str | None) -> str:
    """The ``tel:`` address of a phone number."""
    return words.phone_link(str(number)) if number else ""


@register.filter
def shown_phone(number: str | None) -> str:
    """A kept phone number as people write it."""
    return words.phone_words(str(number)) if number else ""


@register.filter(name="markdown")
def markdown_html(source: str | None, top_level: int = 2) -> SafeString:
    """A text in markdown as safe HTML; its highest heading becomes that of ``top_level``."""
    return markdown.to_html(source or "", top_level=top_level)


@register.inclusion_tag("common/knowledge_link.html")
def knowledge(topic: str, words: str = "") -> dict[str, Any]:
    """Link to what the knowledge base says about a topic, a value of ``academy.enums.Topic``."""
    return {"address": reverse("knowledge-topic", args=[topic]), "words": words}
