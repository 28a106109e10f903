"""Request limits, counted in the ``throttle`` cache: in memory, so that they hold without Redis."""

from django.core.cache import caches
from rest_framework import throttling


class AnonymousThrottle(throttling.AnonRateThrottle):
    """Per client address, for people who are not signed in. Rate: ``API_RATE_ANONYMOUS``."""

    cache = caches["throttle"]


class UserThrottle(throttling.UserRateThrottle):
    """Per account. Rate: ``API_RATE_USER``."""

    cache = caches["throttle"]
