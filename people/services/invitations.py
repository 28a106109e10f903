"""Invitations: someone is asked by mail to take a role at a centre or an organisation.

The link in the mail holds a secret of 256 random bits, of which the table keeps a digest. It works once,
until it is too old or taken back, and only for an account that has shown the address to be its own; whoever
invited must still be allowed to at that moment.
"""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from common import clock
from common.encryption import digest
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from events.services import record
from people.contact import normalise_email
from people.enums import INVITED_BY, Invited, Role
from people.errors import InvalidEmail, InvitationGone, InvitedTooOften, OtherAddress
from people.events import InvitationAccepted, InvitationSent, InvitationWithdrawn
from people.models import Centre, Invitation, Organisation, User
from people.services import roles

# Between two mails to one person about the same; and how many mails one person may cause in an hour.
A_MOMENT = timedelta(minutes=2)
MOST_IN_AN_HOUR = 60


@transaction.atomic
def invite(
    email: str,
    role: Role,
    *,
    centre: Centre | None = None,
    organisation: Organisation | None = None,
    manages: bool = False,
    by: User | None,
) -> Invitation:
    """Mail someone a link with which they take ``role`` at the centre or the organisation.

    ``manages``: of the organisation also its profile and members.

    Who was invited for the same and has not answered gets a new link; the old one works no more. The answer
    is the same whether or not the address has an account.

    Raises:
        InvalidInput: the address is none, or the role does not exist in such a place.
        InvitedTooOften: the same mail left less than two minutes ago, or ``by`` sent very many.
        Forbidden: ``by`` may not give this role out there.
    """
    email = normalise_email(email)
    if not email:
        raise InvalidEmail
    wanted = Invitation(role=Role(role), centre=centre, organisation=organisation, manages=manages)
    wanted.email = email
    _check_place(wanted)
    require(by, "people.invite", wanted)
    _check_pace(by)
    wanted.email_digest = digest(email)
    known = _open_like(wanted)
    if known is not None:
        known.manages = manages
        return _renew(known, by)
    try:
        with transaction.atomic():
            return _mail(wanted, by)
    except IntegrityError as error:  # invited by a colleague at the very same moment
        raise InvitedTooOften from error


@transaction.atomic
def resend(invitation: Invitation, *, by: User | None) -> Invitation:
    """Mail a new link and let the old one work no more.

    Raises:
        InvalidTransition: it was accepted or taken back.
        InvitedTooOften, Forbidden: as ``invite``.
    """
    require(by, "people.invite", invitation)
    _check_pace(by)
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if locked.state != Invited.OPEN:
        raise InvalidTransition
    return _renew(locked, by)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User | None) -> Invitation:
    """Take an invitation back: the link works no more.

    Raises:
        InvalidTransition: it was accepted or taken back.
        Forbidden: ``by`` may not give this role out there.
    """
    require(by, "people.invite", invitation)
    _answer(invitation, Invited.WITHDRAWN)
    record(InvitationWithdrawn(invitation_id=invitation.pk), actor=by)
    return invitation


@transaction.atomic
def accept(token: str, *, by: User) -> Invitation:
    """Take the role that a link offers. Once; a link that was used offers nothing.

    Raises:
        InvitationGone: the link is unknown, used, taken back or too old, or who sent it may not any more.
        OtherAddress: ``by`` has not shown the address to be theirs.
    """
    return accept_known(digest_of(token), by=by)


@transaction.atomic
def accept_known(token_digest: str, *, by: User) -> Invitation:
    """The same, of a link that was followed earlier in the session."""
    invitation = standing_invitation(token_digest)
    if not is_for(invitation, by):
        raise OtherAddress
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if locked.token_digest != token_digest or locked.lapsed:
        raise InvitationGone
    try:
        _answer(locked, Invited.ACCEPTED, accepted_by=by)
    except InvalidTransition as error:
        raise InvitationGone from error
    roles.give(
        by,
        Role(locked.role),
        centre=invitation.centre,
        organisation=invitation.organisation,
        manages=invitation.manages,
        by=invitation.invited_by,
    )
    record(InvitationAccepted(invitation_id=locked.pk, user_id=by.pk), actor=by)
    return locked


