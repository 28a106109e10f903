"""Page after page that refuses the same person with the same words is drawn once.

For tests that ask every address of the project: what differs between two refusals of one person, besides the
words, is the address in the frame. Status, headers and whatever led to the refusal are each time as always.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from backend import refusals


@contextmanager
def drawn_once() -> Iterator[None]:
    """Until the block ends; afterwards everything is drawn anew."""
    drawn: dict[Any, bytes] = {}
    render = refusals.render

    def draw(request: HttpRequest, name: str, given: dict[str, Any], status: int) -> HttpResponse:
        refusal = given["refusal"]
        which = request.user.pk, status, str(refusal.title), str(refusal.sentence), refusal.icon
        if which not in drawn:
            drawn[which] = render(request, name, given, status=status).content
        return HttpResponse(drawn[which], status=status)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(refusals, "render", draw)
        yield
