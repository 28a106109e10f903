"""The one socket address."""

from django.urls import path

from notifications.live.socket import live_socket

websocket_urlpatterns = [path("ws", live_socket)]  # type: ignore[arg-type]
