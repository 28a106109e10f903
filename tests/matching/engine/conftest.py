"""The engine with and without its compiled kernel."""

from collections.abc import Iterator

import pytest

from matching.engine import kernel


@pytest.fixture(scope="module", params=["numpy", "compiled"])
def path(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every test of the module runs on both paths."""
    if request.param == "compiled":
        assert kernel.load()
    else:
        kernel.unload()
    yield request.param
    kernel.unload()
