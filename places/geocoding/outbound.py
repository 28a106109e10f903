"""Geopy's way to the network, through the guard of ``common.outbound``."""

import json
import ssl
from collections.abc import Mapping
from typing import Any

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeocoderUnavailable

from common.outbound import OutboundFailed, OutboundGuard, OutboundRefused

OK = 200


class GuardedAdapter(BaseSyncAdapter):
    """A geopy adapter that reaches only the hosts of its guard. Proxies are not used."""

    def __init__(
        self, *, guard: OutboundGuard, proxies: Mapping[str, str] | None, ssl_context: ssl.SSLContext | None
    ) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._guard = guard

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """Return the parsed answer. Raises the errors of ``get_text`` and ``GeocoderParseError``."""
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text)
        except ValueError as error:
            raise GeocoderParseError("the answer is not JSON") from error

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Return the answer as text.

        Raises ``GeocoderUnavailable`` without an answer, ``AdapterHTTPError`` on any status but 200.
        The error carries no text: geopy would log it, and a service may repeat the address in it.
        """
        try:
            answer = self._guard.get(url, timeout=timeout, headers=headers)
        except (OutboundRefused, OutboundFailed) as error:
            raise GeocoderUnavailable(str(error)) from error
        if answer.status != OK:
            raise AdapterHTTPError(
                f"status {answer.status}", status_code=answer.status, headers=answer.headers, text=""
            )
        return answer.body.decode("utf-8", errors="replace")
