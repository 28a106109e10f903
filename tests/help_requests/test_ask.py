"""Asking for help on the pages: three steps, kept whatever happens, sent once."""

from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from events.models import EventRecord
from help_requests.enums import FiledAs, RequestState
from help_requests.models import HelpRequest
from people.enums import ALL_DAYPARTS, Role
from people.models import Centre, Representative, Resident, RoleGrant
from tests.conftest import Clock
from tests.factories.people import (
    PASSWORD,
    POSTCODE,
    PostcodeFactory,
    RepresentativeFactory,
    ResidentFactory,
    UserFactory,
)
from tests.help_requests.asking import ANSWERS, answer, check_form, send, walk


@pytest.fixture(autouse=True)
def town(centre: Centre, clock: Clock) -> None:
    PostcodeFactory(district=centre.districts.get())


def test_someone_without_account_asks_and_sees_where_it_stands(client: Client, centre: Centre) -> None:
    seen = walk(client)
    assert seen == ["wat", "woorden", "hoe-vaak", "wanneer", "voor-wie", "naam", "adres", "bereikbaar"]
    sent = send(client)
    made = HelpRequest.objects.get()
    assert sent.url == reverse("ask-help-sent", args=[made.pk])
    assert (made.state, made.filed_as, made.centre) == (RequestState.SUBMITTED, FiledAs.RESIDENT, centre)
    assert made.dayparts == ALL_DAYPARTS
    assert made.resident.name == "Truus Bos"
    assert made.resident.phone == "+31301234567"
    assert (made.cell, made.district) == (made.resident.cell, made.resident.district)
    assert made.cell is not None
    assert client.get(sent.url).status_code == 200
    page = client.get(reverse("my-request", args=[made.pk]))
    assert "boodschappen voor mij" in page.content.decode()
    assert Client().get(reverse("my-request", args=[made.pk])).status_code == 404


def test_a_ride_on_a_day_asks_where_to_and_when(client: Client) -> None:
    seen = walk(
        client,
        wat={"category": "transport"},
        waarheen={"destination": "Het ziekenhuis"},
        wanneer={"timing": "calendar"},
    )
    assert seen[:7] == ["wat", "woorden", "waarheen", "hoe-vaak", "wanneer", "dag", "tijd"]
    send(client)
    made = HelpRequest.objects.get()
    assert (made.on_date, made.start_time, made.dayparts) == (date(2025, 6, 5), time(14, 30), 0)
    assert (made.destination, made.duration_minutes) == ("Het ziekenhuis", 120)


def test_help_that_goes_on_asks_until_when_and_no_single_day(client: Client) -> None:
    seen = walk(
        client,
        hoe_vaak={"how_often": "fortnightly"},
        wanneer={"timing": "clock"},
        tot_wanneer={"until": "later", "until_date": "2025-09-30"},
    )
    assert seen[2:6] == ["hoe-vaak", "wanneer", "dagdelen", "tot-wanneer"]
    assert (
        "om de week, tot en met 30 september 2025"
        in client.get(reverse("ask-help-check")).content.decode().lower()
    )
    send(client)
    made = HelpRequest.objects.get()
    assert (made.kind, made.rhythm, made.until_date) == ("series", "fortnightly", date(2025, 9, 30))
    assert (made.on_date, made.dayparts) == (None, 1 << 0 | 1 << 4)


def test_once_is_the_answer_unless_someone_says_otherwise(client: Client) -> None:
    answer(client, "wat", ANSWERS["wat"])
    page = client.get(reverse("ask-help-screen", args=["hoe-vaak"]))
    assert page.context["form"]["how_often"].value() == "task"


def test_a_buddy_is_there_for_company_and_not_for_shopping(client: Client) -> None:
    answer(client, "wat", {"category": "groceries"})
    assert answer(client, "hoe-vaak", {"how_often": "buddy"}).status_code == 422
    answer(client, "wat", {"category": "company"})
    walk(client, hoe_vaak={"how_often": "buddy"})
    send(client)
    made = HelpRequest.objects.get()
    assert (made.kind, made.rhythm, made.until_date) == ("buddy", "", None)


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ({"how_often": "buddy"}, "Gezelschap, een maatje"),
        ({"how_often": "weekly"}, "elke week"),
    ],
)
def test_what_lasts_is_named_when_it_is_sent_and_in_the_list(
    client: Client, answers: dict[str, str], named: str
) -> None:
    walk(client, wat={"category": "company"}, hoe_vaak=answers, tot_wanneer={"until": "no_end"})
    sent = client.get(send(client).url).content.decode()
    assert named in sent
    assert named in client.get(reverse("my-requests")).content.decode()


