"""People in the administration: for rare corrections. Roles go through their services."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from people.enums import Role
from people.models import Centre, Organisation, RoleGrant, User
from people.services import end_role, grant_role


def keeper_of(request: HttpRequest) -> User:
    """Return who uses the administration."""
    return cast("User", request.user)


@admin.register(Centre)
class CentreAdmin(admin.ModelAdmin):
    """Centres and the districts they work in."""

    list_display = ("name", "code", "phone", "email")
    prepopulated_fields = {"slug": ("name",)}
    filter_horizontal = ("districts",)

    def get_readonly_fields(self, request: HttpRequest, obj: Centre | None = None) -> tuple[str, ...]:
        """The code stays what it was: every process's index of volunteers knows the centre by it."""
        return ("code",) if obj else ()


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    """Partners of a centre."""

    list_display = ("name", "centre", "state")
    list_filter = ("state", "centre")
    search_fields = ("name",)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Accounts: who may use this administration. Suspension is done on the pages, with all that follows."""

    list_display = ("email", "name", "is_staff", "is_active", "created_at")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name")
    fields = (
        "email",
        "name",
        "language",
        "is_staff",
        "is_superuser",
        "is_active",
        "suspended_at",
        "created_at",
    )
    readonly_fields = ("email", "is_active", "suspended_at", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Erasing goes through someone's rights: what runs ends, and it outlasts a restore."""
        return False


@admin.register(RoleGrant)
class RoleGrantAdmin(admin.ModelAdmin):
    """Roles: given and ended, never changed. Sockets, lists and logs follow as with any other grant."""

    list_display = ("user_email", "role", "centre", "organisation", "granted_at", "ended_at")
    list_filter = ("role", "centre")
    search_fields = ("user__email",)
    autocomplete_fields = ("user",)
    fields = ("user", "role", "centre", "organisation")
    list_select_related = ("user", "centre", "organisation")

    @admin.display(description="e-mail")
    def user_email(self, grant: RoleGrant) -> str:
        """Whose role it is."""
        return grant.user.email

    def has_change_permission(self, request: HttpRequest, obj: RoleGrant | None = None) -> bool:
        """End it and give another."""
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: RoleGrant, form: Any, change: bool) -> None:
        """Give the role."""
        made = grant_role(
            obj.user, Role(obj.role), centre=obj.centre, organisation=obj.organisation, by=keeper_of(request)
        )
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: RoleGrant) -> None:
        """End the role; the row stays for the record."""
        end_role(obj, by=keeper_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[RoleGrant]) -> None:
        """End several roles."""
        for grant in queryset:
            end_role(grant, by=keeper_of(request))
