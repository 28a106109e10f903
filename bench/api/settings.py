"""The project's settings with two more addresses, for the benchmark of the API only."""

from backend.settings import *  # noqa: F403

ROOT_URLCONF = "bench.api.urls"
