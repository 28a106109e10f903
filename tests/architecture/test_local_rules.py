"""Rules of our own that no linter brings, on the syntax of the code itself; each is shown to see its offence.

What they hold: a page or an endpoint starts from rows that the reader may know of; HTML is trusted in few,
named places; live messages, time, calls to outside, pictures, tables to take away and markdown each have one
way.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.compile_messages import ROOT

APPS = (
    "academy",
    "backend",
    "common",
    "events",
    "help_requests",
    "insights",
    "matching",
    "notifications",
    "people",
    "places",
    "recognition",
    "safeguarding",
    "simulation",
    "vacancies",
)
Rule = Callable[[ast.AST], bool]


def name_of(node: ast.AST) -> str:
    """The dotted name of what is called or used: "Offer.objects.get"."""
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def calls(node: ast.AST, *endings: str) -> bool:
    """Whether the node calls something of one of these names."""
    return isinstance(node, ast.Call) and any(
        name_of(node.func).endswith(ending) if ending[0] == "." else name_of(node.func) == ending
        for ending in endings
    )


def imports(node: ast.AST, *modules: str) -> bool:
    """Whether the node imports one of these modules or something of it."""
    names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
    if isinstance(node, ast.ImportFrom):
        names = [node.module or "", *(f"{node.module}.{each.name}" for each in node.names)]
    return any(name == module or name.startswith(f"{module}.") for name in names for module in modules)


def fetches_unscoped(node: ast.AST) -> bool:
    """A row by its id alone, whoever asks: ``Model.objects.get``, ``get_object_or_404(Model)``."""
    if calls(node, ".objects.get", "._default_manager.get", ".objects.in_bulk"):
        return True
    if calls(node, "get_object_or_404", "get_list_or_404"):
        return bool(node.args) and re.fullmatch(r"[A-Z]\w*(\.objects)?", name_of(node.args[0])) is not None
    return (
        calls(node, ".objects.filter")
        and len(node.keywords) == 1
        and node.keywords[0].arg in ("pk", "id")
        and isinstance(node.keywords[0].value, ast.Name)
    )


def trusts_html(node: ast.AST) -> bool:
    """``mark_safe`` of anything but a constant, and its aliases."""
    if calls(node, "mark_safe", ".mark_safe", "SafeString", ".SafeString"):
        return not (node.args and isinstance(node.args[0], ast.Constant))
    return isinstance(node, ast.FunctionDef) and node.name == "__html__"


def sends_to_group(node: ast.AST) -> bool:
    """A live message past the table of signals."""
    return isinstance(node, ast.Attribute) and node.attr in ("group_send", "send_group")


def reads_time(node: ast.AST) -> bool:
    """The current time, naive or not, by another way than ``common.clock``."""
    wanted = (
        *("datetime.now", ".datetime.now", ".utcnow", "date.today", ".date.today", ".datetime.today"),
        *("datetime.today", "timezone.now", ".timezone.now", "time.time"),
    )
    of_now = isinstance(node, ast.Call) and not node.args and calls(node, "timezone.localdate", "localdate")
    return of_now or calls(node, *wanted)


def makes_naive(node: ast.AST) -> bool:
    """A moment without a time zone; where one meets the database a warning fails the tests as well."""
    keywords = {each.arg for each in node.keywords} if isinstance(node, ast.Call) else set()
    if calls(node, "datetime", "datetime.datetime"):
        return "tzinfo" not in keywords and len(node.args) < 8
    return calls(node, "datetime.fromtimestamp", ".utcfromtimestamp") and not (
        "tz" in keywords or len(node.args) > 1
    )


def calls_outside(node: ast.AST) -> bool:
    """A way to another machine beside the guard."""
    return imports(node, "requests", "httpx", "aiohttp", "urllib.request", "urllib3", "http.client", "socket")


def decodes_pictures(node: ast.AST) -> bool:
    """Opening a picture that somebody handed in beside the guard."""
    return calls(node, "Image.open", ".Image.open")


def writes_tables(node: ast.AST) -> bool:
    """A file for spreadsheets without the care for formulas."""
    return imports(node, "tablib", "openpyxl", "odf") or calls(
        node, "csv.writer", "csv.DictWriter", "writer.writerow"
    )


def draws_markdown(node: ast.AST) -> bool:
    """Markdown to HTML, or cleaning of HTML, in another way."""
    return imports(node, "markdown_it", "nh3", "bleach", "markdown")


def lets_forgery(node: ast.AST) -> bool:
    """A form without its token."""
    return isinstance(node, ast.Name | ast.Attribute) and name_of(node).endswith("csrf_exempt")


# Per rule: where it holds, the files that may, each with its reason, and an offence that it must see.
RULES: dict[str, tuple[Rule, str, dict[str, str], str]] = {
    "a row by its id alone in a page or endpoint": (
        fetches_unscoped,
        r"/(web|api)/|^backend/web\.py",
        {
            "safeguarding/api/concern_views.py": "names a colleague and a centre; the service judges",
            "vacancies/web/bank.py": "lets go of what one kept, also when it is published no more",
            "vacancies/web/sharing.py": "the public list of an approved organisation, or of a centre",
        },
        "def view(request, offer_id):\n    return Offer.objects.get(pk=offer_id)",
    ),
    "HTML that is trusted": (
        trusts_html,
        "",
        {
            "common/templatetags/ui.py": "our own drawings, from files",
            "common/markdown.py": "cleaned in the same line",
            "common/search/snippets.py": "escaped piece by piece",
            "common/checkin.py": "a drawing made here",
            "vacancies/templatetags/vacancies.py": "linked data, with every sign of markup escaped",
        },
        "mark_safe(request.GET['q'])",
    ),
    "a live message past the signals": (
        sends_to_group,
        "",
        {},
        "await get_channel_layer().group_send('x', {})",
    ),
    "the time by another way than common.clock": (
        reads_time,
        "",
        {
            "common/clock.py": "the one place",
            "events/schedule.py": "checks an expression when the program starts",
        },
        "from datetime import datetime\ndatetime.now()",
    ),
    "a moment without a time zone": (makes_naive, "", {}, "datetime(2025, 6, 3, 10)"),
    "a call to outside past the guard": (
        calls_outside,
        "",
        {"common/outbound.py": "the guard itself"},
        "import urllib.request",
    ),
    "a picture opened past the guard": (
        decodes_pictures,
        "",
        {"common/uploads.py": "the guard itself"},
        "Image.open(request.FILES['photo'])",
    ),
    "a table to take away without care": (
        writes_tables,
        "",
        {"common/exports.py": "the one place"},
        "import csv\ncsv.writer(response)",
    ),
    "markdown in another way": (draws_markdown, "", {"common/markdown.py": "the one place"}, "import nh3"),
    "a form without its token": (
        lets_forgery,
        "",
        {"common/api/meta.py": "says that there is no such address, and nothing else"},
        "@csrf_exempt\ndef view(request): ...",
    ),
}
EVENTS = r"click|load|error|focus|blur|change|submit|input|toggle|key\w+|mouse\w+|pointer\w+|touch\w+"
TEMPLATE_RULES = {
    "HTML that is trusted": (r"\|\s*safe\b|autoescape\s+off", "{{ text|safe }}"),
    "a script or style on the page itself": (
        r"<script(?![^>]*(\bsrc=|application/(ld\+)?json))|<style\b|\sstyle=|javascript:|\son("
        + EVENTS
        + ")=",
        '<p onclick="x()">',
    ),
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every file of the product's own code."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name:
                yield name, ast.parse(path.read_text())


def offences(rule: str, files: Iterator[tuple[str, ast.Module]] | list[tuple[str, ast.Module]]) -> set[str]:
    """Where the rule is broken, as file:line."""
    breaks, where, _allowed, _sample = RULES[rule]
    return {
        f"{name}:{getattr(node, 'lineno', 0)}"
        for name, tree in files
        if re.search(where, f"/{name}" if where.startswith("/") else name)
        for node in ast.walk(tree)
        if breaks(node)
    }


@pytest.fixture(scope="module")
def code() -> list[tuple[str, ast.Module]]:
    return list(sources())


@pytest.mark.parametrize("rule", RULES)
def test_the_code_keeps_the_rule(rule, code):
    allowed = RULES[rule][2]
    found = offences(rule, code)
    assert {place for place in found if place.partition(":")[0] not in allowed} == set()
    assert set(allowed) <= {place.partition(":")[0] for place in found}, "an exception nobody needs any more"


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_sees_its_offence(rule):
    sample = RULES[rule][3]
    assert offences(rule, [("people/web/sample.py", ast.parse(sample))])


@pytest.mark.parametrize(
    "kept",
    [
        "queries.offers_to(request.user).filter(pk=offer_id).first()",
        "get_object_or_404(queries.offers_to(request.user), pk=offer_id)",
        "mark_safe('<br>')",
        "datetime(2025, 6, 3, tzinfo=UTC)",
        "datetime.combine(day, time(9), tzinfo=AMSTERDAM)",
        "clock.now()",
    ],
)
def test_what_is_fine_is_no_offence(kept):
    tree = ast.parse(kept)
    assert not any(offences(rule, [("people/web/sample.py", tree)]) for rule in RULES)


def templates() -> Iterator[Path]:
    for app in APPS:
        yield from (ROOT / app).glob("**/templates/**/*.html")


@pytest.mark.parametrize("rule", TEMPLATE_RULES)
def test_templates_keep_the_rule(rule):
    pattern, sample = TEMPLATE_RULES[rule]
    assert re.search(pattern, sample)
    found = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in templates()
        for match in re.finditer(pattern, path.read_text(), re.IGNORECASE)
    }
    assert found == set()
