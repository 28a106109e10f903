"""Errors of the domain: a status and code for programs, a sentence in the reader's language for people."""

import pytest
from django.utils import translation

from common.errors import DomainError, Forbidden, InvalidInput, InvalidTransition, NotFound


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (DomainError, 409, "not-possible"),
        (NotFound, 404, "not-found"),
        (Forbidden, 403, "forbidden"),
        (InvalidTransition, 409, "invalid-transition"),
        (InvalidInput, 422, "invalid-input"),
    ],
)
def test_status_and_code(kind, status, code):
    assert (kind.status, kind.code) == (status, code)


def test_the_sentence_is_translated_when_shown_not_when_raised():
    with translation.override("en"):
        error = Forbidden()
    assert str(error) == "You may not do this."
    with translation.override("nl"):
        assert str(error.message) == "Dit kunt u hier niet doen."


def test_a_sentence_of_its_own():
    assert str(DomainError("Anders.").message) == "Anders."
    assert str(DomainError().message) == str(DomainError.message)


def test_a_refused_value_names_its_field():
    assert InvalidInput(field="street").field == "street"
    assert InvalidInput("Anders.").field is None
