"""Asking the rules: each refusal on its false side."""

import pytest
import rules
from django.contrib.auth.models import AnonymousUser

from common.errors import Forbidden, NotFound
from common.permissions import require

PERMISSION = "common.test_read"


class Reader:
    is_active = True

    def __init__(self, *readable: str) -> None:
        self.readable = readable


@pytest.fixture(autouse=True)
def _rule():
    rules.add_perm(PERMISSION, rules.predicate(lambda user, thing: thing in getattr(user, "readable", ())))
    yield
    rules.remove_perm(PERMISSION)


def test_granted_on_this_object_only():
    require(Reader("diary"), PERMISSION, "diary")
    with pytest.raises(Forbidden):
        require(Reader("diary"), PERMISSION, "letter")


def test_a_refusal_that_hides_looks_like_an_absent_object():
    require(Reader("diary"), PERMISSION, "diary", hide=True)
    with pytest.raises(NotFound):
        require(Reader(), PERMISSION, "diary", hide=True)


def test_the_system_itself_may():
    require(None, PERMISSION, "letter")


def test_nobody_is_not_the_system():
    with pytest.raises(Forbidden):
        require(AnonymousUser(), PERMISSION, "diary")


def test_a_permission_nobody_wrote_is_refused():
    with pytest.raises(Forbidden):
        require(Reader("diary"), "common.no_such_permission", "diary")
