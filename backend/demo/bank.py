"""The vacancy bank of the demonstration town: organisations, their vacancies, answers in every state."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from backend.demo.moments import by_day
from common import clock
from people.enums import (
    ALL_ORGANISATION_CHECKS,
    Language,
    OrganisationState,
    Skill,
    VolunteerState,
)
from people.models import Centre, Organisation, User, Volunteer
from places.models import Postcode
from safeguarding.enums import Requirement
from vacancies import services
from vacancies.enums import (
    ALL_VACANCY_CHECKS,
    Accessibility,
    ApplicationState,
    DeclineReason,
    NoteSide,
    VacancyKind,
)
from vacancies.models import Application, Vacancy

FOLDER = Path(__file__).parent
SEED = 712
ANSWERS = 70
_MASKS: dict[str, Any] = {
    "required_skills": Skill,
    "preferred_skills": Skill,
    "languages": Language,
    "accessibility": Accessibility,
    "screening": Requirement,
}
HELLO = (
    "Hallo, dit lijkt me leuk om te doen. Wanneer kan ik een keer komen kijken?",
    "Ik woon om de hoek en heb op deze dagen tijd. Ik hoor graag van je.",
    "Ik heb dit jaren gedaan in mijn vorige woonplaats en wil het graag weer oppakken.",
)
WORDS = ("Kun je dinsdag om tien uur langskomen?", "Fijn dat je wilt helpen. Ik bel je morgen even.")


def fill_the_bank(centre: Centre, own: Organisation, coordinator: User, stars: list[Volunteer]) -> None:
    """Make all of it; ``own`` is the organisation of the login, which stands first in the file."""
    chance = Random(SEED)
    places = list(Postcode.objects.filter(district__centres=centre).order_by("code"))
    told = json.loads((FOLDER / "vacancies.json").read_text())
    for about in told:
        organisation = own if about["name"] == own.name else _organisation(centre, about["name"])
        _introduce(organisation, about, chance.choice(places))
        for details in about["vacancies"]:
            _vacancy(organisation, details, about, coordinator, chance)
    _stage(own, coordinator)
    _ask_to_take_part(centre)
    helpers = Volunteer.objects.filter(centre=centre, state=VolunteerState.ACTIVE).select_related("user")
    _answer(list(helpers.order_by("pk")[:120]), chance)
    for star in stars:
        _answer_as(star.user, chance)


def _organisation(centre: Centre, name: str) -> Organisation:
    return Organisation.objects.create(centre=centre, name=name, state=OrganisationState.APPROVED)


def _introduce(organisation: Organisation, about: dict[str, Any], place: Postcode) -> None:
    host = "".join(sign for sign in about["name"].lower() if sign.isalnum())
    Organisation.objects.filter(pk=organisation.pk).update(
        about=about["about"],
        address=about["address"],
        postcode=place.code,
        district=place.district,
        email=f"info@{host}.example",
        website=f"https://{host}.example",
        not_for_profit=True,
        insured=True,
        checks=ALL_ORGANISATION_CHECKS,
        screening_policy="We maken kennis met iedereen en werken volgens de gedragscode van de centrale.",
    )
    organisation.refresh_from_db()


def _vacancy(
    organisation: Organisation, told: dict[str, Any], about: dict[str, Any], coordinator: User, chance: Random
) -> None:
    details = {name: value for name, value in told.items() if name not in ("in_days", *_MASKS)}
    details |= {name: vocabulary.to_mask(told.get(name, ())) for name, vocabulary in _MASKS.items()}
    if "in_days" in told:
        details["on_date"] = clock.today() + timedelta(days=told["in_days"])
    host = organisation.email.rpartition("@")[2]
    details |= {
        "hours": Decimal(str(told["hours"])),
        "address": about["address"],
        "postcode": organisation.postcode,
        "city": "Nieuwegein",
        "contact_name": about["contact"],
        "contact_email": f"{about['contact'].split()[0].lower()}@{host}",
    }
    made = services.submit_vacancy(services.draft_vacancy(organisation, by=None, **details), by=None)
    made = services.publish_vacancy(made, checks=ALL_VACANCY_CHECKS, by=coordinator)
    # As if they had been posted one by one.
    posted = by_day(clock.now() - timedelta(days=chance.randrange(60), hours=chance.randrange(24)))
    Vacancy.objects.filter(pk=made.pk).update(published_at=posted)


def _stage(own: Organisation, coordinator: User) -> None:
    """For the login: a draft, one that was sent back, one with the centre, one that is paused."""
    common: dict[str, Any] = {
        "category": "nature", "hours": Decimal(2), "postcode": own.postcode, "city": "Nieuwegein",
        "contact_name": "Saskia Zandstra", "contact_email": "saskia@buurttuin.example",
    }  # fmt: skip
    services.draft_vacancy(own, by=None, title="Kruiden drogen", task="Diverse werkzaamheden.", **common)
    task = "Je maait met een kleine groep het gras en harkt de paden. Daarna drinken we samen thee."
    back = services.draft_vacancy(own, by=None, title="Maaiploeg van zaterdag", task=task, **common)
    services.submit_vacancy(back, by=None)
    services.send_back_vacancy(back, note="Hoe laat begint het, en is er gereedschap?", by=coordinator)
    waits = services.draft_vacancy(own, by=None, title="Schoolklassen rondleiden", task=task, **common)
    services.submit_vacancy(waits, by=None)
    services.pause_vacancy(own.vacancies.get(title="Compost maken en uitleg geven"), by=None)


def _ask_to_take_part(centre: Centre) -> None:
    contact: Any = {"name": "Noor de Lange", "email": "noor@kleedcafe.example", "phone": "030 600 20 20"}
    place = Postcode.objects.filter(district__centres=centre).order_by("-code").first()
    assert place is not None, "the town has postcodes"  # noqa: S101  (for the type checker)
    services.request_organisation(
        contact=contact,
        postcode=place.code,
        by=None,
        name="Kleedcafé Blokhoeve",
        about="Kleding ruilen, verstellen en samen koffie drinken.",
        website="kleedcafe.example",
        not_for_profit=True,
        insured=True,
    )


def _answer(helpers: list[Volunteer], chance: Random) -> None:
    """People answered in the last weeks; some are under way, some have started, some heard no."""
    vacancies = list(Vacancy.objects.filter(state="published").order_by("pk"))
    for number in range(ANSWERS):
        vacancy = chance.choice([each for each in vacancies if each.kind == VacancyKind.RECURRING])
        helper = helpers[number % len(helpers)]
        answer = services.send_application(vacancy, message=chance.choice(HELLO), by=helper.user)
        _let_it_be(answer, list(ApplicationState)[number % len(ApplicationState)], chance)


def _answer_as(user: User, chance: Random) -> None:
    """The logins have one answer under way and one that was declined."""
    vacancies = Vacancy.objects.filter(state="published", kind=VacancyKind.RECURRING).order_by(
        "-published_at"
    )
    for vacancy, state in zip(vacancies[:2], ("conversation", "declined"), strict=True):
        answer = services.send_application(vacancy, message=HELLO[0], by=user)
        _let_it_be(answer, ApplicationState(state), chance)


def _let_it_be(answer: Application, state: ApplicationState, chance: Random) -> None:
    """Put an answer in a state, with the moments that belong to it."""
    sent = by_day(clock.now() - timedelta(days=chance.randrange(1, 30), hours=chance.randrange(24)))
    silent = state in (ApplicationState.SENT, ApplicationState.READ)
    over = state in (ApplicationState.DECLINED, ApplicationState.WITHDRAWN, ApplicationState.ENDED)
    started = state in (ApplicationState.STARTED, ApplicationState.ENDED)
    late = silent and sent < clock.now() - timedelta(days=12)
    Application.objects.filter(pk=answer.pk).update(
        state=state,
        sent_at=sent,
        read_at=None if state == ApplicationState.SENT else by_day(sent + timedelta(hours=20)),
        heard_at=None if silent else sent + timedelta(days=1),
        reminded_at=sent + timedelta(days=7) if late else None,
        escalated_at=sent + timedelta(days=11) if late else None,
        started_at=sent + timedelta(days=1) if started else None,
        ended_at=clock.now() if over else None,
        decline_reason=DeclineReason.MOMENTS if state == ApplicationState.DECLINED else "",
        decline_note="Fijn dat je wilde helpen!" if state == ApplicationState.DECLINED else "",
    )
    services.cancel_silence(answer)
    if state == ApplicationState.CONVERSATION:
        answer.notes.create(
            side=NoteSide.ORGANISATION, text=chance.choice(WORDS), at=sent + timedelta(days=1)
        )
