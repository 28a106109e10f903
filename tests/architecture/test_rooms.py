"""Each line knows its room: an app's folder holds the rooms of docs/architecture.md and nothing else."""

import pytest

from tools.compile_messages import ROOT

FILES = {
    "admin",
    "apps",
    "enums",
    "errors",
    "events",
    "models",
    "own_data",
    "queries",
    "receivers",
    "rules",
    "services",
}
FOLDERS = {
    "api",
    "locale",
    "management",
    "migrations",
    "models",
    "queries",
    "services",
    "static",
    "templates",
    "templatetags",
    "web",
}
ROOMS = {"__init__.py", *FOLDERS, *(f"{name}.py" for name in FILES)}
# Rooms that one app has beside those, each for a reason told in its docstring.
OWN_ROOMS = {
    "places": {"cells.py", "geo.py", "postcodes.py", "geocoding", "importing"},
    "people": {
        "agenda.py",
        "rights.py",
        "contact.py",
        "consent.py",
        "adapter.py",
        "sessions.py",
        "signals.py",
        "signup.py",
    },
    "safeguarding": {"reportable.py"},
    "help_requests": {"data"},
    # The starter set of courses and articles, as files.
    "academy": {"agenda.py", "content"},
    "vacancies": {"agenda.py", "reportable.py", "working_times.py"},
    "matching": {
        "agenda.py",
        "engine",
        "reportable.py",
        "advice.py",
        "advising.py",
        "supply.py",
        "loading.py",
        "open_requests.py",
        "copying.py",
        "demand.py",
        "candidates.py",
        "cards.py",
        "explanations.py",
        "funnel.py",
        "quiet.py",
        "vacancy_ranking.py",
        "fitting.py",
        "told.py",
        "unlocking.py",
    },
    "recognition": {"limits.py", "reportable.py"},
    # The synthetic town itself: pure Python and NumPy, run by a process without a database.
    "simulation": {"town"},
    "notifications": {
        "days.py",
        "learning.py",
        "live",
        "mail.py",
        "mail_notices.py",
        "moments.py",
        "push",
        "reportable.py",
        "safety.py",
        "shifts.py",
        "telling.py",
        "vacancies.py",
    },
}
# Foundations and composition are not domain apps: architecture.md describes what they hold.
DOMAIN = (
    "places",
    "people",
    "safeguarding",
    "academy",
    "help_requests",
    "vacancies",
    "matching",
    "recognition",
    "simulation",
    "notifications",
)


def unknown_rooms(app: str, names: set[str]) -> set[str]:
    """The names in an app's folder that are no room of it."""
    return names - ROOMS - OWN_ROOMS.get(app, set()) - {"__pycache__"}


@pytest.mark.parametrize("app", DOMAIN)
def test_an_app_holds_known_rooms_only(app):
    assert unknown_rooms(app, {path.name for path in (ROOT / app).iterdir()}) == set()


@pytest.mark.parametrize("app", DOMAIN)
def test_an_own_room_exists(app):
    missing = {room for room in OWN_ROOMS.get(app, set()) if not (ROOT / app / room).exists()}
    assert missing == set()


def test_an_unknown_room_is_seen():
    assert unknown_rooms("people", {"models.py", "utils.py"}) == {"utils.py"}
