"""Static files, served before Django sees the request.

As Django middleware ServeStatic is asynchronous only: under WSGI, and in every test, each request
would then start an event loop of its own. As a wrapper around the application it costs a look in a dict.
"""

from typing import TypeVar
from urllib.parse import urlparse
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles import finders
from servestatic.base import ServeStaticBase

Server = TypeVar("Server", bound=ServeStaticBase)


def _add_headers(headers: Headers, path: str, url: str) -> None:
    """What Django's security middleware adds to pages."""
    headers["X-Content-Type-Options"] = "nosniff"


def with_static_files(server: type[Server], application: object) -> Server:
    """Return ``application`` wrapped in ``server`` (ServeStatic's WSGI or ASGI kind).

    In development the files come straight from the apps, else from ``STATIC_ROOT`` (collectstatic), where
    names with a hash may be kept for ever.
    """
    prefix = urlparse(settings.STATIC_URL).path
    development = settings.MODE == "development"
    wrapped = server(application, max_age=0 if development else 60, add_headers_function=_add_headers)
    if not development:
        wrapped.add_files(settings.STATIC_ROOT, prefix)
        return wrapped
    for finder in finders.get_finders():
        for path, storage in finder.list(None):
            url = f"{prefix}{path}"
            if url not in wrapped.files:  # the first finder wins
                wrapped.add_file_to_dictionary(url, storage.path(path), root=storage.location)
    return wrapped