def standing_invitation(token_digest: str) -> Invitation:
    """Return the invitation to which a link leads.

    Raises:
        InvitationGone: as ``accept``.
    """
    rows = Invitation.objects.select_related("centre", "organisation__centre", "invited_by")
    found = rows.filter(token_digest=token_digest, state=Invited.OPEN, expires_at__gt=clock.now()).first()
    if found is None or not _still_meant(found):
        raise InvitationGone
    return found


def digest_of(token: str) -> str:
    """Return what the table keeps of the secret in a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether ``user`` has shown the address of the invitation to be theirs."""
    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return invitation.email_digest in {digest(address) for address in verified}


def _still_meant(invitation: Invitation) -> bool:
    """Who left the centre leaves no way in behind."""
    inviter = invitation.invited_by
    return inviter is None or inviter.has_perm("people.invite", invitation)


def _check_place(wanted: Invitation) -> None:
    """Raise ``InvalidInput`` for a role that is not given out, or one without its place."""
    if wanted.role not in INVITED_BY and wanted.role != Role.ORGANISATION:
        raise InvalidInput(str(_("Nobody is invited for this role.")), field="role")
    if wanted.role == Role.ORGANISATION:
        wanted.centre = None
    elif wanted.centre is None:
        raise InvalidInput(str(_("Choose the centre that this role is for.")), field="centre")
    else:
        wanted.organisation, wanted.manages = None, False
    roles.check_place(Role(wanted.role), wanted.centre, wanted.organisation)


def _open_like(wanted: Invitation) -> Invitation | None:
    rows = Invitation.objects.select_for_update(of=("self",)).filter(state=Invited.OPEN)
    return rows.filter(
        email_digest=wanted.email_digest,
        role=wanted.role,
        centre=wanted.centre,
        organisation=wanted.organisation,
    ).first()


def _renew(invitation: Invitation, by: User | None) -> Invitation:
    if invitation.sent_at > clock.now() - A_MOMENT:
        raise InvitedTooOften
    return _mail(invitation, by)


def _check_pace(by: User | None) -> None:
    hour = Invitation.objects.filter(invited_by=by, sent_at__gt=clock.now() - timedelta(hours=1))
    if by is not None and hour.count() >= MOST_IN_AN_HOUR:
        raise InvitedTooOften


def _mail(invitation: Invitation, by: User | None) -> Invitation:
    """Keep the invitation with a new secret, and queue the mail in the same transaction."""
    token = secrets.token_urlsafe(32)
    invitation.token_digest = digest_of(token)
    invitation.invited_by = by
    invitation.sent_at = clock.now()
    invitation.expires_at = invitation.sent_at + timedelta(days=settings.INVITATION_DAYS)
    invitation.save()
    _queue(invitation, token)
    record(InvitationSent(invitation_id=invitation.pk), actor=by)
    return invitation


def _queue(invitation: Invitation, token: str) -> None:
    """Write the mail, in the language of the account of that address or else of who invites."""
    known = User.objects.filter(email=invitation.email).values_list("language", flat=True).first()
    inviter = invitation.invited_by
    language = known or (inviter.language if inviter else settings.LANGUAGE_CODE)
    with translation.override(language):
        context = {
            "invitation": invitation,
            "place": invitation.place.name,
            "role": Role(invitation.role).label,
            "inviter": inviter.name if inviter else "",
            "days": settings.INVITATION_DAYS,
            "link": settings.BASE_URL + reverse("invitation-link", args=[token]),
        }
        subject = render_to_string("people/mail/invitation_subject.txt", context)
        body = render_to_string("people/mail/invitation.txt", context)
    EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[invitation.email]).send()


def _answer(invitation: Invitation, state: Invited, **kept: User) -> None:
    answer = {"state": state, "answered_at": clock.now(), **kept}
    if Invitation.objects.filter(pk=invitation.pk, state=Invited.OPEN).update(**answer) != 1:
        raise InvalidTransition
    for name, value in answer.items():
        setattr(invitation, name, value)
