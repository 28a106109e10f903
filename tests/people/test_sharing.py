"""A coordinator looks at a resident of another centre: one record, consent, reason, time; all sides know."""

import pytest
from django.urls import reverse

from common.errors import Forbidden, InvalidInput, InvalidTransition
from events.worker import Worker
from notifications.models import Notice
from people.enums import Role, SaidYes, SharedFor, Why
from people.errors import ConsentNeeded, NobodyElsewhere
from people.models import AccessLog, Resident, RoleGrant, SharedRecord, User
from people.queries import residents_shared_with
from people.services import end_role, end_share, share_record, suspend_user, withdraw_consent
from people.services.retention import delete_what_is_due
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    RepresentativeFactory,
    ResidentFactory,
    UserFactory,
    staff,
)

pytestmark = pytest.mark.django_db
PHONE = "06 12312312"


@pytest.fixture
def home():
    return CentreFactory()


@pytest.fixture
def resident(clock, home):
    return ResidentFactory(
        centre=home, name="Qxzander", phone="+31612312312", email="qx@voorbeeld.nl", user=UserFactory()
    )


@pytest.fixture
def reader():
    return CoordinatorFactory(name="Marloes")


def share(reader, **changes):
    values = {
        "reach": PHONE,
        "reason": SharedFor.STAYS_HERE,
        "note": "Logeert bij haar zoon, vraagt een rit.",
        "said_yes": SaidYes.PHONE,
        "consented": True,
    }
    centre = RoleGrant.objects.get(user=reader, role=Role.COORDINATOR).centre
    return share_record(centre, by=reader, **values | changes)


def opens(reader, resident):
    """Whether the page, the API and the rules let them look; they never differ."""
    from django.test import Client

    reader = User.objects.get(pk=reader.pk)
    client = Client()
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("resident", args=[resident.pk]))
    api = client.get(f"/api/v1/residents/{resident.pk}")
    rules = reader.has_perm("people.view_resident", resident)
    assert {page.status_code == 200, api.status_code == 200} == {rules}
    if rules:
        assert "06 12312312" in page.content.decode()
    return rules


class TestOpening:
    def test_opens_one_record_and_no_other(self, resident, reader):
        other = ResidentFactory(centre=resident.centre)
        assert not opens(reader, resident)
        share(reader)
        assert opens(reader, resident)
        assert not opens(reader, other)
        colleague = CoordinatorFactory(reader.role_grants.get().centre)
        assert not opens(colleague, resident)
        assert not opens(CoordinatorFactory(), resident)

    def test_it_is_a_look_and_nothing_more(self, resident, reader, client):
        share(reader)
        client.force_login(reader)
        for part in ("contact", "home", "about"):
            assert client.get(reverse("resident-edit", args=[resident.pk, part])).status_code == 404
        changed = client.patch(
            f"/api/v1/residents/{resident.pk}", {"name": "Anders"}, content_type="application/json"
        )
        assert changed.status_code == 404
        assert client.get(reverse("rights-for", args=["inwoner", resident.pk])).status_code == 404
        assert client.get("/api/v1/residents").json()["items"] == []
        assert "Qxzander" not in client.get(reverse("residents")).content.decode()

    @pytest.mark.parametrize(
        "changes",
        [
            {"reach": "06 11111111"},
            {"reach": "anders@voorbeeld.nl"},
            {"reach": "geen nummer"},
            {"reach": ""},
            {"note": "  "},
            {"note": "x" * 301},
            {"note": "BSN 111222333"},
            {"consented": False},
        ],
    )
    def test_not_without_the_exact_number_a_reason_and_a_yes(self, resident, reader, changes):
        with pytest.raises(InvalidInput):
            share(reader, **changes)
        assert not SharedRecord.objects.exists()
        assert not opens(reader, resident)

    def test_not_of_who_took_consent_back(self, resident, reader):
        share(reader, reach="QX@voorbeeld.nl")
        assert opens(reader, resident)
        withdraw_consent(resident, by=None)
        assert not opens(reader, resident)
        with pytest.raises(NobodyElsewhere):
            share(reader)

    def test_only_coordinators_ask_and_only_for_their_own_centre(self, resident, reader):
        officer = staff(Role.CONFIDENTIAL_OFFICER)
        for by, centre in ((officer, officer.role_grants.get().centre), (reader, CentreFactory())):
            with pytest.raises(Forbidden):
                share_record(
                    centre,
                    reach=PHONE,
                    reason=SharedFor.MOVES,
                    note="Verhuist.",
                    said_yes=SaidYes.MET,
                    consented=True,
                    by=by,
                )

    def test_of_ones_own_centre_there_is_nothing_to_ask(self, resident):
        with pytest.raises(NobodyElsewhere):
            share(CoordinatorFactory(resident.centre))

    def test_saying_yes_is_not_for_staff_to_skip(self, resident, reader):
        with pytest.raises(ConsentNeeded):
            share(reader, consented=False)


