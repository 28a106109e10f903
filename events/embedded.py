"""The worker as a thread of the server, for an installation of one process."""

import threading

import structlog

from events.wakeup import bell
from events.worker import Worker

log = structlog.get_logger(__name__)
STOP_SECONDS = 10.0


class EmbeddedWorker:
    """A running worker thread."""

    def __init__(self, worker: Worker) -> None:
        self._stop = threading.Event()
        # A daemon: a server that is torn down without a farewell does not hang on it. To the event table
        # that is the same as a kill.
        self._thread = threading.Thread(
            target=worker.run_forever, args=(self._stop,), name="events-worker", daemon=True
        )
        self._thread.start()

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """Let the running handler finish and end the thread; return whether it ended within ``seconds``."""
        self._stop.set()
        bell.ring()
        self._thread.join(seconds)
        if self._thread.is_alive():
            log.warning("worker_still_running")
        return not self._thread.is_alive()


def start_embedded_worker(worker: Worker | None = None) -> EmbeddedWorker:
    """Start a worker thread in this process. The caller stops it before the process ends."""
    return EmbeddedWorker(worker or Worker())
