"""Words of danger and data that had better be left out: found where they are, not where they are not."""

import json
import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from common.errors import InvalidInput
from help_requests.models import HelpRequest
from help_requests.services import draft_request, urgent_words
from help_requests.services.wording import LEXICON, refuse_bsns, refuse_personal_data, volunteer_text
from help_requests.templatetags.help_requests import minutes
from people.models import Centre, Resident
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.people import CoordinatorFactory, PostcodeFactory
from tests.help_requests.asking import answer, send, walk

URGENT = [
    ("Mijn man slaat mij en ik weet niet waar ik heen moet", "violence"),
    ("Ik word mishandeld", "violence"),
    ("mijn zoon bedreigt me als ik geen geld geef", "violence"),
    ("Ik ben bang voor mijn man", "violence"),
    ("Ik wil niet meer leven", "suicide"),
    ("ik denk de hele dag aan zelfmoord", "suicide"),
    ("Ik zie het echt niet meer zitten, ik wil dood", "suicide"),
    ("I want to die", "suicide"),
    ("Er is al dagen niks te eten in huis", "neglect"),
    ("Mijn buurvrouw verwaarloost haar kinderen", "neglect"),
    ("Ik ruik de hele tijd gas in de keuken", "danger"),
    ("Ik heb pijn op de borst", "danger"),
    ("Mijn vader ligt op de grond en kan niet meer opstaan", "danger"),
    ("IK WIL NIET MEER LEVEN!!", "suicide"),
]
CALM = [
    "De lamp brandt niet meer",
    "De batterij van de rookmelder piept",
    "Ik wil graag mijn dode plantjes vervangen",
    "Kan iemand de muizenval wegbrengen, de muis is dood",
    "Mijn hond is bang voor vuurwerk",
    "Ik wil graag een ritje naar de begraafplaats van mijn man",
    "Ik wil leren slagroom te slaan zonder mixer",
    "Mijn zoon slaat graag een balletje, wie gaat mee tennissen?",
    "Alleen is er niks aan",
    "Ik heb geen eten nodig, wel gezelschap",
]


@pytest.mark.parametrize(("text", "kind"), URGENT)
def test_words_of_danger_are_seen(text: str, kind: str) -> None:
    assert kind in [found.kind for found in urgent_words(text)]


@pytest.mark.parametrize("text", CALM)
def test_ordinary_words_raise_no_alarm(text: str) -> None:
    assert urgent_words(text) == []


def test_every_phrase_of_the_lexicon_finds_itself() -> None:
    for kind, phrases in json.loads(LEXICON.read_text()).items():
        for phrase in phrases:
            text = phrase.replace("*", "").replace("_", "zo")
            assert kind in [found.kind for found in urgent_words(text)], phrase


def test_the_words_that_led_to_it_are_told() -> None:
    assert [found.words for found in urgent_words("Help, ik wil niet meer leven.")] == ["wil niet meer leven"]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (45, "45 minuten"),
        (60, "1 uur"),
        (75, "1 uur en 15 minuten"),
        (120, "2 uur"),
        (150, "2 uur en 30 minuten"),
    ],
)
def test_a_length_of_time_is_said_as_people_do(count: int, words: str) -> None:
    with translation.override("nl"):
        assert minutes(count) == words


def test_a_bsn_is_refused_and_names_its_field() -> None:
    with pytest.raises(InvalidInput) as refused:
        refuse_bsns({"category": "garden", "destination": "mijn bsn is 111222333"})
    assert refused.value.field == "destination"
    refuse_bsns({"description": "het gaat om 111222334 tegels", "dayparts": 111222333})


@pytest.mark.parametrize(
    "text",
    [
        "Bel 06 12345678",
        "mail truus@voorbeeld.nl",
        "Kom naar Dorpsstraat 12",
        "3431 AB",
        "NL91ABNA0417164300",
    ],
)
def test_contact_data_does_not_reach_volunteers(text: str) -> None:
    with pytest.raises(InvalidInput):
        refuse_personal_data(f"Boodschappen doen. {text}", field="summary")
    assert text not in volunteer_text(f"Boodschappen doen. {text}")


def test_names_do_not_reach_the_first_text_for_volunteers() -> None:
    text = "Ik ben Truus. truus élise (Jansen) zoekt hulp, ook voor van der Meer; vraag Karin!"
    made = volunteer_text(text, ["Truus Elise van Jansen", "Karin"])
    assert made == "Ik ben …. … … (…) zoekt hulp, ook voor van der Meer; vraag …!"


def test_the_approval_form_offers_a_text_without_the_name(client: Client, resident: Resident) -> None:
    request = HelpRequestFactory(resident=resident, description="Ik ben Anna en ik wil naar de markt.")
    client.force_login(CoordinatorFactory(request.centre))
    form = client.get(reverse("desk-request", args=[request.pk])).context["choices"][0].form
    assert form["summary"].value() == "Ik ben … en ik wil naar de markt."


