"""Building the demonstration town, once."""

import json
from collections import defaultdict
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from backend.demo.academy import ask_roles, fill_academy, keep_knowledge
from backend.demo.bank import fill_the_bank
from backend.demo.days import stage_days
from backend.demo.history import Cast, free_from, new_request, write_history
from backend.demo.lasting import make_bonds
from backend.demo.logins import make_logins
from backend.demo.moments import by_day
from backend.demo.people import Homes, make_residents, make_users, make_volunteers
from backend.demo.recognition import recognise
from backend.demo.safety import stage_safety
from backend.demo.tips import point_some_out
from backend.demo.trainings import teach
from backend.demo.what_ifs import ask_what_ifs
from common import clock
from events.services import record
from help_requests.enums import RequestState
from help_requests.events import RequestOpened, RequestSubmitted
from help_requests.models import HelpRequest
from help_requests.services import send_back, start_intake
from matching import services as matching
from matching.models import DispatchPolicy
from matching.supply import supply
from people.enums import (
    ALL_DAYPARTS,
    DayPart,
    HelpCategory,
    OrganisationState,
    Role,
    Skill,
    VolunteerState,
    daypart_bit,
)
from people.models import Centre, Organisation, Resident, User, Volunteer
from people.services.roles import give
from places.models import District, Municipality
from places.services import load_town
from safeguarding.enums import Requirement, ScreeningState
from safeguarding.models import Screening

FOLDER = Path(__file__).parent
SLUG = "nieuwegein"
SEED = 356
VOLUNTEERS = 400
RESIDENTS = 900
WITH_ACCOUNT = 500
REQUESTS_A_YEAR = 6000
# Fewer people than this do not make the scenes that the logins show.
LEAST = {"volunteers": 12, "residents": 15, "requests": 60}
ASKING_NOW = 12
NEW_AT_THE_DESK = 14


def town_is_there() -> bool:
    """Whether the demonstration town has been built before."""
    return Centre.objects.filter(slug=SLUG).exists()


@transaction.atomic
def build_town(
    *, volunteers: int = VOLUNTEERS, residents: int = RESIDENTS, requests: int = REQUESTS_A_YEAR
) -> None:
    """Make the whole town with the same people every time; the year ends today.

    ``volunteers`` and ``residents`` count people, ``requests`` is per year.
    """
    chance = Random(SEED)
    facts = json.loads((FOLDER / "nieuwegein.json").read_text())
    centre = _make_centre(load_town(facts))
    organisation = Organisation.objects.create(
        centre=centre, name="Buurttuin De Kastanje", state=OrganisationState.APPROVED
    )
    logins = make_logins(centre, organisation)
    homes = Homes.of_town()
    helpers = make_volunteers(make_users(volunteers - 2, "vrijwilliger", chance), centre, homes, chance)
    asking = make_users(min(WITH_ACCOUNT, residents - 1), "bewoner", chance)
    nobody: list[User | None] = [None] * (residents - 1 - len(asking))
    people = make_residents([*asking, *nobody], centre, homes, chance)
    texts = _texts()
    active = [each for each in helpers if each.state == VolunteerState.ACTIVE]
    open_now = write_history(Cast(people, active, logins["coordinator"], texts), requests, chance)
    stars = [_star(logins[key], centre, homes, chance) for key in ("vrijwilliger", "vrijwilliger2")]
    ria = _ria(logins["bewoner"], centre, homes, chance)
    teach(centre, helpers, stars, open_now, logins["coordinator"])
    fill_academy(centre, stars, active, logins["trainer"])
    supply.forget()
    _fill_the_desk(people, texts, logins["coordinator"], chance)
    _let_it_tick(open_now, logins["coordinator"])
    _stage_the_logins(ria, stars, logins["coordinator"], texts)
    stage_safety(centre, logins["coordinator"], logins["aandachtsfunctionaris"])
    _stage_who_is_not_found(ria, logins["coordinator"], texts)
    make_bonds(people, ria, texts, logins["coordinator"])
    ask_roles(centre, logins["trainer"])
    keep_knowledge(logins["trainer"])
    fill_the_bank(centre, organisation, logins["coordinator"], stars)
    stage_days(organisation, active, stars, logins["coordinator"], logins["organisatie"])
    point_some_out(centre, logins["coordinator"])
    recognise(organisation, stars, logins["coordinator"])
    ask_what_ifs(centre, logins["analist"])
    supply.forget()
    matching.make_proposal(centre, by=None)


def _make_centre(municipality: Municipality) -> Centre:
    centre = Centre.objects.create(
        name=f"Vrijwilligerscentrale {municipality.name}",
        slug=SLUG,
        code=1,
        municipality=municipality,
        phone="030 000 00 00",
        email="centrale@demo.example",
    )
    centre.districts.set(District.objects.filter(municipality=municipality))
    DispatchPolicy.objects.create(centre=centre)
    return centre


def _texts() -> dict[str, list[dict[str, Any]]]:
    """The everyday requests by kind of help."""
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for text in json.loads((FOLDER / "requests.json").read_text()):
        grouped[text["category"]].append(text)
    return grouped