class TestEnding:
    def test_it_ends_by_itself(self, resident, reader, clock, settings):
        share(reader)
        clock.forward(days=settings.SHARED_RECORD_DAYS, seconds=-1)
        assert opens(reader, resident)
        clock.forward(seconds=1)
        assert not opens(reader, resident)

    def test_asking_again_gives_it_a_new_end(self, resident, reader, clock):
        share(reader)
        clock.forward(days=5)
        share(reader)
        clock.forward(days=5)
        assert opens(reader, resident)
        assert SharedRecord.objects.filter(ended_at=None).count() == 1

    @pytest.mark.parametrize("how", ["role", "suspended"])
    def test_it_ends_with_the_role_of_who_looks(self, resident, reader, how):
        share(reader)
        if how == "role":
            end_role(reader.role_grants.get(), by=None)
        else:
            suspend_user(reader, by=None)
        assert not residents_shared_with(User.objects.get(pk=reader.pk)).exists()

    @pytest.mark.parametrize("who", ["resident", "representative", "home", "reader"])
    def test_every_side_can_end_it(self, resident, reader, client, who):
        made = share(reader)
        by = {
            "resident": lambda: resident.user,
            "representative": lambda: RepresentativeFactory(resident=resident).user,
            "home": lambda: CoordinatorFactory(resident.centre),
            "reader": lambda: reader,
        }[who]()
        client.force_login(by)
        assert client.post(reverse("share-end", args=[made.pk]), follow=True).status_code == 200
        assert not opens(reader, resident)
        with pytest.raises(InvalidTransition):
            end_share(made, by=by)

    def test_nobody_else_can(self, resident, reader, client):
        made = share(reader)
        for other in (
            UserFactory(),
            CoordinatorFactory(reader.role_grants.get().centre),
            CoordinatorFactory(),
        ):
            with pytest.raises(Forbidden):
                end_share(made, by=other)
            client.force_login(other)
            assert client.post(reverse("share-end", args=[made.pk])).status_code == 404


class TestWhoKnows:
    def test_resident_and_home_are_told_and_see_who_why_and_that_they_looked(self, resident, reader, client):
        coordinator = CoordinatorFactory(resident.centre)
        acting = RepresentativeFactory(resident=resident).user
        share(reader)
        Worker().run_due()
        told = dict(Notice.objects.values_list("user_id", "kind"))
        assert told == {
            resident.user_id: "record_shared",
            acting.pk: "record_shared",
            coordinator.pk: "resident_shared",
        }
        assert opens(reader, resident)
        log = AccessLog.objects.get()
        assert (log.reader_id, log.subject_id, log.why) == (reader.pk, resident.pk, Why.ELSEWHERE)
        for user, url in (
            (resident.user, reverse("my-rights")),
            (coordinator, reverse("resident", args=[resident.pk])),
        ):
            client.force_login(user)
            page = client.get(url, headers={"accept-language": "nl"}).content.decode()
            assert "Logeert bij haar zoon" in page
            assert "Marloes" in page
            opened = client.get(reverse("notice", args=[Notice.objects.get(user=user).pk]))
            assert opened.url == url
        client.force_login(resident.user)
        assert "andere centrale, met toestemming" in client.get(reverse("my-rights")).content.decode()

    def test_what_was_asked_goes_after_its_term_and_with_the_person(self, resident, reader, clock, settings):
        share(reader)
        clock.forward(days=settings.SHARED_RECORD_DAYS + settings.READ_LOG_KEPT_DAYS)
        delete_what_is_due()
        assert SharedRecord.objects.exists()
        clock.forward(seconds=1)
        delete_what_is_due()
        assert not SharedRecord.objects.exists()


def test_page_and_api_open_it_and_fishing_soon_ends(resident, reader, client):
    client.force_login(reader)
    answers = {
        "reach": PHONE,
        "reason": "moves",
        "note": "Komt hier wonen.",
        "said_yes": "met",
        "consented": "on",
    }
    url = reverse("share-new")
    assert client.get(url).status_code == 200
    assert client.post(url, answers | {"reach": "06 11111111"}).status_code == 422
    assert client.post(url, answers | {"consented": ""}).status_code == 422
    assert client.post(url, answers).url == reverse("resident", args=[resident.pk])
    centre = str(reader.role_grants.get().centre_id)
    body = {name: answers[name] for name in ("reach", "reason", "note")}
    body |= {"consented": True, "saidYes": "met", "centre": centre}
    made = client.post("/api/v1/shared-records", body, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["running"] is True
    ended = client.post(f"/api/v1/shared-records/{made.json()['id']}/end")
    assert ended.json()["running"] is False
    for _ in range(20):
        last = client.post(url, answers | {"reach": "06 11111111"})
    assert last.status_code == 429
    assert client.post("/api/v1/shared-records", body, content_type="application/json").status_code == 429
    assert Resident.objects.count() == 1
