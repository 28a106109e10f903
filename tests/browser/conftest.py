"""A server for each test of this folder, and a browser for each file."""

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


@pytest.fixture(scope="module")
def running_browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def browser(running_browser: Browser) -> Iterator[Browser]:
    """Without windows: each test opens its own, and leaves none."""
    yield running_browser
    for context in running_browser.contexts:
        context.close()
