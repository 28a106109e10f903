"""``make screenshots``: a picture of every page, phone and desktop, for looking at.

Builds a small demonstration town in a folder of its own, serves it, and walks through it as each
of the people of the matrix of access. Pictures go to ``screenshots/<size>/<person>/``.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

OUT = Path("screenshots")


def main() -> None:
    """Take the pictures; print where they are."""
    with tempfile.TemporaryDirectory(prefix="samenkracht-pictures-") as folder:
        url = f"sqlite:///{folder}/town.sqlite3"
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
            "VAR_DIR": folder,
            "DATABASE_URL": url,
            "REDIS_URL": "",
        }
        import django  # after the environment is set

        django.setup()
        take_pictures()


def take_pictures() -> None:
    """Serve the town and walk through it."""
    from django.core.management import call_command

    from backend.demo.town import build_town
    from tests.access.world import build_world
    from tests.browser.pages import LOOKERS, own_pages
    from tests.browser.people import DESK, PHONE, Person, chromium
    from tests.browser.server import running_server
    from tests.factories.people import CentreFactory

    call_command("migrate", verbosity=0)
    build_town(volunteers=60, residents=80, requests=300)
    CentreFactory.reset_sequence(100)  # the town's own centre has the first number
    world = build_world()
    count = 0
    with running_server(dict(os.environ)) as base, chromium() as browser:
        for name, size in (("phone", PHONE), ("desktop", DESK)):
            for looker in LOOKERS:
                person = Person(browser, base, size=size)
                if looker != "anonymous":
                    person.become(world.people[looker])
                for path in own_pages(looker, world):
                    person.go(path)
                    target = OUT / name / looker / f"{_file_name(path)}.png"
                    target.parent.mkdir(parents=True, exist_ok=True)
                    person.page.screenshot(path=target, full_page=name == "phone")
                    count += 1
                person.context.close()
    sys.stdout.write(f"{count} pictures in {OUT}/\n")


def _file_name(path: str) -> str:
    """The address as a file name; ids say nothing to who looks."""
    words = re.sub(r"[0-9a-f-]{36}", "id", path).strip("/").replace("/", "-")
    return words or "home"


if __name__ == "__main__":
    main()
