"""Devices in the words of people."""

import pytest
from django.utils import translation

from people.templatetags.devices import device, device_icon

LIKE = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) {}"
PHONE = "iPhone; CPU iPhone OS 18_5 like Mac OS X"


@pytest.mark.parametrize(
    ("system", "browser", "words", "icon"),
    [
        ("Windows NT 10.0; Win64; x64", "Chrome/140.0 Safari/537.36 Edg/140.0", "Edge op Windows", "desk"),
        ("X11; Linux x86_64; rv:140.0", "Firefox/140.0", "Firefox op Linux", "desk"),
        ("Linux; Android 15", "Chrome/140.0 Mobile Safari/537.36", "Chrome op Android", "digital"),
        (PHONE, "Version/18.5 Mobile/15E148 Safari/604.1", "Safari op iPhone", "digital"),
        ("Macintosh; Intel Mac OS X 10_15_7", "Version/18.5 Safari/605.1.15", "Safari op Mac", "desk"),
    ],
)
def test_browser_and_system_in_one_phrase(system, browser, words, icon):
    told = LIKE.format(system, browser)
    with translation.override("nl"):
        assert (device(told), device_icon(told)) == (words, icon)


@pytest.mark.parametrize("told", ["", "curl/8.5", "<script>alert(1)</script>"])
def test_what_is_not_known_is_a_device(told):
    with translation.override("nl"):
        assert device(told) == "Een apparaat"
