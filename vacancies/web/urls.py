"""Routes of the pages of vacancies."""

from django.urls import URLPattern, URLResolver

from vacancies.web import shift_urls

urlpatterns: list[URLPattern | URLResolver] = [*shift_urls.urlpatterns]
