"""Static files leave before Django sees the request, on both kinds of server."""

import asyncio

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.core.management import call_command
from django.utils.module_loading import import_string
from servestatic import ServeStatic, ServeStaticASGI

from backend.statics import with_static_files


def nothing_here(environ, start_response):
    start_response("404 Not Found", [])
    return [b""]


def get(application, path: str) -> tuple[str, dict[str, str]]:
    """Ask a WSGI application; return status and headers."""
    answer = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path}
    for _part in application(environ, lambda status, headers: answer.extend((status, dict(headers)))):
        pass
    return answer[0], answer[1]


def test_in_development_files_come_from_the_apps_and_from_packages():
    application = with_static_files(ServeStatic, nothing_here)
    for path in ("/static/js/live.js", "/static/leaflet/leaflet.css", "/static/admin/css/base.css"):
        status, headers = get(application, path)
        assert status == "200 OK", path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "max-age=0, public"
    assert get(application, "/static/../settings.py")[0] == "404 Not Found"
    assert get(application, "/berichten/")[0] == "404 Not Found"


def test_in_production_they_come_from_the_collected_folder_and_hashed_names_are_kept(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.MODE = "production"
    (tmp_path / "plain.js").write_text("1")
    (tmp_path / "app.0123456789ab.js").write_text("1")
    application = with_static_files(ServeStatic, nothing_here)
    assert get(application, "/static/plain.js")[1]["Cache-Control"] == "max-age=60, public"
    assert "immutable" in get(application, "/static/app.0123456789ab.js")[1]["Cache-Control"]
    assert get(application, "/static/js/live.js")[0] == "404 Not Found"


def test_everything_that_pages_name_is_collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "js" / "live.js").exists()


def test_the_asgi_kind_serves_the_same():
    async def ask() -> dict:
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/static/js/live.js",
            "headers": [],
            "query_string": b"",
        }
        communicator = ApplicationCommunicator(with_static_files(ServeStaticASGI, None), scope)
        await communicator.send_input({"type": "http.request"})
        started = await communicator.receive_output(5)
        await communicator.receive_output(5)
        await communicator.receive_output(5)
        return started

    assert asyncio.run(ask())["status"] == 200


@pytest.mark.parametrize("name", settings.MIDDLEWARE)
def test_no_middleware_makes_each_request_start_an_event_loop(name):
    assert getattr(import_string(name), "sync_capable", True)
