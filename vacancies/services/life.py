"""The life of a vacancy: to the centre, published, paused, renewed, filled, expired, closed."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from events.services import record
from people.enums import OrganisationState
from people.models import User
from vacancies.enums import ALL_VACANCY_CHECKS, ApplicationState, VacancyKind, VacancyState
from vacancies.errors import ChecksMissing, OrganisationNotApproved
from vacancies.events import (
    VacancyExpiryDue,
    VacancyExpirySoon,
    VacancyPublished,
    VacancySentBack,
    VacancyStateChanged,
    VacancySubmitted,
)
from vacancies.models import Application, Vacancy
from vacancies.queries.words import index, words_of
from vacancies.services.moving import lock_vacancy, swap_vacancy
from vacancies.services.writing import check_complete

WARN_BEFORE = timedelta(days=14)
V = VacancyState


@transaction.atomic
def submit_vacancy(vacancy: Vacancy, *, by: User | None) -> Vacancy:
    """Send a draft, or one that has expired, to the centre.

    Raises:
        InvalidInput: something that everybody wants to know is missing; ``field`` names it.
        InvalidTransition: it is with the centre already, or has ended.
        Forbidden: ``by`` does not work for the organisation.
    """
    vacancy = _opened(vacancy, "vacancies.edit_vacancy", by)
    check_complete(vacancy)
    swap_vacancy(vacancy, V.REVIEW, submitted_at=clock.now(), checks=0)
    record(VacancySubmitted(**_ids(vacancy)), actor=by)
    return vacancy


@transaction.atomic
def publish_vacancy(vacancy: Vacancy, *, checks: int, by: User | None) -> Vacancy:
    """Approve a vacancy: from now on everybody can find it, for one term.

    Raises:
        ChecksMissing: not everything on the list has been seen.
        OrganisationNotApproved: its organisation does not take part.
        InvalidTransition: it is not with the centre.
        InvalidInput: its day has passed meanwhile.
        Forbidden: ``by`` does not coordinate the centre, or works for the organisation.
    """
    vacancy = _opened(vacancy, "vacancies.review_vacancy", by)
    if vacancy.state != V.REVIEW:
        raise InvalidTransition
    if vacancy.organisation.state != OrganisationState.APPROVED:
        raise OrganisationNotApproved
    if checks & ALL_VACANCY_CHECKS != ALL_VACANCY_CHECKS:
        raise ChecksMissing
    _publish(vacancy, checks=checks, reviewed_by=by, review_note="")
    record(VacancyPublished(**_ids(vacancy)), actor=by)
    return vacancy


@transaction.atomic
def send_back_vacancy(vacancy: Vacancy, *, note: str, by: User | None) -> Vacancy:
    """Ask the organisation to change something first.

    Raises:
        InvalidInput: there is no word of what.
        InvalidTransition: it is not with the centre.
        Forbidden: as ``publish_vacancy``.
    """
    vacancy = _opened(vacancy, "vacancies.review_vacancy", by)
    if not note.strip():
        raise InvalidInput(_("Write what you would like to see changed."), field="note")
    if vacancy.state != V.REVIEW:
        raise InvalidTransition
    swap_vacancy(vacancy, V.DRAFT, review_note=note.strip(), reviewed_by=by)
    record(VacancySentBack(**_ids(vacancy)), actor=by)
    return vacancy


@transaction.atomic
def pause_vacancy(vacancy: Vacancy, *, by: User | None) -> Vacancy:
    """Take a vacancy out of the bank for a while. Raises ``InvalidTransition``, ``Forbidden``."""
    return _step(vacancy, V.PAUSED, by)


@transaction.atomic
def resume_vacancy(vacancy: Vacancy, *, by: User | None) -> Vacancy:
    """Show a paused or filled vacancy again, in the term that it had.

    Raises:
        InvalidTransition: it is neither, or its term is over: then it is renewed.
        OrganisationNotApproved: its organisation does not take part.
        Forbidden: ``by`` does not work for the organisation.
    """
    vacancy = _opened(vacancy, "vacancies.edit_vacancy", by)
    over = vacancy.expires_on is None or vacancy.expires_on < clock.today()
    if vacancy.state not in (V.PAUSED, V.FILLED) or over:
        raise InvalidTransition
    return _moved(vacancy, V.PUBLISHED, by)


@transaction.atomic
def renew_vacancy(vacancy: Vacancy, *, by: User | None) -> Vacancy:
    """Give a published, paused, filled or expired vacancy a new term; it is shown (again).

    Raises:
        InvalidTransition: it was never published, or is closed.
        InvalidInput: its day has passed: another day is chosen first.
        OrganisationNotApproved: its organisation does not take part.
        Forbidden: ``by`` does not work for the organisation.
    """
    vacancy = _opened(vacancy, "vacancies.edit_vacancy", by)
    if vacancy.state not in (V.PUBLISHED, V.PAUSED, V.FILLED, V.EXPIRED):
        raise InvalidTransition
    if vacancy.organisation.state != OrganisationState.APPROVED:
        raise OrganisationNotApproved
    if vacancy.state == V.PUBLISHED:
        _set_term(vacancy)
        vacancy.save(update_fields=["expires_on", "renewals", "published_at", "changed_at"])
    else:
        _publish(vacancy)
    return _told(vacancy, by)


@transaction.atomic
def fill_vacancy(vacancy: Vacancy, *, by: User | None) -> Vacancy:
    """Everybody who was wanted has been found. Raises ``InvalidTransition``, ``Forbidden``."""
    return _step(vacancy, V.FILLED, by)


@transaction.atomic
def close_vacancy(vacancy: Vacancy, *, by: User | None) -> Vacancy:
    """Put a vacancy away for good. Raises ``InvalidTransition``, ``Forbidden``."""
    return _step(vacancy, V.CLOSED, by, ended_at=clock.now())


@transaction.atomic
def expire_vacancy(vacancy: Vacancy, renewal: int) -> bool:
    """End the term numbered ``renewal`` if that is the running one; return whether it was."""
    vacancy = lock_vacancy(vacancy.pk)
    if vacancy.renewals != renewal or vacancy.state not in (V.PUBLISHED, V.PAUSED):
        return False
    _moved(vacancy, V.EXPIRED, None)
    return True


@transaction.atomic
def fill_when_complete(vacancy: Vacancy) -> None:
    """Mark a published vacancy as filled once as many have started as were wanted."""
    if vacancy.wanted is None or vacancy.state != V.PUBLISHED:
        return
    started = Application.objects.filter(vacancy=vacancy, state=ApplicationState.STARTED).count()
    if started >= vacancy.wanted:
        _moved(vacancy, V.FILLED, None)


def _step(vacancy: Vacancy, to: VacancyState, by: User | None, **changes: datetime) -> Vacancy:
    vacancy = _opened(vacancy, "vacancies.edit_vacancy", by)
    return _moved(vacancy, to, by, **changes)


def _opened(vacancy: Vacancy, permission: str, by: User | None) -> Vacancy:
    vacancy = lock_vacancy(vacancy.pk)
    require(by, permission, vacancy)
    return vacancy


def _moved(vacancy: Vacancy, to: VacancyState, by: User | None, **changes: datetime) -> Vacancy:
    swap_vacancy(vacancy, to, **changes)
    return _told(vacancy, by)


def _told(vacancy: Vacancy, by: User | None) -> Vacancy:
    record(VacancyStateChanged(**_ids(vacancy), state=str(vacancy.state)), actor=by)
    return vacancy


def _ids(vacancy: Vacancy) -> dict[str, Any]:
    return {
        "vacancy_id": vacancy.pk,
        "organisation_id": vacancy.organisation_id,
        "centre_id": vacancy.centre_id,
    }


def _publish(vacancy: Vacancy, **changes: object) -> None:
    _set_term(vacancy)
    term = {name: getattr(vacancy, name) for name in ("expires_on", "renewals", "published_at")}
    swap_vacancy(vacancy, V.PUBLISHED, **term, **changes)
    index.write(vacancy, words_of(vacancy))


def _set_term(vacancy: Vacancy) -> None:
    """A term that begins now, with its timers. Raises ``InvalidInput`` when the day has passed."""
    vacancy.expires_on = _last_day(vacancy)
    vacancy.renewals += 1
    vacancy.published_at = vacancy.changed_at = clock.now()
    over = datetime.combine(vacancy.expires_on + timedelta(days=1), time.min, timezone.get_current_timezone())
    key = f"vacancies.expiry/{vacancy.pk}/{vacancy.renewals}"
    record(VacancyExpiryDue(**_ids(vacancy), renewal=vacancy.renewals), due_at=over, key=key)
    if over - WARN_BEFORE > clock.now():
        soon = VacancyExpirySoon(**_ids(vacancy), renewal=vacancy.renewals)
        record(soon, due_at=over - WARN_BEFORE, key=key + "/soon")


def _last_day(vacancy: Vacancy) -> date:
    """The last day on which it is shown: never after the work itself."""
    longest = clock.today() + timedelta(days=settings.VACANCY_TERM_DAYS)
    once = vacancy.on_date if vacancy.kind == VacancyKind.ONE_OFF else None
    ends = [day for day in (longest, once, vacancy.ends_on) if day is not None]
    if min(ends) < clock.today():
        field = "on_date" if once else "ends_on"
        raise InvalidInput(_("This day has passed. Choose another day."), field=field)
    return min(ends)
