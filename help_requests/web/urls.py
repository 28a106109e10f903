"""Routes of the help_requests app's pages."""

from django.urls import URLPattern, URLResolver, path

from help_requests.web import mine
from help_requests.web.asking import views as asking
from help_requests.web.desk import intake, views
from help_requests.web.desk.acts import ACTS

urlpatterns: list[URLPattern | URLResolver] = [
    path("vraag-hulp/", asking.ask_help, name="ask-help"),
    path("vraag-hulp/controle/", asking.ask_check, name="ask-help-check"),
    path("vraag-hulp/meelezen/", asking.ask_hints, name="ask-help-hints"),
    path("vraag-hulp/verstuurd/<uuid:request_id>/", asking.ask_sent, name="ask-help-sent"),
    path("vraag-hulp/<slug:slug>/", asking.ask_screen, name="ask-help-screen"),
    path("mijn-hulpvragen/", mine.my_requests, name="my-requests"),
    path("mijn-hulpvragen/vergeten/", mine.forget_my_requests, name="forget-my-requests"),
    path("mijn-hulpvragen/<uuid:request_id>/", mine.my_request, name="my-request"),
    path("mijn-hulpvragen/<uuid:request_id>/aanpassen/", mine.edit_my_request, name="edit-my-request"),
    path(
        "mijn-hulpvragen/<uuid:request_id>/intrekken/", mine.withdraw_my_request, name="withdraw-my-request"
    ),
    path("balie/", views.desk, name="desk"),
    path("balie/rij/", views.desk_queue, name="desk-queue"),
    path("balie/telefoon/", intake.phone_intake, name="phone-intake"),
    path("balie/telefoon/bellers/", intake.intake_residents, name="phone-intake-callers"),
    path("balie/hulpvragen/<uuid:request_id>/", views.desk_request, name="desk-request"),
    *(
        path(
            f"balie/hulpvragen/<uuid:request_id>/{act.slug}/",
            views.desk_act,
            {"slug": act.slug},
            name=act.url_name,
        )
        for act in ACTS
    ),
]
