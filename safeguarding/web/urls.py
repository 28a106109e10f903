"""Routes of the safeguarding app's pages."""

from django.urls import URLPattern, URLResolver, path

from safeguarding.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("vrijwilligers/", views.volunteers, name="volunteers"),
    path("vrijwilligers/<uuid:volunteer_id>/", views.volunteer, name="volunteer"),
    path("vrijwilligers/<uuid:volunteer_id>/meedoen/", views.activate, name="volunteer-activate"),
    path("vrijwilligers/<uuid:volunteer_id>/schorsen/", views.suspend, name="volunteer-suspend"),
    path(
        "vrijwilligers/<uuid:volunteer_id>/screening/<slug:requirement>/",
        views.ScreeningView.as_view(),
        name="volunteer-screening",
    ),
]
