"""Pages, API and the live socket for an ASGI server; the whole product when embedded.

At start-up of the server the live hub connects to its bus, what is asked often is read into memory and,
when embedded, the event worker starts as a thread; at shut-down both stop.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
django_application = get_asgi_application()

# Only now are the apps loaded.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from channels.sessions import SessionMiddlewareStack  # noqa: E402
from django.conf import settings  # noqa: E402
from servestatic import ServeStaticASGI  # noqa: E402

from backend.serving import warm_up  # noqa: E402
from backend.statics import with_static_files  # noqa: E402
from events.embedded import EmbeddedWorker, start_embedded_worker  # noqa: E402
from notifications.live.hub import hub  # noqa: E402
from notifications.live.routing import websocket_urlpatterns  # noqa: E402

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def lifespan(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Start and stop what lives as long as the server process (ASGI lifespan protocol)."""
    worker: EmbeddedWorker | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await hub.start()
            await asyncio.to_thread(warm_up)
            worker = start_embedded_worker() if settings.EMBEDDED_WORKER else None
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            if worker is not None:
                await asyncio.to_thread(worker.stop)
            await hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


application = ProtocolTypeRouter(
    {
        "http": with_static_files(ServeStaticASGI, django_application),
        "websocket": AllowedHostsOriginValidator(SessionMiddlewareStack(URLRouter(websocket_urlpatterns))),
        "lifespan": lifespan,
    }
)
