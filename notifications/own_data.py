"""What this app keeps of a person: told, erased, and for how long."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from notifications.live import groups
from notifications.models import LiveSignal, Notice, NotificationPreference, OutgoingMail, PushSubscription
from people.rights import Section, Subject, Term, erases, excuse, keeps, rows_of, tells
from vacancies.models import ParentalConsent

excuse("Empty once the mail has left; what still waits goes with the person.", OutgoingMail)
excuse("Ids only, for an hour; goes with the person.", LiveSignal)


@tells(Notice, NotificationPreference, PushSubscription)
def tell_notices(subject: Subject) -> Iterable[Section]:
    """The messages in the list, whether mail is wanted, and on which devices messages come."""
    if subject.user is None:
        return
    columns = {"kind": _("About"), "created_at": _("When"), "read_at": _("Read at")}
    found = Notice.objects.filter(user=subject.user).order_by("created_at")
    yield Section("messages", _("Messages"), columns, rows_of(found, columns))
    columns = {
        "mail_notices": _("Mail beside messages"),
        "quiet_from": _("Quiet from"),
        "quiet_until": _("Quiet until"),
    }
    wish = NotificationPreference.objects.filter(user=subject.user)
    yield Section("mail", _("Mail"), columns, rows_of(wish, columns))
    columns = {"device": _("Device"), "created_at": _("Since"), "used_at": _("Last message")}
    devices = PushSubscription.objects.filter(user=subject.user).order_by("created_at")
    yield Section("devices", _("Devices with messages"), columns, rows_of(devices, columns))


@erases(Notice, NotificationPreference, PushSubscription, OutgoingMail, LiveSignal)
def erase_notices(subject: Subject) -> dict[str, int]:
    """Messages, preferences, devices, and mails that wait or were given up."""
    kept = OutgoingMail.objects.exclude(content=None)
    receivers = subject.emails | _parents(subject)
    theirs = [mail.pk for mail in kept if _receivers(mail) & receivers]
    counts = {"notifications_outgoingmail": OutgoingMail.objects.filter(pk__in=theirs).delete()[0]}
    if subject.user is not None:
        for model in (Notice, NotificationPreference, PushSubscription):
            counts[model._meta.db_table] = model._default_manager.filter(user=subject.user).delete()[0]
        LiveSignal.objects.filter(group=groups.person(subject.user.pk)).delete()
    return counts


def _parents(subject: Subject) -> set[str]:
    """Addresses that are kept because of a student only."""
    asked = ParentalConsent.objects.filter(student__user=subject.user) if subject.user else []
    return {consent.parent_email.lower() for consent in asked if consent.parent_email}


def _receivers(mail: OutgoingMail) -> set[str]:
    return {address.lower() for part in ("to", "cc", "bcc") for address in mail.content[part]}


def _old(moment: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(created_at__lt=moment).order_by("created_at")


keeps(
    Term(
        "messages",
        _("Messages in people's lists"),
        "NOTICE_KEPT_DAYS",
        lambda moment: _old(moment).count(),
        lambda moment, most: Notice.objects.filter(
            pk__in=list(_old(moment).values_list("pk", flat=True)[:most])
        ).delete()[0],
    )
)
