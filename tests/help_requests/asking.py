"""Walks through "ask for help" as a browser does: screen by screen, following redirects."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.factories.people import POSTCODE

ANSWERS: dict[str, dict[str, Any]] = {
    "wat": {"category": "groceries"},
    "woorden": {"description": "Ik wil graag dat iemand boodschappen voor mij doet."},
    "waarheen": {"destination": ""},
    "hoe-vaak": {"how_often": "task"},
    "wanneer": {"timing": "check"},
    "dag": {"day": "2025-06-05"},
    "tijd": {"moment": "fixed", "start_time": "14:30"},
    "dagdelen": {"dayparts": ["0", "4"]},
    "voor-wie": {"whose": "person"},
    "wie-vraagt": {
        "filer_name": "Karin Bos",
        "filer_phone": "06 22334455",
        "filer_email": "karin@voorbeeld.nl",
        "filer_consent": "on",
    },
    "naam": {"name": "Truus Bos"},
    "adres": {"postcode": POSTCODE, "house_number": "12"},
    "bereikbaar": {"phone": "030 1234567"},
}


def answer(client: Client, slug: str, data: dict[str, Any]) -> HttpResponse:
    return client.post(reverse("ask-help-screen", args=[slug]), data)


def walk(client: Client, look: bool = True, **other: dict[str, Any]) -> list[str]:
    """Answer every screen that is asked, with ``ANSWERS`` or ``other``; return their slugs.

    In the names of ``other`` an underscore stands for a dash. With ``look`` every page is fetched first.
    """
    answers = ANSWERS | {slug.replace("_", "-"): data for slug, data in other.items()}
    seen: list[str] = []
    address = client.get(reverse("ask-help")).url
    while not address.endswith("/controle/"):
        slug = address.rstrip("/").rsplit("/", 1)[-1]
        assert slug not in seen, f"{slug} is asked again: {client.get(address).content.decode()}"
        seen.append(slug)
        assert not look or client.get(address).status_code == 200
        response = client.post(address, answers[slug])
        assert response.status_code == 302, response.content.decode()
        address = response.url
    return seen


def check_form(client: Client) -> dict[str, str]:
    """What the form of the check screen sends, filled in."""
    key = client.get(reverse("ask-help-check")).context["draft"].key
    return {"key": str(key), "any_screened_volunteer": "no", "consent": "on"}


def send(client: Client, **other: str) -> HttpResponse:
    """Send from the check screen, as its form does; ``other`` changes what is filled in."""
    return client.post(reverse("ask-help-check"), check_form(client) | other)
