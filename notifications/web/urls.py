"""Routes of the notifications app's pages."""

from django.urls import URLPattern, URLResolver, path

from notifications.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("berichten/", views.inbox, name="inbox"),
    path("berichten/aantal/", views.inbox_count, name="inbox-count"),
    path("berichten/gelezen/", views.read_all, name="inbox-read"),
    path("berichten/e-mail/", views.mail_preference, name="mail-preference"),
    path("berichten/<uuid:notice_id>/", views.open_notice, name="notice"),
]
