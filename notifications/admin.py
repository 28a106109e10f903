"""Mail that does not leave, for administrators: what and why, never to whom or what it says."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.errors import InvalidTransition
from notifications.mail import try_again
from notifications.models import OutgoingMail

if TYPE_CHECKING:
    MailAdmin = admin.ModelAdmin[OutgoingMail]
else:
    MailAdmin = admin.ModelAdmin


@admin.register(OutgoingMail)
class OutgoingMailAdmin(MailAdmin):
    """List of mails on their way and mails given up. The content is not shown: it holds sign-in codes."""

    list_display = ("id", "state", "attempts", "last_error", "created_at", "ready_at", "sent_at")
    list_filter = ("state",)
    fields = list_display
    ordering = ("-created_at",)
    actions = ("send_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only the outbox makes mails."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A mail is not rewritten."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The nightly clean-up deletes."""
        return False

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Whether the action is offered: the model permission to change mails."""
        return request.user.has_perm("notifications.change_outgoingmail")

    @admin.action(description=_("Send what was given up again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        """Give the given up ones among the chosen mails their attempts back."""
        again = sum(_tried(mail) for mail in queryset)
        self.message_user(
            request,
            ngettext("%(count)d e-mail will be sent again.", "%(count)d e-mails will be sent again.", again)
            % {"count": again},
        )


def _tried(mail: OutgoingMail) -> bool:
    try:
        try_again(mail)
    except InvalidTransition:
        return False
    return True
