"""What would bring more volunteers in, as plain sentences with a button each, and what the buttons do."""

from datetime import date, time, timedelta

import pytest
from django.utils import translation

from academy.models import CourseInvitation
from academy.services import require_course_for
from common import clock as today
from common.errors import NotFound
from events.models import EventRecord
from matching import candidates, services
from matching.demand import demand_of
from matching.engine import Filter
from matching.enums import OfferState
from matching.funnel import Act, Opening, ways_in
from matching.models import Offer, Widening
from notifications.enums import NoticeKind
from notifications.models import Notice
from people.enums import HelpCategory, Language, Skill
from people.models import Resident, Volunteer
from safeguarding.enums import Requirement, ScreeningState
from safeguarding.models import Screening
from tests.factories.academy import CourseFactory
from tests.factories.matching import Town
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    RepresentativeFactory,
    ScreeningFactory,
    VolunteerFactory,
)
from tests.matching.webtools import HTMX, browser, text, url

pytestmark = pytest.mark.django_db
MORNING, AFTERNOON = 1 << 3, 1 << 4  # Tuesday
VOG = list(Requirement).index(Requirement.VOG)


def ways(town: Town) -> dict[str, Opening]:
    """What would help, by the name it has in addresses."""
    demand = demand_of(town.request)
    assert demand is not None
    with translation.override("en"):
        found = ways_in(town.request, demand, Widening.objects.all())[1]
    assert [each.gap.people for each in found] == sorted((each.gap.people for each in found), reverse=True)
    return {each.slug: each for each in found}


def without_vog(town: Town, **fields: object) -> Volunteer:
    volunteer = town.volunteer(screened=False, **fields)
    for step in set(Requirement) - {Requirement.VOG}:
        ScreeningFactory(volunteer=volunteer, requirement=step)
    return volunteer


def near_misses(town: Town, slug: str) -> str:
    return f"/balie/hulpvragen/{town.request.pk}/bijna/{slug}/"


class TestSentences:
    @pytest.mark.parametrize(
        ("slug", "request_fields", "lacking", "sentence", "act"),
        [
            (
                "dayparts-4",
                {"dayparts": MORNING},
                {"dayparts": AFTERNOON},
                "Tuesday afternoon",
                Act.ASK_RESIDENT,
            ),
            ("skills-17", {"required_skills": 1 << Skill.CAR.bit}, {}, "own car", Act.LOOK),
            ("reach", {}, {"reach_km": 1.0, "lat": 52.08}, "travel further", Act.LOOK),
            ("language", {"required_languages": 1 << Language.TURKISH.bit}, {}, "another language", Act.LOOK),
            ("asks_cap", {}, {"monthly_ask_cap": 0}, "asked once more", Act.LOOK),
            ("running_cap", {}, {"running_cap": 0}, "agreements has ended", Act.LOOK),
            ("active", {}, {"paused_until": date(2025, 7, 1)}, "active again", Act.LOOK),
            ("age", {"adults_only": True}, {"adult": False}, "younger", Act.LOOK),
        ],
    )
    def test_each_says_what_and_offers_something(self, clock, slug, request_fields, lacking, sentence, act):
        town = Town(volunteers=0, **request_fields)
        town.volunteer(**lacking)
        found = ways(town)[slug]
        assert found.act == act
        assert found.sentence.startswith("1 more ")
        assert sentence in found.sentence
        assert found.act == Act.ASK_RESIDENT or found.advice, "no dead text"
        page = browser(town.coordinator).get(url("desk-candidates", town.request), headers=HTMX)
        assert found.sentence in page.content.decode()
        if act == Act.LOOK:
            listed = text(browser(town.coordinator).get(near_misses(town, slug)))
            assert Volunteer.objects.get().user.name in listed
            assert sentence in listed, "what is lacking is named"

    def test_another_kind_of_help_is_no_skill_to_do_without(self, clock):
        town = Town(volunteers=0)
        town.volunteer(skills=1 << HelpCategory.COMPANY.bit)
        slug, found = next(iter(ways(town).items()))
        assert slug == f"skills-{HelpCategory.GROCERIES.bit}"
        with translation.override("en"):
            assert "other kinds of help" in str(found.advice)
        listed = text(browser(town.coordinator).get(near_misses(town, slug)))
        assert "other kinds of help" in listed
        assert "really needed" not in listed

    def test_volunteers_of_another_centre_are_counted_and_not_shown(self, clock):
        town = Town(volunteers=0)
        other = VolunteerFactory(centre=CentreFactory(), screened=True)
        assert ways(town)["centre"].act == Act.NONE
        page = browser(town.coordinator)
        assert other.user.name not in text(page.get(url("desk-candidates", town.request)))
        assert page.get(near_misses(town, "centre")).status_code == 404

    def test_with_a_fixed_day_only_the_rest_of_that_day_can_be_asked_about(self, clock):
        town = Town(volunteers=0, on_date=date(2025, 6, 10), start_time=time(10), dayparts=0)
        town.volunteer(dayparts=1 << 6)
        assert ways(town).keys() == {"dayparts"}
        assert ways(town)["dayparts"].act == Act.LOOK
        town.volunteer(dayparts=AFTERNOON)
        assert ways(town).keys() == {"dayparts-4"}

    @pytest.mark.parametrize("answered", [False, True])
    def test_what_the_resident_was_asked_or_refused_is_not_offered_again(self, clock, answered):
        town = Town(volunteers=0, dayparts=MORNING)
        town.volunteer(dayparts=AFTERNOON)
        widening = services.ask_widening(town.request, 4, by=town.coordinator)
        if answered:
            services.answer_widening(widening, yes=False, by=town.resident_user)
        assert "dayparts-4" not in ways(town)
        said = text(browser(town.coordinator).get(url("desk-candidates", town.request)))
        assert "Is Tuesday afternoon fine too?" in said
        assert ("The resident says no" if answered else "Yes, says the resident") in said


