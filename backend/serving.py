"""What a server process reads before its first question, so that nobody waits for it.

gunicorn finds its hook here: ``gunicorn -c python:backend.serving backend.wsgi:application``; under ASGI the
start of the server calls ``warm_up`` itself.
"""

from typing import Any

import structlog
from django.db import DatabaseError, connections

log = structlog.get_logger(__name__)


def warm_up() -> None:
    """Load the matching engine's volunteers and open requests, the vacancy bank and the search indexes.

    Without a database it is logged: the first question then loads what it needs.
    """
    # Only now are the apps loaded.
    from academy.queries import ARTICLE_INDEX
    from matching.open_requests import open_requests
    from matching.supply import supply
    from vacancies.queries.shelf import shelf
    from vacancies.queries.words import index

    supply.start()
    open_requests.start()
    try:
        shelf.columns()
        index.warm()
        ARTICLE_INDEX.warm()
    except DatabaseError as error:
        log.warning("search_not_loaded", error=type(error).__name__)
    connections.close_all()


def post_worker_init(worker: Any) -> None:
    """Be ready in each worker of gunicorn, before its first request."""
    warm_up()
