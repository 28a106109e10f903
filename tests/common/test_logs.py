"""What an installation logs of an exception: its kind and where, never the values in its words."""

import json
import logging
import secrets
from datetime import UTC, datetime
from uuid import UUID

import pytest
import structlog
from django.test import Client
from django.urls import path

from common.checkin import make_token
from common.logs import INNERMOST_FRAMES, configure_logging, without_values

MARKER = "Qxzwinonernaam"


@pytest.fixture
def logs(capsys):
    """Configure as an installation does, and return what is written; all is put back afterwards."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level

    def lines(*, human: bool = False):
        return capsys.readouterr().err if human else _read(capsys.readouterr().err)

    yield lines
    root.handlers[:], root.level = handlers, level
    structlog.configure(**before)


def _read(text: str):
    return [json.loads(line) for line in text.splitlines()]


def fail():
    try:
        {}[MARKER]
    except KeyError as error:
        raise ValueError(f"no such person: {MARKER}") from error


def log_it(logger):
    try:
        fail()
    except ValueError:
        logger.exception("it failed")


@pytest.mark.parametrize(
    "logger",
    [structlog.get_logger, lambda: logging.getLogger("x"), lambda: logging.getLogger("uvicorn.error")],
)
def test_an_exception_is_logged_by_kind_and_place_alone(logs, logger):
    logging.getLogger("uvicorn").addHandler(logging.StreamHandler())  # as the server does
    configure_logging(level="INFO", human=False)
    log_it(logger())
    (line,) = logs()
    assert MARKER not in json.dumps(line)
    assert (line["event"], line["level"]) == ("it failed", "error")
    failure, cause = line["exception"]
    assert (failure["type"], cause["type"]) == ("builtins.ValueError", "builtins.KeyError")
    assert failure["frames"][-1].startswith("tests/common/test_logs.py:")
    assert failure["frames"][-1].endswith(" fail")


def broken(request):
    fail()


urlpatterns = [path("broken/", broken)]


@pytest.mark.urls(__name__)
def test_an_error_of_a_page_is_logged_so_too(logs, db):
    configure_logging(level="INFO", human=False)
    assert Client(raise_request_exception=False).get("/broken/").status_code == 500
    (line,) = [each for each in logs() if "exception" in each]
    assert MARKER not in json.dumps(line)
    assert (line["event"], line["logger"]) == ("Internal Server Error: /broken/", "django.request")
    assert line["exception"][0]["type"] == "builtins.ValueError"


def test_in_development_it_is_readable(logs):
    configure_logging(level="INFO", human=True)
    log_it(logging.getLogger("x"))
    text = logs(human=True)
    assert MARKER in text
    assert "Traceback" in text


def test_a_line_without_an_exception_stays(logs):
    configure_logging(level="INFO", human=False)
    structlog.get_logger().info("started", count=3)
    (line,) = logs()
    assert (line["event"], line["count"], "exception" in line) == ("started", 3, False)


@pytest.mark.parametrize(
    "secret",
    [
        make_token("vacancies.parent", UUID(int=7), until=datetime(2030, 1, 1, tzinfo=UTC)),
        secrets.token_urlsafe(32),
        secrets.token_hex(20),
    ],
    ids=["check-in", "address", "digest"],  # made anew by every process
)
def test_what_opens_a_page_without_signing_in_is_not_logged(logs, secret):
    configure_logging(level="INFO", human=False)
    logging.getLogger("django.request").warning("Not Found: %s", f"/stage/toestemming/{secret}/")
    logging.getLogger("django.request").warning("Not Found: %s", f"/acties/{UUID(int=7)}/")
    hidden, plain = (line["event"] for line in logs())
    assert hidden == "Not Found: /stage/toestemming/…/"
    assert str(UUID(int=7)) in plain


@pytest.mark.parametrize("nothing", [None, False, (None, None, None), True])
def test_where_nothing_went_wrong_nothing_is_told(nothing):
    assert without_values(None, "error", {"event": "x", "exc_info": nothing}) == {"event": "x"}


def test_of_a_deep_and_circular_chain_the_innermost_is_told():
    def deep(left):
        if left == 0:
            raise ValueError(MARKER)
        deep(left - 1)

    with pytest.raises(ValueError, match=MARKER) as caught:
        deep(20)
    error = caught.value
    error.__cause__ = error
    told = without_values(None, "error", {"exc_info": error})["exception"]
    assert len(told) == 5
    assert len(told[0]["frames"]) == INNERMOST_FRAMES