def test_answers_that_no_longer_fit_are_asked_again(client: Client) -> None:
    """Whoever chose a buddy and a day, and goes back to another kind of help, is never stuck."""
    walk(client, wat={"category": "company"}, hoe_vaak={"how_often": "buddy"})
    assert answer(client, "wat", {"category": "groceries"}).url.endswith("/hoe-vaak/")
    answer(client, "hoe-vaak", {"how_often": "task"})
    answer(client, "wanneer", {"timing": "calendar"})
    answer(client, "dag", ANSWERS["dag"])
    answer(client, "tijd", ANSWERS["tijd"])
    assert answer(client, "hoe-vaak", {"how_often": "weekly"}).url.endswith("/wanneer/")
    assert answer(client, "wanneer", {"timing": "calendar"}).status_code == 422
    assert answer(client, "wanneer", {"timing": "check"}).url.endswith("/tot-wanneer/")
    answer(client, "tot-wanneer", {"until": "no_end"})
    send(client)
    assert HelpRequest.objects.get().on_date is None


def test_dayparts_are_kept_as_a_mask(client: Client) -> None:
    walk(client, wanneer={"timing": "clock"})
    send(client)
    assert HelpRequest.objects.get().dayparts == 1 << 0 | 1 << 4


@pytest.mark.parametrize(
    ("moment", "start", "dayparts"),
    [
        ({"moment": "all_day"}, None, 0),
        ({"moment": "1"}, None, 1 << (3 * 3 + 1)),
        ({"moment": "", "start_time": "9:05"}, time(9, 5), 0),
    ],
)
def test_the_time_on_a_day_can_be_left_open(
    client: Client, moment: dict[str, str], start: time | None, dayparts: int
) -> None:
    walk(client, wanneer={"timing": "calendar"}, tijd=moment)
    send(client)
    made = HelpRequest.objects.get()
    assert (made.on_date, made.start_time, made.dayparts) == (date(2025, 6, 5), start, dayparts)


def test_a_day_that_is_filled_in_is_the_answer_without_its_button(client: Client) -> None:
    walk(client, wanneer={"timing": "calendar"}, dag={"day": "", "later_day": "2025-08-01"})
    send(client)
    assert HelpRequest.objects.get().on_date == date(2025, 8, 1)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("2025-06-02", "Deze dag is voorbij."), ("2205-06-10", "Deze dag is meer dan twee jaar weg.")],
)
def test_a_day_that_cannot_be_has_its_own_sentence(client: Client, day: str, sentence: str) -> None:
    assert sentence in answer(client, "dag", {"later_day": day}).content.decode()


def test_a_day_further_on_comes_from_the_calendar(client: Client) -> None:
    walk(client, wanneer={"timing": "calendar"}, dag={"day": "later", "later_day": "2025-08-01"})
    send(client)
    assert HelpRequest.objects.get().on_date == date(2025, 8, 1)


def test_a_destination_goes_when_the_kind_of_help_changes(client: Client) -> None:
    walk(client, wat={"category": "transport"}, waarheen={"destination": "Het ziekenhuis"})
    answer(client, "wat", {"category": "garden"})
    send(client)
    assert HelpRequest.objects.get().destination == ""


def test_asking_for_someone_else_keeps_who_asks_and_their_word(client: Client) -> None:
    seen = walk(client, voor_wie={"whose": "people"}, bereikbaar={"phone": "", "email": ""})
    assert seen[-4:] == ["wie-vraagt", "naam", "adres", "bereikbaar"]
    send(client)
    made = HelpRequest.objects.get()
    assert made.filed_as == FiledAs.REPRESENTATIVE
    assert made.filer == {"name": "Karin Bos", "phone": "+31622334455", "email": "karin@voorbeeld.nl"}
    assert made.filer_consent_at is not None
    assert made.resident.name == "Truus Bos"
    assert made.resident.phone == "+31622334455"
    assert made.resident.email == ""


