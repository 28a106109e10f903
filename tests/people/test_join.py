"""Joining as a volunteer on the pages: five screens, an account by code, then what can be done near by."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from common.encryption import decrypt
from people.enums import HelpCategory, Language, Skill, VolunteerState
from people.models import User, Volunteer
from people.rights import terms
from people.services import answers_left, leave_answers
from people.services.erasing import erase_by_term, subject_of
from tests.factories.people import CentreFactory, PostcodeFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

ANSWERS = {
    "likes": {"likes": ["groceries", "company"]},
    "when": {"dayparts": ["3", "4"]},
    "where": {"postcode": "3431 ab", "reach": "3", "transport": ["bicycle"]},
    "extras": {"languages": ["nl", "tr"], "abilities": ["dogs"], "dislikes": ["smoking"]},
}
ABOUT = {"phone": "06 12345678", "age": "18", "consent": "on"}
NEW = ABOUT | {"name": "Fatma Yılmaz", "email": "Fatma@voorbeeld.nl"}


@pytest.fixture(autouse=True)
def centre(outbox):
    found = CentreFactory()
    PostcodeFactory(district=found.districts.get())
    return found


def step(name):
    return reverse("join-step", args=[name])


def answer_four(client):
    for name, data in ANSWERS.items():
        assert client.post(step(name), data).status_code == 302


def test_the_last_screen_asks_what_is_missing_in_friendly_words(client):
    answer_four(client)
    page = client.post(step("about"), {}).content.decode()
    assert "Vul dit nog in." in page
    assert "Kies hoe oud je bent." in page
    assert "is vereist" not in page


def test_from_the_first_screen_to_what_is_near(client, outbox, mailoutbox):
    first = client.get(reverse("join"))
    assert step("likes") in first.content.decode()
    answer_four(client)
    sent = client.post(step("about"), NEW)
    assert sent.url == reverse("account_email_verification_sent")
    assert not Volunteer.objects.exists()
    mail = outbox.take()
    assert mail.to == ["fatma@voorbeeld.nl"]
    assert mailoutbox == []

    verified = client.post(sent.url, {"code": mail.code})
    assert verified.url == reverse("join-finish")
    assert client.get(verified.url).url == reverse("near-me")

    volunteer = Volunteer.objects.select_related("user").get()
    assert (volunteer.user.name, volunteer.user.email) == ("Fatma Yılmaz", "fatma@voorbeeld.nl")
    assert not volunteer.user.has_usable_password()
    assert HelpCategory.from_mask(volunteer.skills) == [HelpCategory.GROCERIES, HelpCategory.COMPANY]
    assert Skill.from_mask(volunteer.skills) == [Skill.DOGS]
    assert Language.from_mask(volunteer.languages) == [Language.DUTCH, Language.TURKISH]
    assert (volunteer.dayparts, volunteer.reach_km, volunteer.adult) == (0b11000, 3.0, True)
    assert volunteer.state == VolunteerState.APPLIED
    assert "join" not in client.session


def test_sixteen_and_seventeen_may_join_and_are_known_as_such(client, outbox):
    answer_four(client)
    sent = client.post(step("about"), NEW | {"age": "16"})
    client.get(client.post(sent.url, {"code": outbox.take().code}).url)
    assert Volunteer.objects.get().adult is False


def test_who_is_younger_than_sixteen_is_turned_away_kindly_and_nothing_is_kept(client):
    answer_four(client)
    answer = client.post(step("about"), NEW | {"age": "0"})
    assert answer.status_code == 422
    assert "16" in answer.content.decode()
    assert not User.objects.exists()
    assert "fatma" not in decrypt(client.session["join"]).lower()


def test_without_agreement_no_account_is_made(client):
    answer_four(client)
    without = {name: value for name, value in NEW.items() if name != "consent"}
    assert client.post(step("about"), without).status_code == 422
    assert not User.objects.exists()


def test_going_back_keeps_what_was_typed_even_when_it_was_not_right(client):
    client.post(step("likes"), ANSWERS["likes"])
    back = client.post(step("where"), {"postcode": "34", "reach": "10", "back": "1"})
    assert back.url == step("when")
    again = client.get(step("where")).content.decode()
    assert 'value="34"' in again
    assert re.search(r'value="10"[^>]*checked', again)
    likes = client.get(step("likes")).content.decode()
    assert re.search(r'value="groceries"[^>]*checked', likes)
    assert not re.search(r'value="garden"[^>]*checked', likes)


def test_the_first_back_leads_to_the_way_in(client):
    assert client.post(step("likes"), {"back": "1"}).url == reverse("join")


@pytest.mark.parametrize("postcode", ["bij de kerk", "9999 ZZ", "3431 SS", ""])
def test_a_wrong_postcode_is_said_at_the_field_and_the_rest_stays(client, postcode):
    answer = client.post(step("where"), {"postcode": postcode, "reach": "10"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'href="#id_postcode"' in html
    assert re.search(r'value="10"[^>]*checked', html)


def test_a_postcode_where_no_centre_works_is_said_too(client):
    PostcodeFactory(code="9712AB", lat=53.21, lon=6.56)
    assert client.post(step("where"), {"postcode": "9712 AB", "reach": "5"}).status_code == 422


def test_skipped_screens_are_asked_before_an_account_is_made(client):
    assert client.post(step("about"), NEW).url == step("likes")
    assert not User.objects.exists()


def test_the_draft_is_not_readable_in_the_session(client):
    answer_four(client)
    client.post(step("about"), NEW)
    assert "06 12345678" in decrypt(client.session["join"])
    assert "12345678" not in str(dict(client.session))
    assert "3431" not in str(dict(client.session))


def test_an_existing_account_gets_the_same_answer_and_another_mail(client, outbox):
    UserFactory(email="fatma@voorbeeld.nl")
    answer_four(client)
    known = client.post(step("about"), NEW)
    assert User.objects.count() == 1
    mail = outbox.take()
    assert (mail.code, mail.to) == (None, ["fatma@voorbeeld.nl"])
    assert reverse("sign-in-afresh") in mail.body
    page_of_known = client.get(known.url)

    cache.clear()
    client.cookies.clear()
    answer_four(client)
    unknown = client.post(step("about"), NEW | {"email": "anders@voorbeeld.nl"})
    page_of_unknown = client.get(unknown.url)
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert plain(page_of_known) == plain(page_of_unknown)


def plain(response):
    """The page without what differs by itself: the typed address and the tokens."""
    html = response.content.decode()
    html = re.sub(r"fatma@voorbeeld.nl|anders@voorbeeld.nl", "ADDRESS", html)
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
    return re.sub(r'nonce="[^"]*"', "", html)


def test_who_has_an_account_signs_in_by_code_and_the_answers_wait(client, outbox):
    user = UserFactory(email="fatma@voorbeeld.nl")
    answer_four(client)
    client.post(step("about"), NEW)
    outbox.take()
    assert client.get(reverse("sign-in-afresh")).url == reverse("account_request_login_code")
    sent = client.post(reverse("account_request_login_code"), {"email": user.email})
    signed_in = client.post(sent.url, {"code": outbox.take().code})
    assert signed_in.url == reverse("join-finish")
    client.get(signed_in.url)
    assert Volunteer.objects.get().user == user


def test_the_answers_wait_for_the_address_in_another_browser_and_for_no_other(client, outbox, clock):
    user = UserFactory(email="fatma@voorbeeld.nl")
    answer_four(client)
    client.post(step("about"), NEW)
    assert "3431" not in str(getattr(cache, "_cache", "")), "encrypted"
    other, hers = Client(), Client()
    other.force_login(UserFactory(), backend="people.sessions.AccountBackend")
    assert step("likes") in other.get(reverse("join")).content.decode()
    assert step("likes") in Client().get(reverse("join")).content.decode(), "not before signing in"
    hers.force_login(user, backend="people.sessions.AccountBackend")
    page = hers.get(reverse("join")).content.decode()
    assert "zijn er nog" in page
    assert step("where") in page
    where = hers.get(step("where")).content.decode()
    assert ANSWERS["where"]["postcode"] not in where, "the address may be another's by mistake"
    assert re.search(rf'value="{ANSWERS["where"]["reach"]}"[^>]*(checked|selected)', where), (
        "the rest is as it was left"
    )
    assert hers.post(step("where"), ANSWERS["where"]).url == step("about")
    assert not Volunteer.objects.exists(), "nothing counts before she has agreed herself"
    last = hers.get(step("about")).content.decode()
    assert ABOUT["phone"] not in last
    assert hers.post(step("about"), ABOUT | {"name": "Fatma"}, follow=True).status_code == 200
    assert Volunteer.objects.get().languages == Language.to_mask([Language.DUTCH, Language.TURKISH])
    assert answers_left(user.email) == {}


def test_answers_wait_for_a_day_and_for_nobody_who_was_erased(client, outbox, monkeypatch):
    user = UserFactory(email="fatma@voorbeeld.nl")
    answer_four(client)
    client.post(step("about"), NEW)
    assert answers_left(user.email)
    erase_by_term(subject_of(user))
    assert answers_left("fatma@voorbeeld.nl") == {}
    monkeypatch.setattr("people.services.joining.WAITS", timedelta())
    client.post(step("about"), NEW)
    assert answers_left("fatma@voorbeeld.nl") == {}


def test_nothing_waits_for_addresses_that_one_visitor_keeps_trying(client, outbox, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"signup": "1/h/ip"}
    answer_four(client)
    client.post(step("about"), NEW)
    refused = client.post(step("about"), NEW | {"email": "ander@voorbeeld.nl"})
    assert (refused.status_code, answers_left("ander@voorbeeld.nl")) == (429, {})
    assert answers_left("fatma@voorbeeld.nl")


def test_what_waited_in_the_database_is_deleted_after_its_day_though_nobody_asks(settings, clock):
    """Django itself leaves it there until somebody asks for just that, or the table is full."""
    kept = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "waits_here"}
    settings.CACHES = settings.CACHES | {"default": kept}
    call_command("createcachetable")
    leave_answers("fatma@voorbeeld.nl", {"likes": {}})
    cache.set("limit", 1, timedelta(days=3).total_seconds())
    term = next(each for each in terms() if each.purpose == "cache")
    assert (term.due(clock.now()), term.delete(clock.now(), 100)) == (0, 0)
    clock.forward(days=1, minutes=1)
    assert (term.due(clock.now()), term.delete(clock.now(), 100), term.due(clock.now())) == (1, 1, 0)
    assert cache.get("limit") == 1


def test_who_is_signed_in_needs_no_second_account(client):
    user = UserFactory()
    client.force_login(user)
    answer_four(client)
    html = client.get(step("about")).content.decode()
    assert 'name="email"' not in html
    assert client.post(step("about"), ABOUT).url == reverse("join-finish")
    client.get(reverse("join-finish"))
    assert Volunteer.objects.get().user == user


def test_a_volunteer_goes_to_the_profile_instead(client):
    client.force_login(VolunteerFactory().user)
    assert client.get(reverse("join")).url == reverse("profile")
    assert client.get(step("likes")).url == reverse("profile")
    assert client.get(reverse("join-finish")).url == reverse("profile")


def test_finishing_needs_someone_signed_in_and_all_answers(client):
    assert client.get(reverse("join-finish")).url.startswith(reverse("account_login"))
    client.force_login(UserFactory())
    assert client.get(reverse("join-finish")).url == step("likes")


def test_an_unknown_step_does_not_exist(client):
    assert client.get(step("something")).status_code == 404


def test_a_tampered_draft_is_an_empty_one(client):
    session = client.session
    session["join"] = "gAAAA-not-ours"
    session.save()
    assert client.get(step("likes")).status_code == 200
