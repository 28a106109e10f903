"""What ``make run`` does after installing: ``python -m tools.run PORT``.

One process for all of it, so that Django starts once and the second time is quick.
"""

import os
import sys

import django
import uvicorn
from django.core.management import call_command

from tools import compile_messages


def main(port: int) -> None:
    """Bring catalogues and database up to date, load the demonstration town once, and serve on ``port``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    os.environ.setdefault("BASE_URL", f"http://localhost:{port}")
    compile_messages.main()
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    call_command("load_demo")
    print(f"Serving {os.environ['BASE_URL']} (stop with Ctrl-C)", flush=True)
    # This machine only: the demonstration's passwords are known to everyone.
    application = "backend.asgi:application"
    # Live messages are a few bytes each way: larger ones are refused, and packing them costs memory.
    uvicorn.run(
        application,
        host="localhost",
        port=port,
        log_level="warning",
        ws_max_size=4096,
        ws_per_message_deflate=False,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