class TestAskingTheResident:
    def test_the_desk_asks_and_gives_the_answer_for_who_phones(self, clock):
        town = Town(volunteers=0, dayparts=MORNING)
        town.volunteer(dayparts=AFTERNOON)
        desk = browser(town.coordinator)
        for _ in range(2):
            assert "The resident is asked" in text(desk.post(url("desk-widen", town.request, 4), follow=True))
        widening = Widening.objects.get()
        wrong = browser(CoordinatorFactory())
        assert wrong.post(url("desk-moment", town.request, widening, "ja")).status_code == 404
        assert desk.post(url("desk-moment", town.request, widening, "ja"), headers=HTMX).status_code == 200
        town.request.refresh_from_db()
        assert town.request.dayparts == MORNING | AFTERNOON
        assert "already" in text(desk.post(url("desk-moment", town.request, widening, "nee"), follow=True))

    def test_who_reads_no_messages_is_called(self, clock):
        town = Town(volunteers=0, dayparts=MORNING)
        town.volunteer(dayparts=AFTERNOON)
        Resident.objects.update(user=None, email="", phone="+31611223344")
        desk = browser(town.coordinator)
        asked = desk.post(url("desk-widen", town.request, 4), headers=HTMX)
        assert "Call the resident: 06 11223344" in asked.headers["HX-Trigger"]
        RepresentativeFactory(resident=town.request.resident)
        asked = desk.post(url("desk-widen", town.request, 4), headers=HTMX)
        assert "The resident is asked." in asked.headers["HX-Trigger"]

    def test_a_question_that_makes_no_sense_meets_a_sentence(self, clock):
        town = Town(volunteers=1, dayparts=MORNING)
        said = text(browser(town.coordinator).post(url("desk-widen", town.request, 3), follow=True))
        assert "cannot be asked about now" in said


