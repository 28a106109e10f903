"""Routes of the pages of what-ifs."""

from django.urls import URLPattern, URLResolver, path

from simulation.web import invite, views

_ONE = "balie/wat-als/<uuid:what_if_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("balie/wat-als/", views.WhatIfsView.as_view(), name="what-ifs"),
    path(f"{_ONE}/", views.what_if, name="what-if"),
    path(f"{_ONE}/stand/", views.progress, name="what-if-progress"),
    path(f"{_ONE}/stoppen/", views.stop, name="what-if-stop"),
    path(f"{_ONE}/vacature/", views.vacancy, name="what-if-vacancy"),
    path(f"{_ONE}/uitnodigen/", invite.InviteView.as_view(), name="what-if-invite"),
]
