"""Getting rid of database connections that the server has cut."""

from django.db import close_old_connections, connection


def mend_connections() -> None:
    """Close this thread's connection if it is broken, and replace all broken ones that idle in the pool.

    The pool itself looks at one connection at a time, and only when it is handed out, with growing pauses
    between: after a restart of the server a pool of twenty dead connections would cost half a minute.
    """
    close_old_connections()
    pool = getattr(connection, "pool", None)  # SQLite has none
    if pool is not None and not pool.closed:
        pool.check()
