"""What stands in the repository: no address of a package registry and no path of one machine."""

import re
import subprocess
from pathlib import Path

import pytest

from tools.compile_messages import ROOT


def unmarked(text: str) -> str:
    """``text`` without its ``~``: written with them, this file does not hold what it forbids."""
    return text.replace("~", "")


HOSTS = re.compile(
    unmarked(
        r"py~pi\.org|python~hosted\.org|npm~js\.(?:org|com)|registry\.~yarn|//(?:deb|security)\.deb~ian|"
        r"cdn\.js~delivr\.net|un~pkg\.com"
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:home|Users|root|work|farm)/[\w.]")


def offences(text: str) -> list[str]:
    """Registry hosts and paths of one machine in ``text``."""
    return [match.group() for pattern in (HOSTS, MACHINE_PATHS) for match in pattern.finditer(text)]


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_tracked_files_name_no_registry_and_no_path_of_a_machine():
    found = {}
    for path in tracked_files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if offences(text):
            found[str(path.relative_to(ROOT))] = offences(text)
    assert found == {}


@pytest.mark.parametrize(
    "text", ["https://py~pi.org/simple", "see /ho~me/ann/x", '"/ro~ot/.cache"', "//deb.deb~ian.org/"]
)
def test_an_address_or_a_path_is_seen(text):
    assert offences(unmarked(text))


@pytest.mark.parametrize(
    "text", ["/hulpvragen/", "https://samenkracht.example/work/", "src/network/x", "/homes"]
)
def test_ordinary_text_is_left_alone(text):
    assert offences(text) == []
