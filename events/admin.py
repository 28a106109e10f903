"""The event table for administrators: read only, with a second chance for what was parked."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.errors import InvalidTransition
from events.models import EventRecord
from events.services import retry_parked

if TYPE_CHECKING:
    RecordAdmin = admin.ModelAdmin[EventRecord]
else:
    RecordAdmin = admin.ModelAdmin


@admin.register(EventRecord)
class EventRecordAdmin(RecordAdmin):
    """List and detail of events. Nothing can be added, changed or removed: it is the audit log."""

    list_display = ("id", "type", "state", "due_at", "attempts", "last_error")
    list_filter = ("state", "type")
    search_fields = ("=key", "=type", "=id")
    ordering = ("-id",)
    show_full_result_count = False
    actions = ("try_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only services record."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What happened stays what happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The log is append-only."""
        return False

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Whether the action is offered: the model permission to change events."""
        return request.user.has_perm("events.change_eventrecord")

    @admin.action(description=_("Try the parked ones again"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[EventRecord]) -> None:
        """Give parked events among the chosen ones their attempts back."""
        retried = sum(_retried(record, request.user) for record in queryset)
        self.message_user(
            request,
            ngettext("%(count)d event will be tried again.", "%(count)d events will be tried again.", retried)
            % {"count": retried},
        )


def _retried(record: EventRecord, by: Any) -> bool:
    try:
        retry_parked(record, by)
    except InvalidTransition:
        return False
    return True