class TestScreening:
    def ask(self, town: Town, *volunteers: Volunteer) -> list[Volunteer]:
        return services.ask_for_screening(
            town.request, volunteers, requirement=Requirement.VOG, by=town.coordinator
        )

    def town(self) -> Town:
        return Town(volunteers=0, category=HelpCategory.COMPANY)

    def test_whom_one_chose_is_asked_once_and_hears_the_next_step(self, clock):
        town = self.town()
        chosen, left = without_vog(town), without_vog(town)
        desk = browser(town.coordinator)
        assert "2 more with a valid VOG" in text(desk.get(url("desk-candidates", town.request)))
        for said in ("1 volunteer has been asked", "Nobody new was asked"):
            answer = desk.post(near_misses(town, f"screening-{VOG}"), {"volunteer": [chosen.pk]}, follow=True)
            assert said in text(answer)
        town.settle()
        step = Screening.objects.get(volunteer=chosen, requirement=Requirement.VOG)
        assert step.state == ScreeningState.REQUIRED
        assert not Screening.objects.filter(volunteer=left, requirement=Requirement.VOG).exists()
        assert Notice.objects.filter(user=chosen.user, kind=NoticeKind.SCREENING_VOG).count() == 1
        listed = text(desk.get(near_misses(town, f"screening-{VOG}")))
        assert "has been asked already" in listed
        assert f'value="{left.pk}"' in listed
        assert f'value="{chosen.pk}"' not in listed

    @pytest.mark.parametrize(
        "state", [ScreeningState.IN_PROGRESS, ScreeningState.REFUSED, ScreeningState.BLOCKED]
    )
    def test_what_runs_or_was_refused_stays_and_is_not_told(self, clock, state):
        town = self.town()
        volunteer = without_vog(town)
        ScreeningFactory(volunteer=volunteer, requirement=Requirement.VOG, state=state)
        assert self.ask(town, volunteer) == []
        assert Screening.objects.get(volunteer=volunteer, requirement=Requirement.VOG).state == state
        listed = text(browser(town.coordinator).get(near_misses(town, f"screening-{VOG}")))
        assert f'value="{volunteer.pk}"' not in listed
        assert "refused" not in listed.lower()

    def test_one_that_holds_today_but_not_on_the_day_stays(self, clock):
        town = Town(volunteers=0, category=HelpCategory.COMPANY, on_date=date(2025, 6, 20))
        volunteer = without_vog(town)
        until = today.today() + timedelta(days=7)
        ScreeningFactory(volunteer=volunteer, requirement=Requirement.VOG, valid_until=until, number="1")
        assert self.ask(town, volunteer) == []
        assert Screening.objects.get(volunteer=volunteer, requirement=Requirement.VOG).number == "1"

    def test_only_who_lacks_nothing_else_is_asked(self, clock):
        town = self.town()
        far, fits = without_vog(town, lat=52.5), town.volunteer()
        assert self.ask(town, far, fits) == []
        assert not EventRecord.objects.filter(type="safeguarding.screening_asked").exists()

    def test_choosing_nobody_is_said_kindly_and_strangers_are_refused(self, clock):
        town = self.town()
        volunteer = without_vog(town)
        desk, address = browser(town.coordinator), near_misses(town, f"screening-{VOG}")
        for nothing in ({}, {"volunteer": ["x"]}):
            answer = desk.post(address, nothing)
            assert (answer.status_code, "Choose at least one" in text(answer)) == (422, True)
        assert browser(CoordinatorFactory()).post(address, {"volunteer": [volunteer.pk]}).status_code == 404
        with pytest.raises(NotFound):
            services.ask_for_screening(
                town.request, [volunteer], requirement=Requirement.VOG, by=CoordinatorFactory()
            )


