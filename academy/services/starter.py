"""The starter set: courses and articles of our own, in ``academy/content``."""

from pathlib import Path

from academy.queries import first_keeper
from academy.services.knowledge import adopt_articles
from academy.services.sharing import Line, import_files
from people.models import User

CONTENT = Path(__file__).resolve().parent.parent / "content"


def starter_files() -> dict[str, bytes]:
    """Return the files of the starter set by name."""
    return {
        path.relative_to(CONTENT).as_posix(): path.read_bytes() for path in sorted(CONTENT.glob("*/*.md"))
    }


def load_starter_content(owner: User | None = None) -> list[Line]:
    """Load the starter set, published; what was changed here since the last time stays as it is.

    What nobody keeps is then kept by ``owner``, else by a coordinator if there is one: ``first_keeper``.
    """
    lines = import_files(starter_files(), by=None, publish=True, keep_local=True)
    if keeper := owner or first_keeper():
        adopt_articles(keeper)
    return lines
