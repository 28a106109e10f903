"""The index of volunteers is a cache of the process: every test starts without it."""

from collections.abc import Iterator

import pytest

from matching.supply import supply


@pytest.fixture(autouse=True)
def _fresh_supply() -> Iterator[None]:
    supply.forget()
    yield
    supply.forget()
