"""Every import contract of pyproject.toml can fail: a trespass is planted in a tree of empty apps."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools.compile_messages import ROOT

LATER = ("insights",)
PYPROJECT = (ROOT / "pyproject.toml").read_text()
NOW = tuple(tomllib.loads(PYPROJECT)["tool"]["importlinter"]["root_packages"])


@pytest.fixture
def tree(tmp_path):
    """Every app as an empty package, those of later issues included, under the project's own contracts."""
    for app in (*NOW, *LATER, "matching/engine", "simulation/town"):
        (tmp_path / app).mkdir()
        (tmp_path / app / "__init__.py").touch()
    (tmp_path / "people" / "receivers.py").touch()
    for app in ("matching", "help_requests", "safeguarding", "people", "places", "simulation"):
        (tmp_path / app / "models.py").touch()
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    later = "".join(f'"{app}", ' for app in LATER)
    (tmp_path / "pyproject.toml").write_text(
        PYPROJECT.replace("root_packages = [", f"root_packages = [{later}")
    )
    return tmp_path


def plant(tree: Path, module: str, code: str) -> None:
    path = tree / f"{module.replace('.', '/')}.py"
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(code + "\n")


def broken_contracts(tree: Path) -> set[str]:
    """Names of the contracts that do not hold in ``tree``."""
    lint_imports = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [lint_imports, "--no-cache", "--no-logo"], cwd=tree, capture_output=True, text=True, check=False
    )
    assert "Contracts:" in run.stdout, run.stdout + run.stderr
    names = {contract["name"] for contract in contracts().values()}
    # Long names are wrapped: compare without line ends.
    report = " ".join(run.stdout.split())
    found = {name for name in names if f"{name} BROKEN" in report}
    assert bool(found) == (run.returncode != 0)
    return found


def contracts() -> dict[str, dict]:
    listed = tomllib.loads(PYPROJECT)["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract for contract in listed}


def test_contracts_hold_before_an_app_has_all_its_files(tree):
    assert broken_contracts(tree) == set()


def test_contracts_allow_the_public_rooms_of_lower_layers(tree):
    rooms = ("enums", "errors", "events", "models", "queries", "rules", "services")
    for room in rooms:
        plant(tree, f"people.{room}", "")
    plant(tree, "events.registry", "")
    plant(tree, "help_requests.api.views", f"from people import {', '.join(rooms)}")
    plant(tree, "help_requests.receivers", "from events import registry")
    plant(tree, "backend.urls", "from help_requests.api import views")
    assert broken_contracts(tree) == set()


TRESPASSES = {
    "layers": [
        ("people.helper", "import matching"),
        ("common.helper", "import events"),
        ("places.helper", "import people"),
        ("matching.helper", "import backend"),
        ("help_requests.helper", "import vacancies"),
        ("safeguarding.helper", "import academy"),
        ("insights.helper", "import notifications"),
    ],
    "rooms": [
        ("people.models", "from people import services"),
        ("people.models", "from people import queries"),
        ("people.rules", "from people import services"),
        ("people.rules", "from people.api import views"),
        ("people.services.accounts", "from people.web import views"),
        ("people.services", "from people import receivers"),
        ("people.web.views", "from people.api import serializers"),
        ("people.api.views", "from people.web import forms"),
        ("people.enums", "from people import models"),
        ("people.errors", "from people import enums"),
        ("people.events", "from people import models"),
    ],
    "receivers": [("people.contact", "from people import receivers")],
    "engine": [
        ("matching.engine.index", "import django.db"),
        ("matching.engine.index", "from people import enums"),
        ("matching.engine.index", "from common import clock"),
    ],
    "town": [
        ("simulation.town.life", "from people import models"),
        ("simulation.town.life", "import events"),
        ("simulation.town.life", "from simulation import models"),
        ("simulation.town.life", "import rest_framework"),
    ],
    "public-rooms": [
        ("matching.supply", "from people import contact"),
        ("matching.services", "from people.web import forms"),
        ("notifications.services", "from matching import supply"),
        ("people.services", "from events import worker"),
    ],
}
CASES = [(contract, *case) for contract, cases in TRESPASSES.items() for case in cases]


@pytest.mark.parametrize(("contract", "module", "code"), CASES)
def test_a_trespass_breaks_its_contract(tree, contract, module, code):
    imported = ".".join(code.removeprefix("from ").removeprefix("import ").split(" import "))
    if imported not in ("django.db", "rest_framework", *NOW, *LATER):
        plant(tree, imported, "")
    plant(tree, module, code)
    assert contracts()[contract]["name"] in broken_contracts(tree)


def test_the_engine_may_not_reach_django_by_a_detour(tree):
    plant(tree, "matching.enums", "from django.db import models")
    plant(tree, "matching.engine.index", "from matching import enums")
    assert broken_contracts(tree) == {contracts()["engine"]["name"]}


def test_every_contract_has_a_trespass():
    assert set(TRESPASSES) == set(contracts())


def test_every_app_stands_under_the_contracts():
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    domain = apps - {"backend", "common"}
    assert set(NOW) == apps
    assert set(contracts()["rooms"]["containers"]) == domain
    assert set(contracts()["public-rooms"]["apps"]) == domain
    assert apps <= set(tomllib.loads(PYPROJECT)["tool"]["mypy"]["files"])
