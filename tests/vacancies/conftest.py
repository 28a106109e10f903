"""Fixtures that the tests of people have too."""

from tests.people.conftest import outbox

__all__ = ["outbox"]