def _star(user: User, centre: Centre, homes: Homes, chance: Random) -> Volunteer:
    """A volunteer to sign in as: screened, free at any time, likes most kinds of help."""
    volunteer = make_volunteers([user], centre, homes, chance)[0]
    liked = [HelpCategory.TRANSPORT, HelpCategory.GROCERIES, HelpCategory.COMPANY, HelpCategory.REPAIRS]
    able = [Skill.DRIVING_LICENCE, Skill.CAR, Skill.TOOLS, Skill.WHEELCHAIR]
    Volunteer.objects.filter(pk=volunteer.pk).update(
        state=VolunteerState.ACTIVE,
        paused_until=None,
        adult=True,
        # Right across the town, wherever the resident to sign in as may live.
        reach_km=12.0,
        skills=HelpCategory.to_mask(liked) | Skill.to_mask(able),
        dayparts=ALL_DAYPARTS,
        monthly_ask_cap=20,
        running_cap=6,
    )
    Screening.objects.filter(volunteer=volunteer).delete()
    today = clock.today()
    for step in Requirement:
        vog = step == Requirement.VOG
        Screening.objects.create(
            volunteer=volunteer,
            requirement=step,
            state=ScreeningState.VALID,
            number="DEMO-000001" if vog else "",
            seen_on=today - timedelta(days=200),
            valid_until=today + timedelta(days=800) if vog else None,
        )
    volunteer.refresh_from_db()
    return volunteer


def _ria(user: User, centre: Centre, homes: Homes, chance: Random) -> Resident:
    """The resident to sign in as."""
    resident = make_residents([user], centre, homes, chance)[0]
    Resident.objects.filter(pk=resident.pk).update(any_screened_volunteer=True)
    give(user, Role.RESIDENT, centre=centre, by=None)
    resident.refresh_from_db()
    return resident


def _fill_the_desk(
    people: list[Resident], texts: dict[str, list[dict[str, Any]]], coordinator: User, chance: Random
) -> None:
    """Whatever the hour and day of the week: some requests have come in since yesterday."""
    everything = [text for group in texts.values() for text in group]
    newest: list[HelpRequest] = []
    for text in chance.sample(everything, min(NEW_AT_THE_DESK, len(everything))):
        request = new_request(chance.choice(people), text, state=RequestState.SUBMITTED, summary="")
        request.on_date = clock.today() + timedelta(days=chance.randint(1, 9))
        request.submitted_at = by_day(clock.now() - timedelta(minutes=chance.randint(10, 1500)))
        request.save()
        record(
            RequestSubmitted(request_id=request.pk, centre_id=request.centre_id), actor=request.filed_by_id
        )
        newest.append(request)
    # One is in hand, one went back with a question and waits for the resident.
    for request in newest[:2]:
        start_intake(request, by=coordinator)
    send_back(newest[0], note="Op welke verdieping woont u, en is er een lift?", by=coordinator)


def _let_it_tick(open_now: list[HelpRequest], coordinator: User) -> None:
    """Start asking for some of the open requests, through the front door; one is left to start by hand."""
    for request in open_now[1:][-ASKING_NOW:]:
        matching.start_dispatch(request, by=coordinator)


def _stage_the_logins(
    ria: Resident, stars: list[Volunteer], coordinator: User, texts: dict[str, list[dict[str, Any]]]
) -> None:
    """Something to see for whoever signs in: questions to both volunteers, an agreement, a new request."""
    ride, shopping, job = (
        texts[kind][0] for kind in (HelpCategory.TRANSPORT, HelpCategory.GROCERIES, HelpCategory.REPAIRS)
    )
    day = clock.today()
    half_past_two = datetime.combine(day + timedelta(days=2), time(14, 30), timezone.get_default_timezone())
    moment = free_from(stars[0], half_past_two)
    planned = _approved(ria, ride, coordinator, on_date=moment.date(), start_time=moment.time())
    offer = matching.ask_volunteer(planned, stars[0], by=coordinator)
    matching.accept_offer(offer, by=stars[0].user)
    asked = _approved(ria, shopping, coordinator, on_date=day + timedelta(days=3), start_time=time(10, 0))
    for star in stars:
        matching.ask_volunteer(asked, star, by=coordinator)
    waiting = new_request(ria, job, state=RequestState.SUBMITTED, summary="", dayparts=ALL_DAYPARTS)
    waiting.submitted_at = clock.now()
    waiting.save()
    record(RequestSubmitted(request_id=waiting.pk, centre_id=waiting.centre_id), actor=ria.user)


def _stage_who_is_not_found(ria: Resident, coordinator: User, texts: dict[str, list[dict[str, Any]]]) -> None:
    """Nobody can for a request at an odd hour: the board tells what would help, and the resident is asked."""
    today = clock.today()
    sunday = today + timedelta(days=13 - today.weekday())
    dog = texts[HelpCategory.PETS][0]
    odd = _approved(ria, dog, coordinator, on_date=sunday, start_time=time(21, 0))
    skills = Skill.to_mask([Skill.DOGS, Skill.CATS, Skill.FIRST_AID, Skill.SIGN_LANGUAGE])
    HelpRequest.objects.filter(pk=odd.pk).update(required_skills=skills)
    matching.start_dispatch(odd, by=coordinator)
    matching.ask_widening(odd, daypart_bit(sunday.weekday(), DayPart.AFTERNOON), by=coordinator)


def _approved(resident: Resident, text: dict[str, Any], coordinator: User, **when: Any) -> HelpRequest:
    now = clock.now()
    request = new_request(
        resident,
        text,
        state=RequestState.OPEN,
        required_skills=0,
        coordinator=coordinator,
        submitted_at=by_day(now - timedelta(hours=3)),
        opened_at=by_day(now - timedelta(hours=1)),
        **when,
    )
    request.save()
    about = {"request_id": request.pk, "centre_id": request.centre_id}
    record(RequestSubmitted(**about), actor=resident.user)
    record(RequestOpened(**about), actor=coordinator)
    return request
