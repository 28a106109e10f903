"""The shared courses, until they have an editor of their own. Completions and requirements have pages."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from academy.models import Course
from academy.services import add_course, change_course, retire_course
from people.models import User


def keeper_of(request: HttpRequest) -> User:
    """Return who uses the administration."""
    return cast("User", request.user)


@admin.register(Course)
class CourseAdmin(admin.ModelAdmin):
    """Courses: added, changed, and retired instead of deleted."""

    list_display = ("title_nl", "slug", "bit", "valid_months", "published", "retired_at")
    list_filter = ("published",)
    search_fields = ("title_nl", "title_en", "slug")
    prepopulated_fields = {"slug": ("title_nl",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Course]:
        """The retired ones last."""
        return super().get_queryset(request).order_by("retired_at", "title_nl")

    def has_change_permission(self, request: HttpRequest, obj: Course | None = None) -> bool:
        """What is retired stays as it was."""
        return (obj is None or obj.retired_at is None) and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> None:
        """Add or change through the service."""
        by, details = keeper_of(request), form.cleaned_data
        if change:
            change_course(obj, by=by, **details)
            return
        obj.pk = add_course(by=by, **details).pk

    def delete_model(self, request: HttpRequest, obj: Course) -> None:
        """Retire it; the row stays for the record."""
        retire_course(obj, by=keeper_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Course]) -> None:
        """Retire several."""
        for course in queryset:
            retire_course(course, by=keeper_of(request))
