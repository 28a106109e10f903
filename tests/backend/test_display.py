"""Colours and letters: the reader's choice, kept with and without JavaScript."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def page(client) -> str:
    return client.get("/").content.decode()


def test_at_first_the_device_decides(client):
    assert "data-theme" not in page(client).split("<head>")[0]
    assert "data-text" not in page(client).split("<head>")[0]


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_a_chosen_theme_stands_on_every_next_page(client, theme):
    client.post(reverse("display"), {"theme": theme, "next": "/privacy/"})
    assert f'data-theme="{theme}"' in page(client)


def test_large_letters_leave_the_theme_as_it_was(client):
    client.post(reverse("display"), {"theme": "dark"})
    client.post(reverse("display"), {"text": "large"})
    assert 'data-theme="dark"' in page(client)
    assert 'data-text="large"' in page(client)


def test_choosing_the_device_again_takes_the_theme_away(client):
    client.post(reverse("display"), {"theme": "dark"})
    client.post(reverse("display"), {"theme": "auto"})
    assert "data-theme" not in page(client).split("<head>")[0]


def test_an_unknown_theme_is_never_written_into_the_page(client):
    client.cookies["sk_theme"] = 'x" onload="alert(1)'
    client.post(reverse("display"), {"theme": "<b>"})
    assert "data-theme" not in page(client).split("<head>")[0]


def test_the_pressed_button_is_told_to_screen_readers(client):
    client.post(reverse("display"), {"theme": "contrast"})
    assert 'value="contrast" aria-pressed="true"' in page(client)
    assert 'value="auto" aria-pressed="false"' in page(client)


def test_back_to_the_page_one_came_from(client):
    assert client.post(reverse("display"), {"theme": "dark", "next": "/privacy/?a=1"}).url == "/privacy/?a=1"


@pytest.mark.parametrize(
    "away", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_never_to_another_site(client, away):
    assert client.post(reverse("display"), {"theme": "dark", "next": away}).url == "/"


def test_reading_the_address_changes_nothing(client):
    assert client.get(reverse("display")).status_code == 405
