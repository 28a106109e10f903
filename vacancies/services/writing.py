"""Writing vacancies: drafts, changes, and what every one of them must tell."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.errors import CourseNotOffered
from academy.models import Course
from common import clock
from common.encryption import digest
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from events.services import record
from people.enums import ALL_DAYPARTS, HelpCategory, Language, MaskChoices, Skill
from people.models import Organisation, User
from people.services import normalise_email, normalise_phone
from places.errors import UnknownPostcode
from places.postcodes import normalise_postcode
from places.services import locate_offline
from safeguarding.enums import Requirement
from vacancies.enums import (
    APPROVED,
    EDITABLE,
    LOWEST_AGE,
    MOST_HOURS_A_WEEK,
    Accessibility,
    VacancyCategory,
    VacancyKind,
    VacancyState,
)
from vacancies.events import VacancyDrafted, VacancyEdited, VacancySubmitted
from vacancies.models import Vacancy
from vacancies.queries.words import index, words_of
from vacancies.rules import is_desk
from vacancies.services.moving import lock_organisation, lock_vacancy, swap_vacancy

LONGEST = {"title": 80, "task": 3000, "offer": 1500, "profile": 1500, "address": 120, "city": 80}
MOST_HOURS_ONCE = 60
MOST_WANTED = 500
HIGHEST_AGE = 21
# What the centre has read and ticked: when one of these changes, the centre reads again.
REVIEWED = frozenset(
    {"title", "task", "offer", "profile", "category", "hours", "kind", "minimum_age", "required_skills"}
)
_MASKS: dict[str, tuple[type[MaskChoices], ...]] = {
    "required_skills": (HelpCategory, Skill),
    "preferred_skills": (HelpCategory, Skill),
    "languages": (Language,),
    "accessibility": (Accessibility,),
    "screening": (Requirement,),
}


class Details(TypedDict, total=False):
    """What an organisation tells in a vacancy. Masks as in ``people.enums`` and ``vacancies.enums``."""

    title: str
    task: str
    offer: str
    profile: str
    category: str
    kind: str
    on_date: date | None
    starts_on: date | None
    ends_on: date | None
    dayparts: int
    hours: Decimal
    wanted: int | None
    online: bool
    address: str
    postcode: str
    city: str
    required_skills: int
    preferred_skills: int
    languages: int
    accessibility: int
    minimum_age: int | None
    screening: int
    required_courses: Collection[Course]
    reimbursement: str
    contact_name: str
    contact_email: str
    contact_phone: str


@transaction.atomic
def draft_vacancy(organisation: Organisation, *, by: User | None, **details: Unpack[Details]) -> Vacancy:
    """Make a draft; nobody but the organisation and its centre sees it.

    Raises:
        InvalidInput: a value is wrong; ``field`` names it.
        Forbidden: ``by`` does not work for the organisation, or it does not take part.
    """
    organisation = lock_organisation(organisation.pk)
    vacancy = Vacancy(
        organisation=organisation,
        centre=organisation.centre,
        created_by=by,
        hours=Decimal(2),
        screening=organisation.screening,
    )
    require(by, "vacancies.edit_vacancy", vacancy)
    if not details.get("title", "").strip():
        raise InvalidInput(_("Give the vacancy a title."), field="title")
    courses = _fill(vacancy, details)
    vacancy.save(force_insert=True)
    if courses is not None:
        vacancy.required_courses.set(courses)
    _note(VacancyDrafted, vacancy, by)
    return vacancy


@transaction.atomic
def edit_vacancy(vacancy: Vacancy, *, by: User | None, **details: Unpack[Details]) -> Vacancy:
    """Change the given parts; the rest stays.

    When its organisation changes what the centre has ticked off (``REVIEWED``), the vacancy goes back to the
    centre; moments, place and contact person change at once.

    Raises:
        InvalidInput: a value is wrong; ``field`` names it.
        InvalidTransition: it is filled or closed.
        Forbidden: ``by`` does neither work for the organisation nor at its centre.
    """
    vacancy = lock_vacancy(vacancy.pk)
    require(by, "vacancies.edit_vacancy", vacancy)
    if vacancy.state not in EDITABLE:
        raise InvalidTransition
    before = {name: getattr(vacancy, name) for name in REVIEWED}
    courses = _fill(vacancy, details)
    if vacancy.state != VacancyState.DRAFT:
        check_complete(vacancy)
    vacancy.changed_at = clock.now()
    vacancy.save()
    if courses is not None:
        vacancy.required_courses.set(courses)
    if vacancy.state in APPROVED:
        index.write(vacancy, words_of(vacancy))
    _note(VacancyEdited, vacancy, by)
    changed = any(getattr(vacancy, name) != value for name, value in before.items())
    if changed and vacancy.state in APPROVED and not _is_reviewer(vacancy, by):
        swap_vacancy(vacancy, VacancyState.REVIEW, submitted_at=clock.now(), checks=0)
        _note(VacancySubmitted, vacancy, by)
    return vacancy


def check_complete(vacancy: Vacancy) -> None:
    """Refuse a vacancy that nobody could answer.

    Raises:
        InvalidInput: something that everybody wants to know is missing; ``field`` names it.
    """
    wanted = {
        "title": _("Give the vacancy a title."),
        "task": _("Tell what the volunteer will do."),
        "category": _("Choose what it is about."),
        "contact_name": _("Who is the contact person? People like to know whom they will meet."),
        "contact_email": _("Where can the contact person be reached?"),
    }
    for field, sentence in wanted.items():
        if not getattr(vacancy, field).strip():
            raise InvalidInput(sentence, field=field)
    if not vacancy.online and not vacancy.postcode:
        raise InvalidInput(
            _("Where is it? Fill in a postcode, or say that it is from home."), field="postcode"
        )
    if vacancy.kind == VacancyKind.ONE_OFF and vacancy.on_date is None and vacancy.ends_on is None:
        raise InvalidInput(_("On which day is it?"), field="on_date")


def _is_reviewer(vacancy: Vacancy, by: User | None) -> bool:
    return by is None or bool(is_desk.test(by, vacancy))


def _note(
    event: type[VacancyDrafted | VacancyEdited | VacancySubmitted], vacancy: Vacancy, by: User | None
) -> None:
    ids = {"organisation_id": vacancy.organisation_id, "centre_id": vacancy.centre_id}
    record(event(vacancy_id=vacancy.pk, **ids), actor=by)


def _fill(vacancy: Vacancy, details: Details) -> Collection[Course] | None:
    """Put checked details in the vacancy; return the courses if these were given. Raises ``InvalidInput``."""
    values: dict[str, Any] = dict(details)
    courses: Collection[Course] | None = values.pop("required_courses", None)
    if courses is not None and not all(course.on_offer for course in courses):
        raise CourseNotOffered
    _check_words(values)
    _check_choices(values)
    for name, value in values.items():
        setattr(vacancy, name, value)
    _check_numbers(vacancy)
    _check_days(vacancy, values)
    if values.keys() & {"postcode", "online"}:
        _locate(vacancy)
    if "contact_email" in values:
        vacancy.contact_digest = digest(vacancy.contact_email) if vacancy.contact_email else ""
    return courses


def _check_words(values: dict[str, Any]) -> None:
    for name, longest in LONGEST.items():
        if name in values:
            values[name] = values[name].strip()
            if len(values[name]) > longest:
                sentence = _("Use at most %(count)d characters.") % {"count": longest}
                raise InvalidInput(sentence, field=name)
    if "title" in values:
        values["title"] = " ".join(values["title"].split())
    if values.get("contact_email"):
        values["contact_email"] = _at("contact_email", normalise_email, values["contact_email"])
    if values.get("contact_phone"):
        values["contact_phone"] = _at("contact_phone", normalise_phone, values["contact_phone"])


def _at(field: str, clean: Any, value: str) -> str:
    try:
        return str(clean(value))
    except InvalidInput as refusal:
        raise InvalidInput(refusal.message, field=field) from refusal


def _check_choices(values: dict[str, Any]) -> None:
    for name, vocabularies in _MASKS.items():
        allowed = 0
        for vocabulary in vocabularies:
            allowed |= vocabulary.to_mask(vocabulary.values)
        if values.get(name, 0) & ~allowed or values.get(name, 0) < 0:
            raise InvalidInput(_("This is not one of the choices."), field=name)
    if not 0 <= values.get("dayparts", 0) <= ALL_DAYPARTS:
        raise InvalidInput(_("Choose parts of the week from the table."), field="dayparts")
    if values.get("category") and values["category"] not in VacancyCategory.values:
        raise InvalidInput(_("This is not one of the choices."), field="category")


def _check_numbers(vacancy: Vacancy) -> None:
    once = vacancy.kind == VacancyKind.ONE_OFF
    most = MOST_HOURS_ONCE if once else MOST_HOURS_A_WEEK
    if not 0 < vacancy.hours <= most:
        weekly = _("A volunteer job takes at most %(count)d hours a week.")
        sentence = _("Fill in at most %(count)d hours.") if once else weekly
        raise InvalidInput(sentence % {"count": most}, field="hours")
    if vacancy.wanted is not None and not 1 <= vacancy.wanted <= MOST_WANTED:
        raise InvalidInput(_("How many people do you look for? At least one."), field="wanted")
    if vacancy.minimum_age is not None and not LOWEST_AGE <= vacancy.minimum_age <= HIGHEST_AGE:
        limits = {"low": LOWEST_AGE, "high": HIGHEST_AGE}
        lies = _("A minimum age lies between %(low)d and %(high)d.") % limits
        raise InvalidInput(lies, field="minimum_age")


def _check_days(vacancy: Vacancy, values: dict[str, Any]) -> None:
    if vacancy.kind != VacancyKind.ONE_OFF:
        vacancy.on_date = None
    for name in ("on_date", "ends_on"):
        day = getattr(vacancy, name) if name in values else None
        if day is not None and day < clock.today():
            raise InvalidInput(_("This day has passed. Choose another day."), field=name)
    if vacancy.starts_on and vacancy.ends_on and vacancy.ends_on < vacancy.starts_on:
        raise InvalidInput(_("The last day comes after the first."), field="ends_on")


def _locate(vacancy: Vacancy) -> None:
    """Set the place of the work: none for what is done from home."""
    vacancy.lat = vacancy.lon = vacancy.cell = vacancy.district = None
    if not vacancy.postcode:
        return
    vacancy.postcode = normalise_postcode(vacancy.postcode)
    located = locate_offline(vacancy.postcode)
    if located is None:
        raise UnknownPostcode
    vacancy.lat, vacancy.lon = located.point.lat, located.point.lon
    vacancy.cell, vacancy.district = located.cell, located.district
