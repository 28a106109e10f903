"""Reads an address in each way that it can answer: as a page and, where that differs, as a part for htmx."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.http.request import HttpHeaders
from django.test import Client

FOR_HTMX = {"HX-Request": "true"}


def readings(client: Client, path: str) -> Iterator[tuple[dict[str, str], HttpResponse]]:
    """The answers to GET with the headers that asked for them.

    An answer cannot differ by a header that nobody looked at. The middleware looks once, to lead a part that
    asks to sign in to the whole page; who looks besides may answer htmx otherwise, and is asked as htmx too.
    """
    looks = []
    look_up = HttpHeaders.__getitem__

    def noted(headers: HttpHeaders, key: str) -> str:
        looks.append(key.upper())
        return look_up(headers, key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HttpHeaders, "__getitem__", noted)
        response = client.get(path)
    yield {}, response
    if sum(look.startswith("HX-") for look in looks) > 1:
        yield FOR_HTMX, client.get(path, headers=FOR_HTMX)
