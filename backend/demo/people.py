"""The invented people of the demonstration town."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password

from backend.demo.moments import by_day
from backend.demo.names import full_name, phone_number, street_address
from common import clock
from common.encryption import digest
from people.consent import VERSION
from people.enums import (
    ALL_DAYPARTS,
    AgeBand,
    ConsentPurpose,
    Dislike,
    HelpCategory,
    Language,
    Need,
    Role,
    Skill,
    Transport,
    VolunteerState,
    daypart_bit,
)
from people.models import Centre, Consent, Resident, RoleGrant, User, Volunteer
from places.models import District, Postcode
from places.services import privacy_cell
from safeguarding.enums import Requirement, ScreeningState
from safeguarding.models import Screening
from simulation.town.ordinary import SECOND_LANGUAGES, SKILLED

# Share of the volunteers who want to give a kind of help.
LIKED = {
    HelpCategory.TRANSPORT: 0.35,
    HelpCategory.GROCERIES: 0.45,
    HelpCategory.COMPANY: 0.5,
    HelpCategory.GARDEN: 0.25,
    HelpCategory.PAPERWORK: 0.18,
    HelpCategory.DIGITAL: 0.22,
    HelpCategory.LANGUAGE: 0.2,
    HelpCategory.REPAIRS: 0.25,
    HelpCategory.MOVING: 0.2,
    HelpCategory.PETS: 0.25,
    HelpCategory.TUTORING: 0.12,
    HelpCategory.RESPITE: 0.12,
    HelpCategory.OUTING: 0.35,
    HelpCategory.MEALS: 0.2,
    HelpCategory.HOUSEHOLD: 0.15,
    HelpCategory.PHONE_CIRCLE: 0.1,
}


@dataclass(frozen=True)
class Homes:
    """Postcodes to live at, drawn in proportion to the inhabitants of their districts."""

    postcodes: list[Postcode]
    weights: list[float]
    cells: dict[str, int]

    @classmethod
    def of_town(cls) -> "Homes":
        """All postcodes with letters of inhabited districts."""
        postcodes = list(Postcode.objects.with_letters().exclude(district=None).select_related("district"))
        per_district = Counter(each.district for each in postcodes)
        weights = [_inhabitants(each.district) / per_district[each.district] for each in postcodes]
        by_cell: dict[int, int] = {}
        cells = {
            each.code: by_cell.setdefault(each.cell, privacy_cell(each.lat, each.lon)) for each in postcodes
        }
        return cls(postcodes, weights, cells)

    def draw(self, chance: Random) -> Postcode:
        """One postcode by chance."""
        return chance.choices(self.postcodes, self.weights)[0]


def _inhabitants(district: District | None) -> int:
    return (district.inhabitants if district else 0) or 0


def make_users(count: int, prefix: str, chance: Random) -> list[User]:
    """Accounts nobody can sign in to; addresses end in .example and reach nobody."""
    unusable = make_password(None)
    return User.objects.bulk_create(
        [
            User(email=f"{prefix}{number}@inwoner.example", name=full_name(chance), password=unusable)
            for number in range(1, count + 1)
        ],
        batch_size=500,
    )


def make_volunteers(users: list[User], centre: Centre, homes: Homes, chance: Random) -> list[Volunteer]:
    """Volunteers of all sorts: most active and screened, some new, some paused."""
    volunteers = [_volunteer(user, number, centre, homes, chance) for number, user in enumerate(users)]
    Volunteer.objects.bulk_create(volunteers, batch_size=500)
    RoleGrant.objects.bulk_create(
        [RoleGrant(user_id=each.user_id, role=Role.VOLUNTEER, centre=centre) for each in volunteers],
        batch_size=500,
    )
    screenings = [row for each in volunteers for row in _screenings(each, chance)]
    Screening.objects.bulk_create(screenings, batch_size=500)
    consents = [_consent(each, purpose=ConsentPurpose.HELPING, volunteer=each) for each in volunteers]
    Consent.objects.bulk_create(consents, batch_size=500)
    return volunteers


def make_residents(users: list[User | None], centre: Centre, homes: Homes, chance: Random) -> list[Resident]:
    """Residents, with an account where ``users`` has one, else known by phone only."""
    residents = [_resident(user, number, centre, homes, chance) for number, user in enumerate(users)]
    Resident.objects.bulk_create(residents, batch_size=300)
    RoleGrant.objects.bulk_create(
        [
            RoleGrant(user_id=each.user_id, role=Role.RESIDENT, centre=centre)
            for each in residents
            if each.user_id is not None
        ],
        batch_size=500,
    )
    consents = [_consent(each, purpose=ConsentPurpose.ASKING, resident=each) for each in residents]
    Consent.objects.bulk_create(consents, batch_size=500)
    return residents


def _consent(person: Volunteer | Resident, **whose: Any) -> Consent:
    """What the person agreed to when they signed up; those without an account said it on the phone."""
    return Consent(
        version=VERSION,
        given_at=person.consented_at or by_day(clock.now()),
        given_by_id=person.user_id,
        **whose,
    )


def _volunteer(user: User, number: int, centre: Centre, homes: Homes, chance: Random) -> Volunteer:
    home = homes.draw(chance)
    liked = [kind for kind, share in LIKED.items() if chance.random() < share] or [HelpCategory.GROCERIES]
    skills = [
        skill for kind in liked for skill, share in SKILLED.get(kind, {}).items() if chance.random() < share
    ]
    drives = Skill.CAR in skills
    spoken = [language for language, share in SECOND_LANGUAGES.items() if chance.random() < share]
    new = chance.random() < 0.06
    paused = not new and chance.random() < 0.05
    return Volunteer(
        user=user,
        centre=centre,
        state=VolunteerState.APPLIED if new else VolunteerState.ACTIVE,
        paused_until=clock.today() + timedelta(days=chance.randint(3, 40)) if paused else None,
        adult=chance.random() < 0.97,
        phone=phone_number(number),
        postcode=home.code,
        lat=home.lat,
        lon=home.lon,
        cell=homes.cells[home.code],
        district=home.district,
        reach_km=chance.choice([3.0, 5.0, 8.0, 12.0] if drives else [1.5, 2.0, 3.0, 4.0]),
        skills=HelpCategory.to_mask(liked) | Skill.to_mask(skills),
        dislikes=Dislike.to_mask(chance.sample(Dislike.values, chance.randint(0, 2))),
        dayparts=_free_time(chance),
        languages=Language.to_mask([Language.DUTCH, *spoken]),
        transport=Transport.to_mask([Transport.BICYCLE, *([Transport.CAR] if drives else [])]),
        monthly_ask_cap=chance.choice([4, 6, 8, 12]),
        running_cap=chance.choice([1, 2, 2, 3, 4]),
        consented_at=by_day(clock.now()),
        consent_version=VERSION,
        created_at=by_day(clock.now() - timedelta(days=chance.randint(2 if new else 30, 20 if new else 900))),
    )


def _free_time(chance: Random) -> int:
    """Retired people have their days, working people evenings and weekends."""
    if chance.random() < 0.15:
        return ALL_DAYPARTS
    retired = chance.random() < 0.55
    likely = {
        (day, part): (0.65 if (part < 2 and day < 5) == retired else 0.25)
        for day in range(7)
        for part in range(3)
    }
    mask = 0
    for (day, part), share in likely.items():
        if chance.random() < share:
            mask |= 1 << daypart_bit(day, part)
    return mask or 1 << daypart_bit(5, 0)


def _screenings(volunteer: Volunteer, chance: Random) -> list[Screening]:
    """Steps of a volunteer: all for most, the talk only for newcomers, a VOG that lapses for some."""
    if volunteer.state == VolunteerState.APPLIED:
        talked = chance.random() < 0.5
        return [
            Screening(
                volunteer=volunteer,
                requirement=Requirement.TALK,
                state=ScreeningState.VALID if talked else ScreeningState.IN_PROGRESS,
                seen_on=clock.today() if talked else None,
            )
        ]
    steps = [Requirement.TALK, Requirement.CODE_OF_CONDUCT]
    steps += [Requirement.VOG] if chance.random() < 0.85 else []
    steps += [Requirement.REFERENCES] if chance.random() < 0.5 else []
    steps += [Requirement.ID_SEEN] if chance.random() < 0.7 else []
    return [_valid_step(volunteer, step, chance) for step in steps]


def _valid_step(volunteer: Volunteer, step: Requirement, chance: Random) -> Screening:
    seen_on = clock.today() - timedelta(days=chance.randint(5, 1000))
    vog = step == Requirement.VOG
    return Screening(
        volunteer=volunteer,
        requirement=step,
        state=ScreeningState.VALID,
        number=f"DEMO-{chance.randint(100000, 999999)}" if vog else "",
        seen_on=seen_on,
        valid_until=seen_on + timedelta(days=3 * 365) if vog else None,
    )


def _resident(user: User | None, number: int, centre: Centre, homes: Homes, chance: Random) -> Resident:
    home = homes.draw(chance)
    phone = phone_number(5000 + number)
    email = user.email if user else ""
    needs = [need for need in Need if chance.random() < 0.12]
    point = [
        round(home.lat + chance.uniform(-4e-4, 4e-4), 6),
        round(home.lon + chance.uniform(-6e-4, 6e-4), 6),
    ]
    return Resident(
        centre=centre,
        user=user,
        name=user.name if user else full_name(chance),
        phone=phone,
        phone_digest=digest(phone),
        email=email,
        email_digest=digest(email) if email else "",
        address=street_address(chance, home.code),
        point=point,
        cell=homes.cells[home.code],
        district=home.district,
        age_band=chance.choices(AgeBand.values, [5, 1, 25, 40, 29])[0],
        needs=Need.to_mask(needs),
        languages=Language.to_mask([Language.DUTCH]),
        dislikes=Dislike.to_mask(chance.sample(Dislike.values, chance.randint(0, 2))),
        pets=chance.random() < 0.25,
        smokes=chance.random() < 0.12,
        any_screened_volunteer=chance.random() < 0.75,
        consented_at=by_day(clock.now()),
        consent_version=VERSION,
        created_at=by_day(clock.now() - timedelta(days=chance.randint(20, 900))),
    )
