"""Short mails beside the list of messages, for who is not looking: that something happened, never what.

No name, address, place or text of a request is in them: a link to the page, which asks to sign in.
Volunteers and residents with an e-mail address get them, each in their own language, until they say no.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from events.base import Event
from help_requests import events as requests
from matching import events as matching
from notifications.queries import wants_mail
from people.enums import Language
from people.models import Representative, Resident, User, Volunteer

# What the resident's side is mailed about: the name of the template.
MAILS: dict[type[Event], str] = {
    requests.RequestOpened: "request_opened",
    requests.RequestSentBack: "request_sent_back",
    matching.WideningAsked: "widening",
    matching.AssignmentProposed: "proposed",
    matching.AssignmentAgreed: "agreed",
    matching.ReviewAsked: "review",
}


@dataclass(frozen=True)
class Reader:
    """Whom a mail is for."""

    email: str
    language: str
    has_account: bool


def mail_volunteer(volunteer_id: UUID, offer_id: UUID) -> None:
    """Tell a volunteer that there is a question, unless they want no mail."""
    volunteer = Volunteer.objects.select_related("user").filter(pk=volunteer_id).first()
    if volunteer is not None:
        for reader in _readers(volunteer.user):
            _queue(reader, "asked", reverse("offer", args=[offer_id]))


def mail_invited(volunteer_id: UUID) -> None:
    """Tell a volunteer that they are invited to a training, unless they want no mail."""
    volunteer = Volunteer.objects.select_related("user").filter(pk=volunteer_id).first()
    if volunteer is not None:
        for reader in _readers(volunteer.user):
            _queue(reader, "course_invited", reverse("learning"))


def mail_resident_side(request_id: UUID, template: str) -> None:
    """Tell the resident of a request, and who acts for them, that something happened to it."""
    resident = Resident.objects.select_related("user").filter(help_requests=request_id).first()
    if resident is None:
        return
    acting = Representative.objects.filter(resident=resident, ended_at=None).select_related("user")
    users = {user.pk: user for user in (resident.user, *(row.user for row in acting)) if user is not None}
    readers = [reader for user in users.values() for reader in _readers(user)]
    if resident.user is None and resident.email:
        readers.append(Reader(resident.email, _language_of(resident), has_account=False))
    for reader in {reader.email: reader for reader in readers}.values():
        _queue(reader, template, reverse("my-request", args=[request_id]))


def mail_user(user: User, template: str, path: str, **told: object) -> None:
    """Tell someone with an account that there is something at ``path``, unless they want no mail.

    ``told`` goes to the template: only what everybody may read, such as the tasks of a public action.
    """
    for reader in _readers(user):
        _queue(reader, template, path, told)


def mail_duty(user: User, template: str, path: str) -> None:
    """The same for what someone's role does not let them leave unread: also who wants no mail is told."""
    _queue(Reader(user.email, user.language, has_account=True), template, path)


def mail_outsider(email: str, language: str, template: str, path: str) -> None:
    """Mail someone without an account a link that is theirs: a parent, a supervisor."""
    _queue(Reader(email, language, has_account=False), template, path)


def _readers(user: User) -> list[Reader]:
    if not user.is_active or user.suspended_at is not None or not wants_mail(user):
        return []
    return [Reader(user.email, user.language, has_account=True)]


def _language_of(resident: Resident) -> str:
    return "nl" if resident.languages & 1 << Language.DUTCH.bit else "en"


def _queue(reader: Reader, template: str, path: str, told: Mapping[str, object] | None = None) -> None:
    site = settings.BASE_URL
    context = {**(told or {}), "link": site + path, "inbox": site + reverse("inbox"), "reader": reader}
    with translation.override(reader.language):
        subject = render_to_string(f"notifications/mail/{template}_subject.txt", context)
        body = render_to_string(f"notifications/mail/{template}.txt", context)
    EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[reader.email]).send()
