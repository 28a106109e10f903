"""Routes of the notifications app's pages."""

from django.urls import URLPattern, URLResolver, path

from notifications.web import push, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("berichten/", views.inbox, name="inbox"),
    path("berichten/aantal/", views.inbox_count, name="inbox-count"),
    path("berichten/gelezen/", views.read_all, name="inbox-read"),
    path("berichten/e-mail/", views.mail_preference, name="mail-preference"),
    path("berichten/telefoon/", push.phone, name="my-phone"),
    path("berichten/telefoon/stil/", push.quiet_hours, name="quiet-hours"),
    path("berichten/telefoon/verder/", push.go_on, name="push-again"),
    path("berichten/telefoon/<uuid:subscription_id>/weg/", push.remove_device, name="remove-device"),
    path("berichten/<uuid:notice_id>/", views.open_notice, name="notice"),
]
