"""Who brings messages to push services: each service, an entry of ``PUSH_HOSTS``, is a lane of its own."""

from functools import cache

from django.conf import settings

from common.couriers import Couriers

AT_ONCE = 4
"""Calls to one service that run together in a process."""


def service_of(host: str) -> str | None:
    """The entry of ``PUSH_HOSTS`` that a host belongs to, if any; a dot in front: all names below."""
    hosts = settings.PUSH_HOSTS
    return next((each for each in hosts if host == each or (each[:1] == "." and host.endswith(each))), None)


@cache
def push_couriers() -> Couriers:
    """The couriers of this process: enough for all services at the same time."""
    return Couriers("push", couriers=AT_ONCE * (len(settings.PUSH_HOSTS) + 1), in_a_lane=AT_ONCE)