class TestTraining:
    def test_who_lacks_only_the_training_is_invited_once(self, clock):
        town = Town(volunteers=1)
        course = CourseFactory(title_en="Living with dementia")
        require_course_for(HelpCategory.GROCERIES, course, town.centre, by=None)
        far = town.volunteer(lat=52.5)
        slug = f"training-{course.bit}"
        assert "Living with dementia" in ways(town)[slug].sentence
        desk = browser(town.coordinator)
        chosen = {"volunteer": [town.volunteers[0].pk, far.pk]}
        for said in ("1 volunteer has been asked", "Nobody new was asked"):
            assert said in text(desk.post(near_misses(town, slug), chosen, follow=True))
        assert [each.volunteer for each in CourseInvitation.objects.all()] == town.volunteers
        listed = text(desk.get(near_misses(town, slug)))
        assert ">Invited<" in listed
        assert f'value="{town.volunteers[0].pk}"' not in listed


class TestAskingOnceMore:
    def test_who_was_silent_may_be_asked_once_more_and_who_declined_not(self, clock):
        town = Town(volunteers=2)
        services.start_dispatch(town.request, by=town.coordinator)
        silent, declined = Offer.objects.order_by("pk")
        Offer.objects.filter(pk=silent.pk).update(state=OfferState.EXPIRED)
        services.decline_offer(declined, by=declined.volunteer.user)
        listed = text(browser(town.coordinator).get(near_misses(town, "asked")))
        assert url("desk-ask", town.request, silent.volunteer) in listed
        assert url("desk-ask", town.request, declined.volunteer) not in listed


class TestApi:
    def test_the_ways_in_and_the_acts(self, clock):
        town = Town(volunteers=0, category=HelpCategory.COMPANY, dayparts=MORNING)
        lacking = without_vog(town)
        other = town.volunteer(dayparts=AFTERNOON)
        client, at = browser(town.coordinator), f"/api/v1/dispatches/{town.request.pk}"
        found = {each["rule"]: each for each in client.get(f"{at}/ways-in").json()["items"]}
        assert found["screening"]["volunteerIds"] == [str(lacking.pk)]
        assert (found["dayparts"]["bit"], found["dayparts"]["volunteerIds"]) == (4, [str(other.pk)])
        steps = client.get(f"{at}/funnel").json()["items"]
        assert (steps[0]["rule"], steps[-1]["remaining"]) == ("active", 0)
        json = {"content_type": "application/json"}
        wanted = {"requirement": "vog", "volunteerIds": [str(lacking.pk), str(other.pk)]}
        asked = client.post(f"{at}/ask-screening", wanted, **json)
        assert asked.json()["items"] == [{"volunteerId": str(lacking.pk)}]
        widening = client.post(f"{at}/ask-resident", {"daypart": 4}, **json).json()
        own = browser(town.resident_user)
        assert own.get("/api/v1/widenings").json()["items"] == [widening]
        answered = own.post(f"/api/v1/widenings/{widening['id']}/answer", {"yes": True}, **json)
        assert answered.json()["state"] == "yes"
        assert client.post(f"{at}/ask-resident", {"daypart": 4}, **json).status_code == 409
        assert client.post(f"{at}/ask-now", **json).json()["state"] == "running"
        assert [each["requestId"] for each in client.get("/api/v1/dispatches").json()["items"]] == [
            str(town.request.pk)
        ]
        stranger = browser(CoordinatorFactory())
        assert stranger.get(f"{at}/ways-in").status_code == 404
        assert stranger.get("/api/v1/widenings").json()["items"] == []


@pytest.mark.parametrize(
    "slug", ["screening", "screening-5", "training", "skills-64", "dayparts-21", "reach-1"]
)
def test_an_address_that_names_no_rule_is_not_found(clock, slug):
    town = Town(volunteers=0)
    assert browser(town.coordinator).get(near_misses(town, slug)).status_code == 404


def test_who_comes_in_is_who_the_count_promised(clock):
    town = Town(volunteers=0, dayparts=MORNING)
    able = {town.volunteer(dayparts=AFTERNOON).pk for _ in range(3)}
    town.volunteer(dayparts=1 << 9)
    demand = demand_of(town.request)
    found = candidates.only_failing(demand, Filter.DAYPARTS, 4, 20)
    assert {each.volunteer_id for each in found} == able
    assert ways(town)["dayparts-4"].gap.people == len(able)
