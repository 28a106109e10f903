"""The frame of every page: who sees which way, the phone number, where one starts, the language."""

from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.urls import reverse

from backend.context import ENTRIES, VISITOR_ENTRIES, Shell, address_of
from people.enums import Role
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

pytestmark = pytest.mark.django_db


class Links(HTMLParser):
    """The addresses of all links, and those that say where one is."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.all: list[str] = []
        self.current: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "a" and values.get("href"):
            self.all.append(values["href"])
            if values.get("aria-current") == "page":
                self.current.append(values["href"])


def links(client, path: str) -> Links:
    return Links(client.get(path).content.decode())


def test_every_place_in_the_navigation_exists():
    names = {entry.url_name for entry in (*ENTRIES, *VISITOR_ENTRIES)}
    assert {name for name in names if address_of(name) is None} == set()


def test_an_entry_of_an_app_that_is_not_served_is_left_out():
    assert address_of("no-such-page") is None


def test_a_visitor_finds_three_doors_and_the_way_in(client):
    found = links(client, "/").all
    assert {reverse("ask-help"), reverse("join"), reverse("account_login")} <= set(found)
    assert reverse("desk") not in found


@pytest.mark.parametrize(
    ("role", "own", "foreign"),
    [
        (Role.COORDINATOR, "desk", "volunteer-home"),
        (Role.RESIDENT, "my-requests", "desk"),
        (Role.ANALYST, "inbox", "desk"),
        (Role.TRAINER, "profile", "my-requests"),
    ],
)
def test_people_see_the_ways_of_their_roles_only(client, role, own, foreign):
    client.force_login(staff(role), backend="django.contrib.auth.backends.ModelBackend")
    found = links(client, "/").all
    assert reverse(own) in found
    assert reverse(foreign) not in found


def test_only_an_administrator_sees_the_administration(client):
    client.force_login(CoordinatorFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert reverse("admin:index") not in links(client, "/").all
    client.force_login(staff(Role.ADMINISTRATOR), backend="django.contrib.auth.backends.ModelBackend")
    assert reverse("admin:index") not in links(client, "/").all, "its door would stay shut"
    client.force_login(
        staff(Role.ADMINISTRATOR, is_staff=True), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert reverse("admin:index") in links(client, "/").all


def test_only_volunteers_have_a_bar_at_the_bottom_of_their_phone(client):
    client.force_login(CoordinatorFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert "sk-bottom" not in client.get("/").content.decode()
    volunteer = VolunteerFactory()
    client.force_login(volunteer.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/").content.decode()
    assert page.count('<nav class="sk-bottom"') == 1
    bar = page.split('<nav class="sk-bottom"')[1].split("</nav>")[0]
    assert Links(bar).all == [
        reverse(name) for name in ("volunteer-home", "near-me", "agreements", "inbox", "profile")
    ]


def test_the_page_one_is_on_is_marked(client):
    client.force_login(VolunteerFactory().user, backend="django.contrib.auth.backends.ModelBackend")
    assert set(links(client, reverse("near-me")).current) >= {reverse("near-me")}
    assert reverse("agreements") not in links(client, reverse("near-me")).current


@pytest.mark.parametrize("path", ["/", "/privacy/", "/toegankelijkheid/", "/offline/", "/nergens/"])
def test_the_number_of_the_centre_is_on_every_page(client, path):
    CentreFactory(phone="030 765 43 21")
    page = client.get(path).content.decode()
    assert "030 765 43 21" in page
    assert "tel:+31307654321" in page


def test_what_stays_on_the_device_is_the_page_of_a_visitor(client):
    client.force_login(CoordinatorFactory(), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/offline/").content.decode()
    assert reverse("desk") not in Links(page).all
    assert "X-CSRFToken" not in page
    assert "data-visitor" not in page, "it would take away the lessons that are kept for on the way"
    assert "data-visitor" not in client.get("/privacy/").content.decode()
    client.logout()
    assert "data-visitor" in client.get("/privacy/").content.decode()


def test_people_see_the_number_of_their_own_centre(client):
    CentreFactory(code=1, phone="030 111 11 11")
    own = CentreFactory(code=2, phone="030 222 22 22")
    client.force_login(CoordinatorFactory(own), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/").content.decode()
    assert "030 222 22 22" in page
    assert "030 111 11 11" not in page


def test_a_page_without_any_centre_still_stands(client):
    assert client.get("/").status_code == 200


def test_the_frame_reads_nothing_until_it_is_asked(rf, django_assert_num_queries):
    request = rf.get("/")
    request.user = UserFactory()
    with django_assert_num_queries(0):
        Shell(request)


def test_home_costs_a_visitor_one_query_and_a_volunteer_a_handful(client, django_assert_num_queries):
    volunteer = VolunteerFactory()
    with django_assert_num_queries(1):
        client.get("/")
    client.force_login(volunteer.user, backend="django.contrib.auth.backends.ModelBackend")
    # Session, account, grants, unread messages, centre.
    with django_assert_num_queries(5):
        client.get("/")


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.COORDINATOR, "desk"),
        (Role.CONFIDENTIAL_OFFICER, "concerns"),
        (Role.ADMINISTRATOR, "desk"),
        (Role.VOLUNTEER, "volunteer-home"),
        (Role.RESIDENT, "my-requests"),
        (Role.REPRESENTATIVE, "my-requests"),
        (Role.ANALYST, "what-ifs"),
    ],
)
def test_everyone_starts_where_their_work_is(client, role, place):
    client.force_login(staff(role), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/start/").url == reverse(place)


@pytest.mark.parametrize("role", Role)
def test_everything_in_someones_menu_and_where_they_start_opens(client, role):
    is_staff = role == Role.ADMINISTRATOR
    user = VolunteerFactory().user if role == Role.VOLUNTEER else staff(role, is_staff=is_staff)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    shell = client.get("/").context["shell"]
    ways = [*(item.url for item in shell.navigation), client.get("/start/").url]
    opened = {way: client.get(way, follow=True).status_code for way in ways}
    assert opened == dict.fromkeys(ways, 200)


def test_an_officer_has_no_desk_and_finds_what_they_decide(client):
    client.force_login(staff(Role.CONFIDENTIAL_OFFICER), backend="django.contrib.auth.backends.ModelBackend")
    found = links(client, "/").all
    assert {reverse("concerns"), reverse("screening-desk")} <= set(found)
    assert reverse("desk") not in found


def test_someone_without_a_role_is_invited(client):
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/start/").url == reverse("join")


def test_a_visitor_signs_in_before_starting(client):
    assert client.get("/start/").url == f"{reverse('account_login')}?next=/start/"


def test_the_language_one_chooses_is_spoken_and_remembered(client):
    user = UserFactory()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("language"), {"language": "en", "next": "/"})
    assert '<html lang="en"' in client.get("/").content.decode()
    user.refresh_from_db()
    assert user.language == "en"


def test_an_unknown_language_is_not_remembered(client):
    user = UserFactory()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("language"), {"language": "xx", "next": "/"})
    user.refresh_from_db()
    assert user.language == "nl"


def test_signing_in_brings_ones_own_language_along(client):
    client.force_login(UserFactory(language="en"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/start/").cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_a_language_chosen_on_this_device_stays(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    client.force_login(UserFactory(language="en"), backend="django.contrib.auth.backends.ModelBackend")
    assert settings.LANGUAGE_COOKIE_NAME not in client.get("/start/").cookies


def test_the_gallery_is_for_makers_only(client, settings):
    settings.DEMO_TOWN = settings.DEBUG = False
    assert client.get("/stijl/").status_code == 404
    settings.DEMO_TOWN = True
    assert client.get("/stijl/").status_code == 200


def test_a_phone_can_install_the_site(client):
    manifest = client.get("/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    assert manifest.json()["start_url"] == "/start/"
    assert {icon["purpose"] for icon in manifest.json()["icons"]} == {"any", "maskable"}


def test_finders_of_a_leak_know_where_to_write(client, clock, settings):
    settings.SECURITY_CONTACT = "mailto:veilig@voorbeeld.nl"
    text = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:veilig@voorbeeld.nl\n" in text
    assert "Expires: 2026-03-30T" in text


def test_search_engines_stay_out_of_accounts(client):
    assert "Disallow: /account/\n" in client.get("/robots.txt").content.decode()


def test_the_favicon_is_found(client):
    assert client.get("/favicon.ico").url.startswith("/static/img/favicon")


def test_the_header_holds_the_first_places_and_the_menu_all(client):
    client.force_login(VolunteerFactory().user)
    places = client.get("/").context["shell"].navigation
    in_header = [item for item in places if item.in_header]
    assert 4 <= len(in_header) < len(places)
    assert sum(len(str(item.label)) + 3 for item in in_header) <= 62
    assert {reverse("inbox"), reverse("profile"), reverse("volunteer-home")} <= {
        item.url for item in in_header
    }


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ("http://testserver/vacatures/?woord=tuin", "/vacatures/?woord=tuin"),
        ("https://elders.example/vacatures/", "/zorg-melden/"),
        ("http://testserver//elders.example/", "/%2Felders.example/"),
        ("", "/zorg-melden/"),
    ],
)
def test_the_answer_to_a_form_goes_by_the_address_of_its_page(client, before, found):
    """An address that only takes forms has nothing to be asked for again; never the page of another site."""
    page = client.post(reverse("report-concern"), headers={"referer": before}).content.decode()
    assert f'data-posted="{found}"' in page
    assert page.count(f'name="next" value="{found}"') == 2
    assert "data-posted" not in client.get(reverse("report-concern")).content.decode()
