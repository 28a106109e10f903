"""More of everything that stands in a list, for the same people where it can be."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from academy.services import begin, enrol
from common import clock
from matching import services
from matching.services.advice import ask_talk
from people.enums import OrganisationState, Role
from people.models import Volunteer
from people.services.invitations import invite
from recognition import services as recognition
from recognition.enums import ClaimKind, Warmth
from safeguarding.enums import ReportKind, ReportReason
from safeguarding.services import file_report, report_concern
from tests.access.world import World
from tests.factories.academy import CourseFactory, learn, lesson, session_of, train
from tests.factories.knowledge import write_article
from tests.factories.matching import open_request
from tests.factories.people import BlockFactory, OrganisationFactory, ResidentFactory, VolunteerFactory
from tests.factories.schools import SchoolTown
from tests.factories.vacancies import Bank, draft, published
from vacancies import services as vacancies

_numbers = count()


def grow_once(world: World) -> None:
    """One more of each."""
    centre, coordinator = world.volunteer.centre, world.people["coordinator"]
    volunteer = VolunteerFactory(centre=centre, screened=True)
    resident = ResidentFactory(centre=centre, user=None)
    request = open_request(centre, resident=resident)
    services.accept_offer(services.ask_volunteer(request, volunteer, by=coordinator), by=volunteer.user)
    open_request(centre, resident=ResidentFactory(centre=centre))
    train(volunteer, CourseFactory())
    number = next(_numbers)
    _vacancies(world, volunteer, number)
    _recognition(world, volunteer, number)
    _academy(world, volunteer, number)
    _trust(world, volunteer, number)


def _vacancies(world: World, other: Volunteer, number: int) -> None:
    helper, organisation = world.volunteer, world.vacancy.organisation
    bank = Bank(helper.centre, world.people["coordinator"], organisation, world.people["organisation"])
    found = published(bank, title=f"Gastvrouw {number}")
    vacancies.submit_vacancy(draft(bank, title=f"Chauffeur {number}"), by=bank.manager)
    for user in (helper.user, other.user):
        vacancies.send_application(found, message="Leuk!", by=user)
    vacancies.save_vacancy(found, by=helper.user)
    town = SchoolTown.of(organisation)
    vacancies.sign_up(town.shift(days=20 + number), helper, by=helper.user)
    vacancies.ask_swap(vacancies.sign_up(town.shift(days=60), other, by=other.user), by=other.user)
    OrganisationFactory(centre=helper.centre, state=OrganisationState.REQUESTED)


def _recognition(world: World, other: Volunteer, number: int) -> None:
    for user in (world.volunteer.user, other.user):
        for organisation in (world.vacancy.organisation, None):
            day = {"day": clock.today(), "organisation": organisation}
            recognition.enter_hours(user, minutes=number + 1, by=user, **day)
            costs = recognition.ClaimDetails(ClaimKind.COSTS, amount=Decimal(1), **day)
            recognition.submit_claim(user, costs, by=user)
        recognition.share_passport(user, recognition.Shows(), by=user)
        recognition.thank_volunteer(user, Warmth.HAPPY, by=world.people["coordinator"])


def _academy(world: World, other: Volunteer, number: int) -> None:
    helper, trainer = world.volunteer, world.people["trainer"]
    done, halfway = CourseFactory(), CourseFactory()
    for course in (done, halfway):
        lesson(course)
    learn(helper.user, done)
    begin(halfway, helper.user, by=helper.user)
    starts_at = clock.now() + timedelta(days=100 + number)
    session = session_of(halfway, helper.centre, trainer=trainer, starts_at=starts_at)
    for user in (helper.user, other.user):
        enrol(session, user, by=user)
    write_article(f"Rust {number}", by=world.people["coordinator"])


def _trust(world: World, other: Volunteer, number: int) -> None:
    coordinator, centre = world.people["coordinator"], world.volunteer.centre
    report_concern(centre, story="Nog een zorg.")
    file_report(ReportKind.VOLUNTEER, other.pk, reason=ReportReason.RUDE, by=coordinator)
    BlockFactory(
        volunteer=world.volunteer, resident=ResidentFactory(centre=centre), set_by=world.volunteer.user
    )
    invite(f"nieuw{number}@voorbeeld.nl", Role.TRAINER, centre=centre, by=None)
    ask_talk(centre, name="Joke", phone="0612345678", answers={}, consented=True)
