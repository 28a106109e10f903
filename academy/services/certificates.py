"""Turning what someone has learned into a certificate, and taking it back."""

import secrets
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from academy.events import CertificateEvent, CertificateIssued, CertificateRevoked
from academy.models import Certificate, Completion, Course, CourseVersion, Session, SpentStatus
from academy.queries import parts_done
from academy.services.badges import STATUS_BITS
from academy.services.courses import complete_course, last_valid_day, revoke_completion, watch_validity
from common import clock
from common.permissions import require
from events.services import record
from people.enums import VolunteerState
from people.models import Centre, User, Volunteer


@transaction.atomic
def settle(
    user: User, course: Course, *, version: CourseVersion | None = None, session: Session | None = None
) -> Certificate | None:
    """Give the certificate when lessons and meeting, as far as the course has them, are both done.

    Returns:
        The certificate, or ``None`` when something is still to be done.
    """
    # Two parts that are done at the same moment make one certificate.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    done = parts_done(user, course)
    if not done.all_done:
        return None
    day = timezone.localdate(session.starts_at) if session else clock.today()
    completion = _completion(user, course, day)
    known = Certificate.objects.filter(user=user, course=course, issued_on=day, revoked_at=None).first()
    if known is not None:
        return known
    centre = _issuer(user, session or done.session)
    certificate = Certificate.objects.create(
        user=user,
        course=course,
        centre=centre,
        issued_on=day,
        version=version or done.version,
        session=session or done.session,
        completion=completion,
        valid_until=last_valid_day(course, day),
        status_index=_free_index(centre),
    )
    _tell(CertificateIssued, certificate, None)
    if completion is None:
        watch_validity(user.pk, course.pk, certificate.valid_until)
    return certificate


@transaction.atomic
def revoke_certificate(certificate: Certificate, *, by: User | None) -> Certificate:
    """Take a certificate back, and with it what it opened; repeating changes nothing.

    Raises:
        Forbidden: ``by`` neither coordinates nor trains where it was given, or it is their own.
    """
    require(by, "academy.revoke_certificate", certificate)
    live = Certificate.objects.filter(pk=certificate.pk, revoked_at=None)
    if live.update(revoked_at=clock.now(), revoked_by=by) == 1:
        _tell(CertificateRevoked, certificate, by)
        if certificate.completion is not None:
            revoke_completion(certificate.completion, by=None)
    certificate.refresh_from_db()
    return certificate


@transaction.atomic
def revoke_for_session(session: Session, user: User) -> None:
    """Take back what someone got by a meeting that they turn out not to have been at."""
    for certificate in Certificate.objects.filter(session=session, user=user, revoked_at=None):
        revoke_certificate(certificate, by=None)


@transaction.atomic
def forget_certificates(user: User) -> dict[str, int]:
    """Erase someone's certificates; return the rows that went, per table. For the erasure of a person.

    Their places in the status lists stay taken, and what was taken back stays so for who holds the badge.
    """
    mine = Certificate.objects.filter(user=user)
    for centre_id in sorted(set(mine.values_list("centre_id", flat=True))):
        _lock(centre_id)  # nobody draws a place between the certificate and what is left of it
    places = mine.values_list("centre_id", "status_index", "revoked_at")
    SpentStatus.objects.bulk_create(
        SpentStatus(centre_id=centre_id, status_index=index, revoked=revoked_at is not None)
        for centre_id, index, revoked_at in places
    )
    return mine.delete()[1]


@transaction.atomic
def bring_along(volunteer: Volunteer) -> None:
    """Let what someone learned before they became a volunteer count."""
    mine = Certificate.objects.filter(user=volunteer.user_id, completion=None, revoked_at=None)
    for certificate in mine.filter(course__retired_at=None).select_related("course"):
        done = complete_course(volunteer, certificate.course, completed_on=certificate.issued_on, by=None)
        if not Certificate.objects.filter(completion=done).exists():
            Certificate.objects.filter(pk=certificate.pk).update(completion=done)


def _completion(user: User, course: Course, day: date) -> Completion | None:
    volunteer = Volunteer.objects.filter(user=user).exclude(state=VolunteerState.LEFT).first()
    if volunteer is None or course.retired_at is not None:
        return None
    done = complete_course(volunteer, course, completed_on=day, by=None)
    return None if Certificate.objects.filter(completion=done).exists() else done


def _issuer(user: User, session: Session | None) -> Centre:
    """The centre of the meeting, else that of the volunteer, else the first of the installation."""
    if session is not None:
        return session.centre
    own = Centre.objects.filter(volunteers__user=user).first()
    return own or Centre.objects.earliest("code")


def _free_index(centre: Centre) -> int:
    """A free place in the status lists of the centre, at random: it tells nothing of when or whose.

    The centre is locked: two certificates never draw the same place, nor one that was ever given. A list is
    filled by half at most.
    """
    _lock(centre.pk)
    given = Certificate.objects.filter(centre=centre)
    spent = SpentStatus.objects.filter(centre=centre)
    first = (given.count() + spent.count()) // (STATUS_BITS // 2) * STATUS_BITS
    while True:
        index = first + secrets.randbelow(STATUS_BITS)
        if not any(places.filter(status_index=index).exists() for places in (given, spent)):
            return index


def _lock(centre_id: UUID) -> None:
    Centre.objects.select_for_update(no_key=True).get(pk=centre_id)


def _tell(event: type[CertificateEvent], certificate: Certificate, by: User | None) -> None:
    about = {
        "certificate_id": certificate.pk,
        "user_id": certificate.user_id,
        "course_id": certificate.course_id,
    }
    record(event(**about), actor=by)
