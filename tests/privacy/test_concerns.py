"""A concern is read by the confidential officer and the named coordinator, and leaves no trace elsewhere.

Markers are planted in everything that is told and noted. Every address of the project, the Django admin with
it, is read by every person of the matrix and by a superuser; then what is stored outside the concern's own
tables, the mails, the live signals and the logs are searched.
"""

import json
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from events.models import EventRecord
from events.worker import Worker
from notifications.live.groups import groups_of, officers
from notifications.models import LiveSignal, Notice
from people.enums import Role
from safeguarding import services
from safeguarding.enums import ConcernState, ConcernSubject, Danger, Party
from safeguarding.models import Concern, ConcernRead
from tests.access.test_matrix import address, methods_of
from tests.access.world import ACTORS, World, all_routes
from tests.factories.people import UserFactory, sign_in_by_code, staff
from tests.privacy.everything import text_of
from tests.privacy.readings import readings
from tests.privacy.test_before_agreement import log_lines  # noqa: F401  (a fixture)
from tests.refusing import drawn_once

pytestmark = pytest.mark.django_db
MARKERS = {
    "story": "Qxzverhaal",
    "about": "Qxzpersoon",
    "name": "Qxzmelder",
    "phone": "+31612399887",
    "phone as shown": "06 12399887",
    "email": "qxzmelder@voorbeeld.nl",
    "note": "Qxznotitie",
    "hand-over": "Qxzoverdracht",
    "reason": "Qxzafsluiting",
}
OWN_TABLES = {"safeguarding_concern", "safeguarding_concernnote", "safeguarding_concernread"}
# Pages of libraries, and the description of the API: made of code alone.
NO_PEOPLE = ("account/", "_allauth/", "beheer/", "api/v1/openapi.json", "api/v1/docs")
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Planted:
    """A world with one concern about the helper's request, told and worked on in marked words."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.officer: Any = self.world.people["officer"]
        self.coordinator: Any = self.world.people["coordinator"]
        self.concern = services.report_concern(
            self.world.volunteer.centre,
            story=MARKERS["story"],
            subject=ConcernSubject.VOLUNTEER,
            danger=Danger.YES,
            about=MARKERS["about"],
            name=MARKERS["name"],
            phone=MARKERS["phone"],
            email=MARKERS["email"],
            help_request=self.world.agreed.pk,
        )
        services.add_note(self.concern, MARKERS["note"], by=self.officer)
        services.hand_over_concern(
            self.concern, Party.VEILIG_THUIS, consent=False, text=MARKERS["hand-over"], by=self.officer
        )
        for state in (ConcernState.RECEIVED, ConcernState.ADVICE, ConcernState.WEIGHING):
            services.move_concern(self.concern, state, by=self.officer)
        services.move_concern(self.concern, ConcernState.HANDLED, text=MARKERS["reason"], by=self.officer)
        self.world.concern_id = self.concern.pk
        self.words = [*MARKERS.values(), self.concern.reference]

    def entrust(self) -> None:
        """Name the coordinator (before closing, so it is written straight into the table)."""
        Concern.objects.filter(pk=self.concern.pk).update(coordinator=self.coordinator)

    def found_in(self, text: str) -> list[str]:
        """The markers that occur in a text."""
        return [word for word in self.words if word in text]

    def read_by(self, user: Any) -> dict[str, list[str]]:
        """Every address with the markers it shows this person; only those that show one."""
        client = Client(raise_request_exception=False)
        if user.is_authenticated:
            sign_in_by_code(client, user)
        shown = {}
        with drawn_once():
            for route in all_routes():
                if route.startswith(NO_PEOPLE) or "GET" not in methods_of(route):
                    continue
                for _, response in readings(client, address(route, self.world)):
                    if found := self.found_in(text_of(response)):
                        shown[route] = found
        return shown


def may_read(person: str) -> bool:
    return person == "officer"


@pytest.mark.parametrize("part", range(4))
def test_no_page_and_no_answer_shows_it_to_anybody_else(world, part):
    planted = Planted(world)
    shown = {
        person: planted.read_by(planted.world.people[person])
        for person in ACTORS[part::4]
        if not may_read(person)
    }
    assert shown == {person: {} for person in shown}
    readers = set(planted.concern.reads.values_list("reader_id", flat=True))
    assert not readers


def test_a_superuser_finds_nothing_in_the_admin_either(world):
    planted = Planted(world)
    root = UserFactory(is_superuser=True, is_staff=True)
    assert planted.read_by(root) == {}
    client = Client()
    client.force_login(root, backend=BACKEND)
    seen = []
    for model in admin.site._registry:
        assert model._meta.db_table not in OWN_TABLES
        response = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        assert not planted.found_in(response.content.decode())
        seen.append(response.status_code)
    assert 200 in seen
    assert not planted.concern.reads.exists()


def test_the_officer_does_read_it_so_the_scan_is_no_empty_one(world):
    planted = Planted(world)
    shown = planted.read_by(planted.officer)
    assert set(shown) == {"zorgsignalen/<uuid:concern_id>/", "api/v1/concerns/<uuid:id>", "api/v1/concerns"}
    page = set(shown["zorgsignalen/<uuid:concern_id>/"])
    assert set(planted.words) - {MARKERS["phone as shown"]} <= page | {MARKERS["phone"]}
    # Lists name the code, and not a word of what was told; the page's own list shows what is still to do.
    assert shown["api/v1/concerns"] == [planted.concern.reference]
    # The page and the API: each of the looks left a row.
    assert ConcernRead.objects.filter(reader_id=planted.officer.pk).count() == 2


def test_a_named_coordinator_reads_it_too_and_leaves_a_row(world):
    planted = Planted(world)
    planted.entrust()
    shown = planted.read_by(planted.coordinator)
    assert {"zorgsignalen/<uuid:concern_id>/", "api/v1/concerns/<uuid:id>"} <= set(shown)
    assert ConcernRead.objects.filter(reader_id=planted.coordinator.pk).count() == 2
    assert not {route for route in shown if not route.startswith(("zorgsignalen", "api/v1/concerns"))}
    client = Client()
    client.force_login(planted.coordinator, backend=BACKEND)
    assert client.get("/api/v1/concern-reads").json()["items"] == []


def test_answers_may_not_be_kept(world):
    planted = Planted(world)
    client = Client()
    client.force_login(planted.officer, backend=BACKEND)
    for path in (f"/api/v1/concerns/{planted.concern.pk}", "/api/v1/concerns", "/api/v1/concern-reads"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
    for path in (
        reverse("concerns"),
        reverse("concern", args=[planted.concern.pk]),
        reverse("report-concern"),
    ):
        assert "no-store" in client.get(path).headers["Cache-Control"]


def test_what_is_stored_mailed_signalled_and_logged_elsewhere_holds_no_trace(world, log_lines):  # noqa: F811
    planted = Planted(world)
    client = Client()
    client.force_login(planted.officer, backend=BACKEND)
    client.get(reverse("concern", args=[planted.concern.pk]))
    client.post(reverse("concern-note", args=[planted.concern.pk]), {"text": MARKERS["note"]})
    anonymous = Client()
    told = {"danger": "no", "subject": "other", "story": MARKERS["story"], "email": MARKERS["email"]}
    anonymous.post(reverse("report-concern"), told)
    anonymous.post(reverse("report-concern"), told | {"phone": "geen nummer"})
    anonymous.post("/api/v1/concern-reports", {"story": MARKERS["story"]}, content_type="application/json")
    anonymous.get("/zoek", {"q": MARKERS["story"]})
    assert Concern.objects.count() == 4  # of the world, planted, by page and by API
    Worker().run_due()
    for table in connection.introspection.table_names():
        if table not in OWN_TABLES:
            assert not planted.found_in(_dump(table)), table
    assert not planted.found_in(" ".join(f"{each.subject} {each.body} {each.to}" for each in mail.outbox))
    assert mail.outbox, "a scan of no mails proves nothing"
    assert not planted.found_in(json.dumps(anonymous.session.__dict__, default=str))
    assert log_lines, "a scan of no lines proves nothing"
    assert not planted.found_in(" ".join(line for line in log_lines if "q=" not in line))


def _dump(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return str(cursor.fetchall())


def test_its_own_tables_hold_nothing_readable(world):
    Planted(world)
    for table in OWN_TABLES:
        text = _dump(table)
        assert not [word for word in MARKERS.values() if word in text], table


def test_nothing_of_it_names_the_one_it_is_about_or_who_reported(world):
    fields = {
        field.name: field.related_model
        for model in ("Concern", "ConcernNote", "ConcernRead")
        for field in apps.get_model("safeguarding", model)._meta.get_fields()
        if field.is_relation
    }
    assert {model.__name__ for model in fields.values()} == {
        "Centre",
        "User",
        "Concern",
        "ConcernNote",
        "ConcernRead",
    }
    planted = Planted(world)
    events = EventRecord.objects.filter(payload__concern_id=str(planted.concern.pk))
    assert {actor for actor in events.values_list("actor_id", flat=True) if actor} == {planted.officer.pk}
    assert not Notice.objects.filter(object_id=planted.concern.pk).exists()


def test_only_officers_hear_that_something_came_in(world):
    second = staff(Role.CONFIDENTIAL_OFFICER, world.volunteer.centre)
    Worker().run_due()
    mail.outbox.clear()
    before = LiveSignal.objects.latest("id").pk
    concern = services.report_concern(world.volunteer.centre, story="Qxz")
    Worker().run_due()
    heard = set(LiveSignal.objects.filter(id__gt=before).values_list("group", "topic", "object_id"))
    group = officers(world.volunteer.centre_id)
    assert heard == {(group, "concern", "")}
    hearing = {person for person in ACTORS if group in groups_of(world.people[person], {})}
    assert hearing == {"officer"}
    assert sorted(to for each in mail.outbox for to in each.to) == sorted(
        [world.people["officer"].email, second.email]
    )
    for each in mail.outbox:
        whole = f"{each.subject} {each.body}".replace(f"{settings.BASE_URL}/zorgsignalen/", "")
        assert not any(word in whole.lower() for word in ("zorg", "gevaar", concern.reference.lower()))


def test_without_an_officer_an_administrator_is_asked_to_appoint_one(world, clock):
    world.people["officer"].role_grants.update(ended_at=clock.now())
    Worker().run_due()
    mail.outbox.clear()
    services.report_concern(world.volunteer.centre, story="Qxz")
    Worker().run_due()
    (sent,) = mail.outbox
    assert sent.to == [world.people["administrator"].email]
    assert "zorgsignalen" not in sent.body
