"""The confidential officer at work: list, steps, record, hand-over, on pages and through the API."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.enums import Role
from safeguarding.enums import ConcernState, NoteKind
from safeguarding.models import Concern
from safeguarding.services import entrust_concern, report_concern
from tests.factories.people import CentreFactory, CoordinatorFactory, staff

pytestmark = pytest.mark.django_db
STORY = "Mevrouw zit zonder verwarming."


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def officer(centre):
    return staff(Role.CONFIDENTIAL_OFFICER, centre, name="Hanneke Postma")


@pytest.fixture
def desk(client, officer):
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def concern(centre, clock):
    return report_concern(centre, story=STORY, name="Karin")


def post(desk, name, concern, *args, **data):
    return desk.post(reverse(name, args=[concern.pk, *args]), data)


def test_the_list_names_the_code_and_says_nothing(desk, concern, centre):
    other = report_concern(CentreFactory(), story=STORY)
    page = desk.get(reverse("concerns")).content.decode()
    assert concern.reference in page
    assert other.reference not in page
    assert STORY not in page
    assert "Karin" not in page
    assert not concern.reads.exists()


def test_lists_cost_the_same_for_one_and_for_three(desk, concern, centre):
    counts = []
    for more in (0, 2):
        for _ in range(more):
            entrust_concern(
                report_concern(centre, story=STORY),
                CoordinatorFactory(centre),
                by=staff(Role.CONFIDENTIAL_OFFICER, centre),
            )
        with CaptureQueriesContext(connection) as made:
            desk.get(reverse("concerns"))
        counts.append(len([query for query in made if "concern" in query["sql"]]))
    assert counts == [2, 2]  # how many, and those of the page


def test_from_opening_to_closing(desk, concern, officer):
    opened = desk.get(reverse("concern", args=[concern.pk]))
    assert STORY in opened.content.decode()
    assert post(desk, "concern-step", concern, "received").status_code == 302
    assert post(desk, "concern-note", concern, text="Gebeld.").status_code == 302
    post(desk, "concern-step", concern, "advice", text="Veilig Thuis gebeld.")
    post(desk, "concern-step", concern, "weighing")
    assert post(desk, "concern-hand-over", concern, party="police", consent="no", text="").status_code == 422
    post(desk, "concern-hand-over", concern, party="police", consent="no", text="Gevaar")
    assert post(desk, "concern-step", concern, "passed_on", text=" ").status_code == 422
    post(desk, "concern-step", concern, "passed_on", text="De politie is ermee bezig.")
    concern.refresh_from_db()
    assert concern.state == ConcernState.PASSED_ON
    kinds = [line.kind for line in concern.notes.all()]
    assert kinds == [
        NoteKind.STEP,
        NoteKind.NOTE,
        NoteKind.STEP,
        NoteKind.STEP,
        NoteKind.HANDED_OVER,
        NoteKind.STEP,
    ]
    page = desk.get(reverse("concern", args=[concern.pk])).content.decode()
    for words in ("Gebeld.", "Politie", "zonder toestemming", "Hanneke Postma", "Wie dit heeft gelezen"):
        assert words in page
    assert concern.reference not in desk.get(reverse("concerns")).content.decode()
    assert concern.reference in desk.get(reverse("concerns"), {"lijst": "dicht"}).content.decode()


def test_what_has_no_place_in_the_table_is_refused(desk, concern):
    assert post(desk, "concern-step", concern, "weighing").status_code == 409
    assert post(desk, "concern-step", concern, "reported").status_code == 404
    assert post(desk, "concern-step", concern, "vergeten").status_code == 404
    concern.refresh_from_db()
    assert concern.state == ConcernState.REPORTED


def test_entrusting_to_a_coordinator_and_back(desk, concern, centre):
    named = CoordinatorFactory(centre, name="Marloes")
    assert post(desk, "concern-entrust", concern, coordinator=CoordinatorFactory().pk).status_code == 422
    post(desk, "concern-entrust", concern, coordinator=named.pk)
    theirs = Client()
    theirs.force_login(named, backend="django.contrib.auth.backends.ModelBackend")
    page = theirs.get(reverse("concern", args=[concern.pk])).content.decode()
    assert STORY in page
    assert "Wie dit heeft gelezen" not in page
    assert reverse("concern-note", args=[concern.pk]) in page
    assert reverse("concern-hand-over", args=[concern.pk]) not in page
    assert post(theirs, "concern-note", concern, text="Ik ga langs.").status_code == 302
    assert post(theirs, "concern-step", concern, "received").status_code == 404
    assert (
        "entrusted to Marloes"
        in desk.get(reverse("concern", args=[concern.pk]), headers={"accept-language": "en"}).content.decode()
    )
    post(desk, "concern-entrust", concern, coordinator="")
    assert theirs.get(reverse("concern", args=[concern.pk])).status_code == 404
    assert theirs.get(reverse("concerns")).status_code == 404


def test_every_showing_is_noted_also_after_a_mistake(desk, concern, officer):
    desk.get(reverse("concern", args=[concern.pk]))
    post(desk, "concern-note", concern, text="")
    assert [read.reader_id for read in concern.reads.all()] == [officer.pk] * 2


class TestTheApi:
    def call(self, desk, concern, verb, **body):
        return desk.post(f"/api/v1/concerns/{concern.pk}/{verb}", body, content_type="application/json")

    def test_the_same_steps(self, desk, concern, centre, officer):
        (row,) = desk.get("/api/v1/concerns").json()["items"]
        assert "told" not in row
        assert not concern.reads.exists()
        whole = desk.get(f"/api/v1/concerns/{concern.pk}").json()
        assert whole["told"]["story"] == STORY
        assert self.call(desk, concern, "step", state="received").json()["state"] == "received"
        assert self.call(desk, concern, "step", state="received").status_code == 409
        assert self.call(desk, concern, "note", text="Gebeld.").status_code == 201
        named = CoordinatorFactory(centre)
        assert self.call(desk, concern, "entrust", coordinator=str(named.pk)).json()["coordinator"] == str(
            named.pk
        )
        assert self.call(desk, concern, "hand-over", party="police", consent=False).status_code == 422
        given = self.call(desk, concern, "hand-over", party="veilig_thuis", consent=True)
        assert given.json()["party"] == "veilig_thuis"
        lines = desk.get(f"/api/v1/concerns/{concern.pk}").json()["lines"]
        assert [line["kind"] for line in lines] == ["step", "note", "assigned", "handed_over"]
        (second, first) = desk.get("/api/v1/concern-reads").json()["items"]
        assert (first["reader"], first["via"], second["concern"]) == (str(officer.pk), "api", str(concern.pk))

    def test_closing_says_why(self, desk, concern):
        Concern.objects.filter(pk=concern.pk).update(state=ConcernState.WEIGHING)
        assert self.call(desk, concern, "step", state="handled").status_code == 422
        closed = self.call(desk, concern, "step", state="handled", text="Het gaat beter.").json()
        assert closed["closedAt"]
        assert self.call(desk, concern, "entrust", coordinator=None).status_code == 409
