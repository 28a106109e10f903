"""The one socket address."""

from django.urls import path

from notifications.live.consumer import LiveConsumer

websocket_urlpatterns = [path("ws", LiveConsumer.as_asgi())]
