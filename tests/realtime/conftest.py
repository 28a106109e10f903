"""One server for a whole file of tests, and a worker beside the test."""

from collections.abc import Iterator

import pytest

from events.embedded import start_embedded_worker
from tests.conftest import environment_of_child
from tests.factories.matching import Town
from tests.realtime.client import Server, running_server


@pytest.fixture(scope="module")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(environment_of_child(), tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    """A worker that handles what is recorded, as it happens."""
    started = start_embedded_worker()
    yield
    assert started.stop(30)


@pytest.fixture
def town(transactional_db: None) -> Town:
    return Town(volunteers=2)
