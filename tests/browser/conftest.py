"""A server and a browser for each test of this folder."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.people import chromium
from tests.browser.server import running_server


@pytest.fixture
def site(child_environment: dict[str, str]) -> Iterator[str]:
    """The address of the running product; what the test makes in its database is there."""
    with running_server(child_environment) as base:
        yield base


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running
