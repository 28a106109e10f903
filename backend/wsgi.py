"""Pages and API for a WSGI server (production); sockets are served by backend.asgi."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
django_application = get_wsgi_application()

# Only now are the settings loaded.
from servestatic import ServeStatic  # noqa: E402

from backend.statics import with_static_files  # noqa: E402

application = with_static_files(ServeStatic, django_application)
