"""Telling many people one thing, each by an event of their own; and an organisation, or its centre for it.

One event per person: trouble with one holds nobody else up, and whoever has been told is not told again when
another's turn is tried once more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from uuid import UUID

from django.urls import reverse

from common import clock
from events.models import EventRecord
from events.registry import on
from events.services import record as record_event
from notifications.enums import NoticeKind
from notifications.events import NobodyThere, PersonToTell
from notifications.mail_notices import mail_duty, mail_user
from notifications.services import notify
from people.enums import COORDINATING, OrganisationState, Role
from people.events import RoleEnded, UserSuspended
from people.models import Organisation, RoleGrant, User
from people.queries import members_of, staff_of
from vacancies.models import Shift


@dataclass(frozen=True)
class Telling:
    """How one kind of message reaches a person.

    Attributes:
        mail: the template of the mail beside the message; "" for none.
        path: where the mail leads, for (user id, id of what it is about).
        still: whether it is still so at the moment of telling, for the same two; else they hear nothing.
        for_volunteer: see ``Notice``.
    """

    mail: str
    path: Callable[[UUID, UUID], str]
    still: Callable[[UUID, UUID], bool] = lambda _user_id, _about: True
    for_volunteer: bool = False


_tellings: dict[NoticeKind, Telling] = {}


def tells(kind: NoticeKind, telling: Telling) -> None:
    """Say how a kind of message reaches people. Raises ``ValueError`` for one that is known."""
    if kind in _tellings:
        raise ValueError(f"{kind} is told already")
    _tellings[kind] = telling


def tell_each(
    kind: NoticeKind,
    told: Mapping[UUID, UUID],
    record: EventRecord,
    *,
    matters_at: Mapping[UUID, datetime | None] = MappingProxyType({}),
) -> None:
    """Let each of these people, by id, be told of what stands beside them: each by an event of their own.

    ``matters_at`` says for whom it cannot wait for the morning, see ``notify``.

    Raises:
        KeyError: nobody has said with ``tells`` how this kind reaches people.
    """
    if kind not in _tellings:
        raise KeyError(kind)
    for user_id, about_id in told.items():
        soon = matters_at.get(user_id)
        one = PersonToTell(
            user_id=user_id,
            about_id=about_id,
            kind=kind.value,
            matters_at=int(soon.timestamp()) if soon else 0,
        )
        record_event(one, actor=record.actor_id)


@on(PersonToTell, name="notifications.tell_person")
def tell_person(event: PersonToTell, record: EventRecord) -> None:
    """One person: in their list, and by mail unless they want none."""
    kind = NoticeKind(event.kind)
    telling = _tellings[kind]
    user = User.objects.filter(pk=event.user_id).first()
    if user is None or not telling.still(event.user_id, event.about_id):
        return
    soon = datetime.fromtimestamp(event.matters_at, UTC) if event.matters_at else None
    notify([user.pk], kind, event.about_id, record, for_volunteer=telling.for_volunteer, matters_at=soon)
    if telling.mail:
        mail_user(user, telling.mail, telling.path(event.user_id, event.about_id))


# What the centre hears of an organisation that has nobody here, by the page where it can be taken up.
FOR_NOBODY: dict[str, NoticeKind] = {
    "applicant": NoticeKind.ANSWER_FOR_NOBODY,
    "shift-roster": NoticeKind.SHIFT_FOR_NOBODY,
    "desk-vacancy": NoticeKind.VACANCY_FOR_NOBODY,
    "action-desk": NoticeKind.ACTION_FOR_NOBODY,
}


@dataclass(frozen=True)
class Owner:
    """Whose matter it is: an organisation, and the centre that looks after it."""

    organisation_id: UUID
    centre_id: UUID


def tell_organisation(
    owner: Owner,
    kind: NoticeKind,
    about: UUID,
    record: EventRecord,
    *,
    page: str = "",
    mail: Callable[[User], None] | None = None,
    matters_at: datetime | None = None,
) -> None:
    """Tell the contacts of an organisation, all but who did it; of one that has none left its centre.

    The centre hears it as news for an organisation with nobody there, at ``page`` (a key of ``FOR_NOBODY``)
    or else at its desk, and by mail once a day: then it names a new contact. No mail for what it did itself.
    """
    members = list(members_of(owner.organisation_id))
    if not members:
        for_nobody = FOR_NOBODY.get(page, NoticeKind.NEWS_FOR_NOBODY)
        object_id = about if page in FOR_NOBODY else owner.organisation_id
        desk = desk_of(owner.centre_id)
        notify([each for each in desk if each != record.actor_id], for_nobody, object_id, record)
        if record.actor_id not in desk:
            mail_centre(owner)
        return
    told = [member for member in members if member.pk != record.actor_id]
    notify([member.pk for member in told], kind, about, record, matters_at=matters_at)
    for member in told if mail else ():
        mail(member)  # type: ignore[misc]  # it is not None: see above


def mailed(template: str, path: str, *, duty: bool = False) -> Callable[[User], None]:
    """The mail beside a message to an organisation; ``duty``: also to who wants no mail."""
    send = mail_duty if duty else mail_user
    return partial(send, template=template, path=path)


def date_page(shift: Shift) -> str:
    """The address where volunteers sign up for a shift, at its line."""
    return f"{reverse('vacancy-shifts', args=[shift.vacancy_id])}#dienst-{shift.pk}"


def desk_of(centre_id: UUID) -> Sequence[UUID]:
    """The coordinators of a centre."""
    return list(staff_of(centre_id, *COORDINATING).values_list("pk", flat=True))


def mail_centre(owner: Owner) -> None:
    """Mail the coordinators that an organisation has nobody here; once a day, however much there is."""
    key = f"notifications.nobody_there:{owner.organisation_id}:{clock.today():%Y%m%d}"
    record_event(NobodyThere(organisation_id=owner.organisation_id, centre_id=owner.centre_id), key=key)


@on(NobodyThere, name="notifications.mail_nobody_there")
def mail_nobody_there(event: NobodyThere, record: EventRecord) -> None:
    """The centre names a new contact; unless there is one by now."""
    if members_of(event.organisation_id).exists():
        return
    for user in staff_of(event.centre_id, *COORDINATING).order_by("pk"):
        mail_user(user, "nobody_there", reverse("organisation-desk", args=[event.organisation_id]))


@on(RoleEnded, name="notifications.tell_of_last_contact")
def tell_of_last_contact(event: RoleEnded, record: EventRecord) -> None:
    """A contact of an organisation has stopped."""
    if event.organisation_id is not None:
        _tell_when_left([event.organisation_id], record)


@on(UserSuspended, name="notifications.tell_of_last_suspended")
def tell_of_last_suspended(event: UserSuspended, record: EventRecord) -> None:
    """A contact of organisations was suspended."""
    grants = RoleGrant.objects.filter(user=event.user_id, role=Role.ORGANISATION, ended_at=None)
    _tell_when_left([grant.organisation_id for grant in grants if grant.organisation_id], record)


def _tell_when_left(organisation_ids: Sequence[UUID], record: EventRecord) -> None:
    """Nobody of an organisation that takes part is left: its centre hears it at once."""
    taking_part = Organisation.objects.filter(pk__in=organisation_ids, state=OrganisationState.APPROVED)
    for each in taking_part.order_by("pk"):
        if not members_of(each.pk).exists():
            notify(desk_of(each.centre_id), NoticeKind.NOBODY_LEFT, each.pk, record)
            mail_centre(Owner(each.pk, each.centre_id))
