"""What gunicorn does around it all: ``gunicorn -c python:backend.serving backend.wsgi:application``."""

from typing import Any


def post_worker_init(worker: Any) -> None:
    """Load the matching engine's volunteers in each worker, before its first request."""
    from matching.supply import supply  # only now are the apps loaded

    supply.start()
