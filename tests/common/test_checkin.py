"""Codes at the door: bound to one event and one kind, short-lived; drawn without script or style."""

from datetime import timedelta
from uuid import uuid4

import pytest

from common.checkin import CodeNotValid, make_token, qr_svg, read_token


def test_a_code_opens_its_own_event_until_its_time_is_over(clock):
    event = uuid4()
    token = make_token("academy.session", event, until=clock.now() + timedelta(hours=1))
    assert read_token("academy.session", token) == event
    clock.forward(minutes=59, seconds=59)
    assert read_token("academy.session", token) == event
    clock.forward(seconds=1)
    with pytest.raises(CodeNotValid):
        read_token("academy.session", token)


def test_a_code_of_another_kind_a_changed_one_and_nonsense_are_refused(clock):
    until = clock.now() + timedelta(hours=1)
    token = make_token("academy.session", uuid4(), until=until)
    other = make_token("academy.session", uuid4(), until=until)
    swapped = other.split("~")[0] + "~" + token.split("~")[1]
    for kind, tried in (("vacancies.shift", token), ("academy.session", swapped), ("academy.session", "x")):
        with pytest.raises(CodeNotValid):
            read_token(kind, tried)


def test_the_drawing_needs_no_style_and_escapes_its_title():
    drawn = qr_svg("https://samenkracht.example/inchecken/x/", title='Scan "<b>')
    assert drawn.startswith('<svg role="img" aria-label="Scan &quot;&lt;b&gt;" ')
    assert "style" not in drawn
    assert "<script" not in drawn
