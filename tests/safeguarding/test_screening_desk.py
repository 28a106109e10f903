"""The desk's lists of screenings, deciding together, what is asked, and the volunteer's own page."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.worker import Worker
from notifications.models import Notice
from people.enums import HelpCategory, Role
from safeguarding import queries, services
from safeguarding.enums import DecisionOutcome, DecisionReason, Requirement, ScreeningState
from safeguarding.models import Screening
from tests.factories.people import CentreFactory, CoordinatorFactory, VolunteerFactory, screen, staff

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 3)
R = Requirement


@pytest.fixture
def centre(clock):
    return CentreFactory()


@pytest.fixture
def coordinator(centre):
    return CoordinatorFactory(centre, name="Marloes")


@pytest.fixture
def officer(centre):
    return staff(Role.CONFIDENTIAL_OFFICER, centre, name="Hanneke")


def browser(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def pets(centre, **fields):
    """A volunteer whose kinds of help ask for no certificate."""
    return VolunteerFactory(centre=centre, skills=HelpCategory.to_mask([HelpCategory.PETS]), **fields)


class TestTheLists:
    def test_each_volunteer_is_where_the_screening_asks_for_something(self, centre):
        lacking, done = VolunteerFactory(centre=centre), VolunteerFactory(centre=centre, screened=True)
        content = pets(centre)
        screen(content, R.TALK, R.CODE_OF_CONDUCT)
        found = {
            key: VolunteerFactory(centre=centre, screened=True)
            for key in ("begun", "ending", "renewed", "over")
        }
        vogs = {key: Screening.objects.get(volunteer=each, requirement=R.VOG) for key, each in found.items()}
        values = {
            "begun": {"state": ScreeningState.IN_PROGRESS},
            "ending": {"valid_until": TODAY + timedelta(days=10)},
            "renewed": {"valid_until": TODAY + timedelta(days=10), "started_on": TODAY},
            "over": {"valid_until": TODAY - timedelta(days=1)},
        }
        for key, row in vogs.items():
            Screening.objects.filter(pk=row.pk).update(**values[key])
        VolunteerFactory()
        lists = queries.screening_lists([centre.pk], TODAY)
        assert {key: set(rows) for key, rows in lists.items()} == {
            "required": {lacking},
            "in_progress": {found["begun"], found["renewed"]},
            "expiring": {found["ending"]},
            "expired": {found["over"]},
            "decided": set(),
        }
        assert done not in lists["required"]

    def test_a_page_costs_the_same_for_one_and_for_three(self, centre, coordinator):
        desk, counts = browser(coordinator), []
        for more in (1, 2):
            for _ in range(more):
                VolunteerFactory(centre=centre)
            with CaptureQueriesContext(connection) as made:
                assert desk.get(reverse("screening-desk")).status_code == 200
            counts.append(len([query for query in made if "safeguarding" in query["sql"]]))
        # What the centre asks, five counts, how many there are and those of the page, their steps.
        assert counts == [9, 9]


class TestActing:
    def act(self, user, volunteer, step, verb, **data):
        return browser(user).post(reverse("screening-act", args=[volunteer.pk, step, verb]), data)

    def test_ask_begin_and_seen(self, centre, coordinator):
        volunteer = VolunteerFactory(centre=centre)
        acts = {"vragen": "required", "bezig": "in_progress", "gezien": "valid"}
        for verb, state in acts.items():
            answer = self.act(coordinator, volunteer, "talk", verb, lijst="bezig")
            assert answer.url == reverse("screening-of", args=[volunteer.pk]) + "?lijst=bezig"
            assert Screening.objects.get().state == state

    def test_a_certificate_is_not_seen_without_its_number(self, centre, coordinator):
        volunteer = VolunteerFactory(centre=centre)
        assert self.act(coordinator, volunteer, "vog", "gezien").status_code == 422
        page = browser(coordinator).get(reverse("screening-of", args=[volunteer.pk])).content.decode()
        assert reverse("screening-act", args=[volunteer.pk, "vog", "gezien"]) not in page
        assert reverse("screening-act", args=[volunteer.pk, "talk", "gezien"]) in page

    def test_deciding_together(self, centre, coordinator, officer):
        volunteer = VolunteerFactory(centre=centre, screened=True)
        told = {"outcome": "blocked", "reason": "conduct"}
        assert self.act(coordinator, volunteer, "talk", "voorstellen", **told).status_code == 302
        Worker().run_due()
        assert Notice.objects.get(kind="decision_asked").user == officer
        assert not Notice.objects.filter(user=volunteer.user).exists()
        decision = queries.decisions_in_scope(officer).get()
        mine = browser(coordinator).get(reverse("screening-of", args=[volunteer.pk])).content.decode()
        assert reverse("screening-decide", args=[decision.pk, "eens"]) not in mine
        assert reverse("screening-decide", args=[decision.pk, "terug"]) in mine
        assert (
            browser(coordinator).post(reverse("screening-decide", args=[decision.pk, "eens"])).status_code
            == 403
        )
        theirs = browser(officer)
        assert (
            reverse("screening-decide", args=[decision.pk, "eens"])
            in theirs.get(reverse("screening-of", args=[volunteer.pk])).content.decode()
        )
        theirs.post(reverse("screening-decide", args=[decision.pk, "eens"]))
        assert Screening.objects.get(volunteer=volunteer, requirement=R.TALK).state == ScreeningState.BLOCKED
        Worker().run_due()
        assert Notice.objects.filter(user=volunteer.user, kind="screening_decided").exists()
        page = browser(volunteer.user).get(reverse("my-screening")).content.decode()
        assert "De gedragscode is overtreden" in page
        assert "Bel de centrale" in page

    def test_a_reason_that_does_not_fit_is_said(self, centre, coordinator):
        volunteer = VolunteerFactory(centre=centre, screened=True)
        assert (
            self.act(
                coordinator, volunteer, "talk", "voorstellen", outcome="blocked", reason="mistake"
            ).status_code
            == 422
        )


class TestOnesOwnPage:
    def page(self, volunteer):
        return browser(volunteer.user).get(reverse("my-screening")).content.decode()

    def test_it_says_what_to_do_next_and_what_waits(self, centre, coordinator):
        volunteer = VolunteerFactory(centre=centre, skills=HelpCategory.to_mask([HelpCategory.TRANSPORT]))
        screen(volunteer, R.TALK, R.CODE_OF_CONDUCT)
        page = self.page(volunteer)
        assert "Dit is in orde." in page
        assert "Jij maakt hem af op de site van Justis" in page
        assert "Het kost je niets." not in page
        assert "Deze hulp wacht tot je stappen in orde zijn" in page
        services.record_free_vog(
            centre, with_vulnerable_people=True, not_for_profit=True, integrity_policy=True, by=coordinator
        )
        assert "Het kost je niets." in self.page(volunteer)
        screen(volunteer, R.VOG)
        assert "Deze hulp wacht" not in self.page(volunteer)

    def test_the_next_step_stands_on_top_until_there_is_none(self, centre, coordinator):
        """Where it stands is one thing; what one does oneself, and when nothing, is what people ask."""
        volunteer = VolunteerFactory(centre=centre, skills=HelpCategory.to_mask([HelpCategory.TRANSPORT]))

        def top():
            return self.page(volunteer).partition('id="next-step"')[2].partition("</div></div>")[0]

        assert "Wat je nu doet: Kennismakingsgesprek" in top()
        assert "Bel of mail de centrale voor een moment" in top()
        screen(volunteer, R.TALK, R.CODE_OF_CONDUCT)
        assert "Wat je nu doet: Verklaring Omtrent het Gedrag (VOG)" in top()
        assert "2 van de 3 stappen zijn in orde." in self.page(volunteer)
        services.record_screening(volunteer, R.VOG, state=ScreeningState.IN_PROGRESS, by=coordinator)
        assert "Maak hem af in de e-mail van Justis" in top()
        services.record_screening(volunteer, R.VOG, number="123456", by=coordinator)
        assert "Je hoeft nu niets te doen" in self.page(volunteer)

    def test_what_is_not_asked_is_not_shown_and_a_proposal_neither(self, centre, coordinator):
        volunteer = pets(centre)
        assert "DigiD" not in self.page(volunteer)
        before = self.page(volunteer)
        services.propose_decision(
            volunteer, R.TALK, outcome=DecisionOutcome.BLOCKED, reason=DecisionReason.SAFETY, by=coordinator
        )
        after = self.page(volunteer)
        assert "Geblokkeerd" not in after
        assert "veiligheid" not in after
        assert before.count("sk-card__title") == after.count("sk-card__title")


class TestWhatIsAsked:
    def test_a_coordinator_changes_the_list(self, centre, coordinator):
        desk = browser(coordinator)
        form = desk.get(reverse("screening-requirements")).context["form"]
        ticked = {bound.name: bound.field.prepare_value(bound.initial) for bound in form}
        assert desk.post(reverse("screening-requirements"), ticked | {"garden": ["vog"]}).status_code == 302
        assert queries.chosen_requirements(centre)[HelpCategory.GARDEN] == R.to_mask([R.VOG])
        refused = desk.post(reverse("screening-requirements"), ticked | {"everyone": ["vog"]})
        assert refused.status_code == 422
        assert "kennismakingsgesprek" in refused.content.decode()

    def test_staff_read_and_do_not_change(self, officer):
        theirs = browser(officer)
        assert "Deze lijst bewaren" not in theirs.get(reverse("screening-requirements")).content.decode()
        assert theirs.post(reverse("screening-requirements"), {}).status_code == 403


class TestTelling:
    def test_the_volunteer_and_the_desk_are_reminded_and_told(self, centre, coordinator, clock):
        volunteer = VolunteerFactory(centre=centre)
        screen(volunteer, R.VOG, valid_until=TODAY + timedelta(days=14))
        services.remind()
        Worker().run_due()
        clock.forward(days=15)
        services.tell_expired()
        Worker().run_due()
        kinds = list(
            Notice.objects.filter(user=volunteer.user).order_by("created_at").values_list("kind", flat=True)
        )
        assert kinds == ["screening_expiring", "screening_expired"]
        desk = Notice.objects.filter(user=coordinator).order_by("created_at")
        assert list(desk.values_list("kind", flat=True)) == ["step_expiring", "step_expired"]
        opened = browser(coordinator).get(reverse("notice", args=[desk.first().pk]))
        assert opened.url == reverse("screening-of", args=[volunteer.pk])
        assert [sent.subject for sent in mail.outbox if sent.to == [volunteer.user.email]] == [
            "Een stap van je screening verloopt bijna", "Een stap van je screening is verlopen",
        ]  # fmt: skip
        assert not [sent for sent in mail.outbox if "123456" in sent.body or volunteer.user.name in sent.body]


class TestTheApi:
    def test_ask_decide_require_and_free(self, centre, coordinator, officer):
        volunteer = VolunteerFactory(centre=centre)
        mine, theirs = browser(coordinator), browser(officer)

        def post(client, path, **body):
            return client.post(f"/api/v1/{path}", body, content_type="application/json")

        about = {"volunteer": str(volunteer.pk), "requirement": "vog"}
        asked = post(mine, "screenings/ask", **about).json()
        assert (asked["state"], asked["requestedOn"]) == ("required", "2025-06-03")
        assert post(theirs, "screenings/ask", **about).status_code == 403
        proposed = post(mine, "screening-decisions", **about, outcome="refused", reason="not_done")
        assert proposed.status_code == 201
        address = f"screening-decisions/{proposed.json()['id']}"
        assert (
            post(mine, "screening-decisions", **about, outcome="refused", reason="not_done").status_code
            == 409
        )
        assert post(mine, f"{address}/confirm").status_code == 403
        assert post(theirs, f"{address}/confirm").json()["state"] == "confirmed"
        (row,) = mine.get("/api/v1/screenings").json()["items"]
        assert row["state"] == "refused"
        wanted = {"centre": str(centre.pk), "category": "garden", "requirements": ["vog"]}
        assert post(mine, "screening-requirements", **wanted).json() == wanted
        assert wanted in mine.get("/api/v1/screening-requirements").json()["items"]
        assert post(theirs, "screening-requirements", **wanted).status_code == 403
        facts = {"withVulnerablePeople": True, "notForProfit": True, "integrityPolicy": True}
        assert post(mine, "free-vog", centre=str(centre.pk), **facts).json()["eligible"] is True
        assert post(theirs, "free-vog", centre=str(centre.pk), **facts).status_code == 403

    def test_where_a_step_stands_follows_from_the_day(self, centre, coordinator):
        screen(VolunteerFactory(centre=centre), R.VOG, valid_until=TODAY - timedelta(days=1))
        (row,) = browser(coordinator).get("/api/v1/screenings").json()["items"]
        assert row["state"] == "expired"
