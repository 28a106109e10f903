"""What an htmx answer asks of the shell."""

import json

from django.http import HttpResponse

from common.htmx import toast


def test_a_toast_with_its_way_back():
    response = toast(HttpResponse(), "Gevraagd.", undo="/balie/x/undo/")
    assert json.loads(response["HX-Trigger"]) == {"sk-toast": {"text": "Gevraagd.", "undo": "/balie/x/undo/"}}