def test_whoever_sends_without_end_is_asked_to_wait_and_loses_nothing(client: Client) -> None:
    for _ in range(30):
        walk(client, look=False)
        assert send(client).status_code == 302
    walk(client, look=False)
    refused = send(client)
    assert refused.status_code == 429
    assert refused.context["form"].non_field_errors(), "a kind sentence says why"
    assert HelpRequest.objects.count() == 30
    page = client.get(reverse("ask-help-check"))
    assert ANSWERS["naam"]["name"] in page.content.decode()
    client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert send(client).status_code == 302


def test_whoever_types_without_end_is_read_along_with_no_more(client: Client) -> None:
    hints = reverse("ask-help-hints")
    text = {"description": "Bel mij op 06 12345678"}
    answers = [client.post(hints, text).status_code for _ in range(121)]
    assert (set(answers[:-1]), answers[-1]) == ({200}, 204)


def test_the_address_of_who_asks_is_not_kept_as_the_resident_s(client: Client) -> None:
    """By their own address they would claim the record as theirs, at the first time they sign in."""
    reach = {"phone": "", "email": "Karin@voorbeeld.nl"}
    walk(client, voor_wie={"whose": "people"}, bereikbaar=reach)
    send(client)
    assert HelpRequest.objects.get().resident.email == ""
    karin = UserFactory(email="karin@voorbeeld.nl", password=PASSWORD)
    client.post(reverse("account_login"), {"login": karin.email, "password": PASSWORD})
    made = HelpRequest.objects.get()
    assert (made.filed_by, made.resident.user) == (karin, None)
    assert Representative.objects.get().user == karin


def test_without_the_others_consent_it_goes_no_further(client: Client) -> None:
    answer(client, "voor-wie", {"whose": "people"})
    refused = answer(client, "wie-vraagt", ANSWERS["wie-vraagt"] | {"filer_consent": ""})
    assert refused.status_code == 422
    assert "Karin Bos" in refused.content.decode()


def test_a_signed_in_resident_skips_what_is_known(client: Client, resident: Resident) -> None:
    client.force_login(resident.user)
    assert walk(client) == ["wat", "woorden", "hoe-vaak", "wanneer", "voor-wie"]
    send(client)
    made = HelpRequest.objects.get()
    assert (made.resident, made.filed_by, made.filed_as) == (resident, resident.user, FiledAs.RESIDENT)


def test_a_representative_chooses_whom_it_is_for(client: Client, centre: Centre) -> None:
    represented = RepresentativeFactory(resident=ResidentFactory(centre=centre, name="Moeder Vos"))
    stranger = ResidentFactory(centre=centre)
    client.force_login(represented.user)
    assert answer(client, "voor-wie", {"whose": str(stranger.pk)}).status_code == 422
    assert walk(client, voor_wie={"whose": str(represented.resident_id)})[-1] == "voor-wie"
    send(client)
    made = HelpRequest.objects.get()
    assert (made.resident_id, made.filed_as) == (represented.resident_id, FiledAs.REPRESENTATIVE)


def test_consent_that_ends_meanwhile_ends_the_choice(client: Client, centre: Centre, clock: Clock) -> None:
    represented = RepresentativeFactory(resident=ResidentFactory(centre=centre))
    client.force_login(represented.user)
    walk(client, voor_wie={"whose": str(represented.resident_id)})
    Representative.objects.update(ended_at=clock.now())
    assert client.get(reverse("ask-help-check")).url == reverse("ask-help-screen", args=["voor-wie"])
    client.post(reverse("ask-help-check"), {"any_screened_volunteer": "no", "consent": "on"})
    assert not HelpRequest.objects.exists()


def test_a_signed_in_person_asking_for_another_comes_to_represent_them(client: Client) -> None:
    user = UserFactory(name="Karin Bos")
    client.force_login(user)
    walk(client, voor_wie={"whose": "people"})
    send(client)
    made = HelpRequest.objects.get()
    assert made.filed_by == user
    assert Representative.objects.get().resident == made.resident
    assert RoleGrant.objects.get(user=user).role == Role.REPRESENTATIVE


def test_a_volunteer_without_a_record_becomes_a_resident_too(client: Client) -> None:
    user = UserFactory(name="Piet")
    client.force_login(user)
    walk(client)
    page = client.get(reverse("ask-help-screen", args=["bereikbaar"]))
    assert user.email not in page.context["form"].initial.get("phone", "")
    send(client)
    assert HelpRequest.objects.get().resident.user == user


