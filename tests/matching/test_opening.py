"""Light help may open by itself; at the slightest doubt a person reads it first. Nothing is ever refused."""

from datetime import date

import pytest

from events.models import EventRecord
from help_requests.enums import Doubt, FiledAs, RequestKind, RequestState, Rhythm
from help_requests.models import HelpRequest
from help_requests.services import submit_request
from help_requests.web.desk.history import told
from matching.cards import card_for
from matching.models import Offer
from people.enums import HelpCategory, Language
from people.models import Resident
from safeguarding.models import CategoryRequirement
from tests.factories.matching import Town, open_request

pytestmark = pytest.mark.django_db
EVERYTHING = HelpCategory.to_mask(HelpCategory.values)


def known_town(**policy: object) -> Town:
    """The centre lets everything open by itself, and has approved a request of this resident before."""
    town = Town(volunteers=1)
    town.request.coordinator, town.request.opened_at = town.coordinator, town.request.created_at
    town.request.save()
    town.policy(**{"auto_open_categories": EVERYTHING, **policy})
    return town


def sent(town: Town, **fields: object) -> HelpRequest:
    """A request that the resident has just sent, after the worker has run."""
    resident = fields.pop("resident", town.request.resident)
    request = open_request(town.centre, **{"resident": resident, "state": "draft", "dayparts": 1, **fields})
    submit_request(request, by=resident.user)
    town.settle()
    request.refresh_from_db()
    return request


def doubts(request: HelpRequest) -> set[str]:
    found = EventRecord.objects.filter(
        type="help_requests.left_to_person", payload__request_id=str(request.pk)
    )
    return {each.payload["doubt"] for each in found}


def test_without_any_doubt_it_opens_and_the_residents_own_words_stay_with_the_centre(clock):
    words = "Sinds mijn val kom ik de trap van de Kerkstraat niet meer af."
    request = sent(known_town(), summary="", description=words)
    assert request.state == RequestState.OPEN
    assert (request.description, request.coordinator) == (words, None)
    assert card_for(request).summary == "Boodschappen: een inwoner wil hier graag hulp bij."
    assert not doubts(request)


def test_and_asking_starts_too_where_the_centre_wants_both(clock):
    request = sent(known_town(auto_start_categories=EVERYTHING))
    assert Offer.objects.filter(request=request).count() == 1


@pytest.mark.parametrize(
    ("fields", "doubt"),
    [
        ({"urgent": True}, Doubt.URGENT),
        ({"description": "Mijn man slaat mij, ik durf niet naar de winkel."}, Doubt.URGENT),
        ({"description": "Boodschappen graag, bel me op 06-12345678."}, Doubt.PERSONAL_DATA),
        ({"description": "Boodschappen voor mevrouw Bewoner graag."}, Doubt.PERSONAL_DATA),
        (
            {"description": "Kan iemand helpen met douchen en aankleden? Hulp bij douchen."},
            Doubt.OUT_OF_SCOPE,
        ),
        ({"description": "Wie wil mij geld lenen voor de boodschappen?"}, Doubt.OUT_OF_SCOPE),
        ({"description": "Ik zoek een oppas voor zaterdag."}, Doubt.OUT_OF_SCOPE),
        ({"description": "Boodschappen. " * 60}, Doubt.LENGTH),
        ({"kind": RequestKind.SERIES, "rhythm": Rhythm.WEEKLY}, Doubt.KIND),
    ],
)
def test_at_a_doubt_in_the_request_a_person_reads_it(clock, fields, doubt):
    request = sent(known_town(), **fields)
    assert request.state == RequestState.SUBMITTED
    assert doubts(request) == {doubt}
    (record,) = EventRecord.objects.filter(type="help_requests.left_to_person")
    assert str(doubt.label) in str(told([record])[0].what)


@pytest.mark.parametrize(
    ("resident", "doubt"),
    [
        ({"cell": None}, Doubt.PLACE),
        ({"languages": Language.to_mask([Language.TURKISH])}, Doubt.LANGUAGE),
    ],
)
def test_at_a_doubt_about_the_resident_a_person_reads_it(clock, resident, doubt):
    town = known_town()
    Resident.objects.filter(pk=town.request.resident_id).update(**resident)
    request = sent(town, resident=Resident.objects.get(pk=town.request.resident_id))
    assert (request.state, doubts(request)) == (RequestState.SUBMITTED, {doubt})


def test_consent_taken_back_before_the_check_leaves_it_to_a_person(clock):
    town = known_town()
    request = submit_request(
        open_request(town.centre, resident=town.request.resident, state="draft", dayparts=1), by=None
    )
    Resident.objects.filter(pk=request.resident_id).update(consented_at=None)
    town.settle()
    request.refresh_from_db()
    assert (request.state, doubts(request)) == (RequestState.SUBMITTED, {Doubt.CONSENT})


def test_nobody_is_let_in_whom_no_person_knows(clock):
    town = known_town()
    HelpRequest.objects.update(coordinator=None)
    request = sent(town)
    assert (request.state, doubts(request)) == (RequestState.SUBMITTED, {Doubt.UNKNOWN})
    by_phone = sent(town, filed_as=FiledAs.COORDINATOR)
    assert by_phone.state == RequestState.OPEN, "a coordinator wrote it down"


def test_without_the_centres_wish_everything_waits_and_nothing_is_checked(clock):
    for policy in ({"auto_open_categories": 0}, {"auto_open_categories": 1 << HelpCategory.GARDEN.bit}):
        request = sent(known_town(**policy))
        assert (request.state, doubts(request)) == (RequestState.SUBMITTED, set())


def test_help_for_which_a_vog_came_to_be_asked_waits(clock):
    town = known_town()
    everything = 0b11111
    CategoryRequirement.objects.create(
        centre=town.centre, category=HelpCategory.GROCERIES, requirements=everything
    )
    assert sent(town).state == RequestState.SUBMITTED


def test_a_day_that_passes_before_the_check_is_for_a_person(clock):
    town = known_town()
    resident = town.request.resident
    request = open_request(town.centre, resident=resident, state="draft", on_date=date(2025, 6, 3))
    submit_request(request, by=resident.user)
    clock.forward(days=1)
    town.settle()
    request.refresh_from_db()
    assert request.state == RequestState.SUBMITTED
