"""ETags, so that a client that polls an unchanged list gets 304 and no body."""

import hashlib
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.request import Request
from rest_framework.response import Response


def weak_etag(body: bytes) -> str:
    """A weak ETag of a body: bodies that differ have different tags."""
    return f'W/"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'


class EtagMixin:
    """Adds a weak ``ETag`` to every successful GET of a view and answers 304 when it matches.

    Not to an answer that may not be kept: there is nothing to compare it with.
    """

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Tag the body once it has been rendered."""
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        read = request.method in ("GET", "HEAD") and response.status_code == HTTPStatus.OK
        kept = response.headers.get("Cache-Control") != "no-store"
        if read and kept and isinstance(response, Response):
            response.add_post_render_callback(lambda rendered: _tagged(request, rendered))
        return response


def _tagged(request: Request, response: HttpResponse) -> HttpResponse:
    etag = weak_etag(response.content)
    response.headers["ETag"] = etag
    return get_conditional_response(request._request, etag=etag, response=response) or response