def test_sending_twice_makes_one_request(client: Client) -> None:
    walk(client)
    form = check_form(client)
    first = client.post(reverse("ask-help-check"), form)
    second = client.post(reverse("ask-help-check"), form)
    assert first.url == second.url
    assert HelpRequest.objects.count() == 1
    assert Resident.objects.count() == 1


def test_two_presses_at_the_same_moment_make_one_request(client: Client) -> None:
    """Both read the session before either wrote it: the key in the table decides."""
    walk(client)
    session = dict(client.session.items())
    form = check_form(client)
    client.post(reverse("ask-help-check"), form)
    kept = client.session
    kept.clear()
    kept.update(session)
    kept.save()
    again = client.post(reverse("ask-help-check"), form)
    assert again.url == reverse("ask-help-sent", args=[HelpRequest.objects.get().pk])
    assert Resident.objects.count() == 1


def test_a_new_question_after_sending_is_a_new_request(client: Client) -> None:
    for _ in range(2):
        walk(client)
        send(client)
    assert HelpRequest.objects.count() == 2


def test_nobody_can_reach_anothers_request_with_its_key(client: Client, resident: Resident) -> None:
    walk(client)
    key = str(client.get(reverse("ask-help-check")).context["draft"].key)
    send(client)
    stranger = Client()
    assert stranger.post(reverse("ask-help-check"), {"key": key}).url == reverse(
        "ask-help-screen", args=["wat"]
    )
    assert stranger.post(reverse("ask-help-check"), {"key": "not a key"}).status_code == 302


def test_a_lost_session_loses_only_what_came_before(client: Client) -> None:
    """The session expires half-way: the screen that was being filled in is kept, the rest is asked again."""
    answer(client, "wat", ANSWERS["wat"])
    client.session.flush()
    client.cookies.clear()
    back = answer(client, "woorden", {"description": "Ik wil graag hulp met de lamp."})
    assert back.url == reverse("ask-help-screen", args=["wat"])
    answer(client, "wat", {"category": "repairs"})
    page = client.get(reverse("ask-help-screen", args=["woorden"]))
    assert "Ik wil graag hulp met de lamp." in page.content.decode()
    assert client.get(reverse("ask-help")).url == reverse("ask-help-screen", args=["hoe-vaak"])


def test_going_back_shows_what_was_answered(client: Client) -> None:
    walk(client)
    for slug, text in (("woorden", "boodschappen voor mij"), ("naam", "Truus Bos"), ("adres", POSTCODE)):
        assert text in client.get(reverse("ask-help-screen", args=[slug])).content.decode()


def test_a_draft_is_not_readable_in_the_session(client: Client) -> None:
    walk(client)
    assert "Truus" not in str(dict(client.session.items()))


def test_a_day_that_passed_while_waiting_is_asked_again(client: Client, clock: Clock) -> None:
    walk(client, wanneer={"timing": "calendar"})
    clock.forward(days=5)
    assert client.get(reverse("ask-help-check")).url == reverse("ask-help-screen", args=["dag"])


def test_starting_again_forgets_everything(client: Client) -> None:
    answer(client, "woorden", ANSWERS["woorden"])
    client.get(reverse("ask-help") + "?opnieuw")
    assert (
        "boodschappen voor mij"
        not in client.get(reverse("ask-help-screen", args=["woorden"])).content.decode()
    )


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("wat", {"category": "gold"}, "category"),
    ("wat", {}, "category"),
    ("woorden", {"description": "   "}, "description"),
    ("hoe-vaak", {"how_often": "always"}, "how_often"),
    ("tot-wanneer", {"until": "later"}, "until_date"),
    ("tot-wanneer", {"until": "no_end", "until_date": "2025-06-02"}, "until_date"),
    ("wanneer", {"timing": "never"}, "timing"),
    ("dag", {}, "day"),
    ("dag", {"day": "2025-06-02"}, "day"),
    ("dag", {"day": "later"}, "later_day"),
    ("dag", {"day": "later", "later_day": "2025-06-02"}, "later_day"),
    ("dag", {"day": "later", "later_day": "morgen"}, "later_day"),
    ("dag", {"later_day": "2025-06-02"}, "later_day"),
    ("dag", {"later_day": "morgen"}, "later_day"),
    ("dag", {"day": "later", "later_day": "2205-06-10"}, "later_day"),
    ("tot-wanneer", {"until": "no_end", "until_date": "2205-06-10"}, "until_date"),
    ("tot-wanneer", {"until_date": "2205-06-10"}, "until_date"),
    ("tot-wanneer", {"until_date": "morgen"}, "until_date"),
    ("tijd", {"start_time": "half drie"}, "start_time"),
    ("tijd", {}, "moment"),
    ("tijd", {"moment": "fixed"}, "start_time"),
    ("tijd", {"moment": "fixed", "start_time": "half drie"}, "start_time"),
    ("dagdelen", {}, "dayparts"),
    ("dagdelen", {"dayparts": ["99"]}, "dayparts"),
    ("voor-wie", {}, "whose"),
    ("naam", {"name": ""}, "name"),
    ("adres", {"postcode": "9999ZZ", "house_number": "1"}, "postcode"),
    ("adres", {"postcode": "hier", "house_number": "1"}, "postcode"),
    ("bereikbaar", {}, "phone"),
    ("bereikbaar", {"phone": "12"}, "phone"),
    ("bereikbaar", {"email": "niet@goed"}, "email"),
]