def test_a_draft_with_words_of_danger_is_urgent(resident: Resident) -> None:
    calm, urgent = (
        draft_request(resident, by=resident.user, category="company", description=text)
        for text in ("Ik wil graag koffie drinken", "Ik wil niet meer leven")
    )
    assert (calm.urgent, urgent.urgent) == (False, True)


def hidden_fields(page: HttpResponse) -> dict[str, str]:
    """What a page or hint makes the form send along."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)">', page.content.decode()))


class TestOnTheForm:
    """The same, as someone who fills in the form meets it."""

    WITH_PHONE = "Ik wil graag een ritje. Bel mij op 06 12345678."

    @pytest.fixture(autouse=True)
    def town(self, centre: Centre) -> None:
        PostcodeFactory(district=centre.districts.get())

    def test_a_text_without_is_suggested_and_the_own_text_stays(self, client: Client) -> None:
        page = answer(client, "woorden", {"description": self.WITH_PHONE})
        assert page.status_code == 422
        assert self.WITH_PHONE in page.content.decode()
        assert page.context["reading"].suggestion == "Ik wil graag een ritje. Bel mij op [telefoonnummer]."

    def test_the_suggestion_can_be_taken(self, client: Client) -> None:
        walk(client)
        answer(client, "woorden", {"description": self.WITH_PHONE, "choice": "masked"})
        send(client)
        assert "06 12345678" not in HelpRequest.objects.get().description

    def test_the_own_text_can_be_kept(self, client: Client) -> None:
        walk(client)
        answer(client, "woorden", {"description": self.WITH_PHONE, "choice": "keep"})
        send(client)
        assert HelpRequest.objects.get().description == self.WITH_PHONE

    def test_a_bsn_cannot_be_kept(self, client: Client) -> None:
        text = "Mijn BSN is 111222333, kunt u helpen met de toeslag?"
        refused = answer(client, "woorden", {"description": text, "choice": "keep"})
        assert refused.status_code == 422
        assert 'value="keep"' not in refused.content.decode()
        assert answer(client, "woorden", {"description": text, "choice": "masked"}).status_code == 302

    def test_the_numbers_to_call_come_at_once_and_the_request_can_still_be_sent(self, client: Client) -> None:
        walk(client)
        text = {"description": "Ik wil niet meer leven."}
        warned = answer(client, "woorden", text)
        assert warned.status_code == 200
        page = warned.content.decode()
        assert all(number in page for number in ("tel:112", "tel:113", "tel:08002000"))
        assert 'name="warned"' in page
        assert answer(client, "woorden", text | {"warned": "1"}).status_code == 302
        sent = send(client)
        assert HelpRequest.objects.get().urgent
        assert "tel:113" in client.get(sent.url).content.decode()

    def test_it_reads_along_while_typing(self, client: Client) -> None:
        hints = client.post(reverse("ask-help-hints"), {"description": "Mijn man slaat mij. 06 12345678"})
        page = hints.content.decode()
        assert "tel:112" in page
        assert "<html" not in page
        calm = client.post(reverse("ask-help-hints"), {"description": "De heg is te hoog"})
        assert calm.content.decode().strip() == ""

    def test_a_hint_at_the_moment_of_pressing_next_does_not_count_as_read(self, client: Client) -> None:
        """What the hint sends along is what the form sends along: with or without it, help comes first."""
        text = {"description": "Ik wil niet meer leven."}
        hint = client.post(reverse("ask-help-hints"), text)
        assert "tel:113" in hint.content.decode()
        first = answer(client, "woorden", text | hidden_fields(hint))
        assert first.status_code == 200
        page = first.content.decode()
        assert page.index("tel:113") < page.index("<textarea"), "above the fold of a phone"
        assert answer(client, "woorden", text | hidden_fields(first)).status_code == 302

    def test_who_has_read_it_and_goes_on_writing_is_not_stopped_again(self, client: Client) -> None:
        text = {"description": "Ik wil niet meer leven."}
        seen = hidden_fields(answer(client, "woorden", text))
        more = {"description": "Ik wil niet meer leven. Wie komt er langs?"}
        hint = client.post(reverse("ask-help-hints"), more | seen)
        assert "tel:113" in hint.content.decode()
        assert answer(client, "woorden", more | hidden_fields(hint)).status_code == 302

    def test_once_the_danger_was_written_away_it_is_told_again(self, client: Client) -> None:
        text = {"description": "Ik wil niet meer leven."}
        seen = hidden_fields(answer(client, "woorden", text))
        calm = client.post(reverse("ask-help-hints"), {"description": "De heg is te hoog"} | seen)
        assert answer(client, "woorden", text | hidden_fields(calm)).status_code == 200