@pytest.mark.parametrize(("slug", "data", "field"), WRONG)
def test_a_wrong_answer_is_told_kindly_and_kept(
    client: Client, slug: str, data: dict[str, Any], field: str
) -> None:
    answer(client, "voor-wie", {"whose": "person"}) if slug == "bereikbaar" else None
    response = answer(client, slug, data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_a_postcode_where_nobody_works_is_refused(client: Client) -> None:
    PostcodeFactory(
        code="1011AB", lat=52.37, lon=4.9, district__code="WK036300", district__lat=52.37, district__lon=4.9
    )
    response = answer(client, "adres", {"postcode": "1011 AB", "house_number": "1"})
    assert response.context["form"].errors["postcode"].as_data()[0].code == "no-centre-here"


def test_an_unknown_screen_is_not_found(client: Client) -> None:
    assert client.get(reverse("ask-help-screen", args=["geld"])).status_code == 404


def test_without_consent_nothing_is_kept(client: Client) -> None:
    walk(client)
    refused = send(client, consent="")
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["consent"]
    assert not Resident.objects.exists()


def chosen(client: Client) -> list[str]:
    """The answers about any volunteer that stand chosen on the check screen."""
    field = client.get(reverse("ask-help-check")).context["form"]["any_screened_volunteer"]
    return [option.data["value"] for option in field if option.data["selected"]]


@pytest.mark.parametrize(("said", "kept"), [("yes", True), ("no", False)])
def test_whether_anyone_may_come_is_asked_and_nothing_stands_chosen(
    client: Client, said: str, kept: bool
) -> None:
    walk(client)
    assert chosen(client) == []
    send(client, any_screened_volunteer=said)
    assert Resident.objects.get().any_screened_volunteer is kept


@pytest.mark.parametrize("said", ["", "maybe"])
def test_without_that_answer_it_is_asked_kindly_and_nothing_is_sent(client: Client, said: str) -> None:
    walk(client)
    refused = send(client, any_screened_volunteer=said)
    assert refused.status_code == 422
    assert 'href="#id_any_screened_volunteer' in refused.content.decode()
    assert not HelpRequest.objects.exists()
    assert send(client).status_code == 302


def test_of_someone_we_know_the_last_answer_is_shown_and_may_change(
    client: Client, resident: Resident
) -> None:
    client.force_login(resident.user)
    for last, said in ((False, "no"), (True, "yes")):
        Resident.objects.update(any_screened_volunteer=last)
        walk(client)
        assert chosen(client) == [said]
        other = {"yes": "no", "no": "yes"}[said]
        assert send(client, any_screened_volunteer=other).status_code == 302
        resident.refresh_from_db()
        assert resident.any_screened_volunteer is not last


def test_the_same_answer_again_changes_no_record(client: Client, resident: Resident) -> None:
    client.force_login(resident.user)
    walk(client)
    send(client)
    assert not EventRecord.objects.filter(type="people.resident_changed").exists()


def test_who_asks_for_another_reads_who_it_is_about(client: Client) -> None:
    walk(client, voor_wie={"whose": "people"})
    field = client.get(reverse("ask-help-check")).context["form"].fields["any_screened_volunteer"]
    with translation.override("en"):
        assert "help the person you ask for" in str(field.label)
    send(client, any_screened_volunteer="yes")
    assert Resident.objects.get().any_screened_volunteer
