"""Help that goes on in the pages of both sides, at the desk and in the API: each step and its next one."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from common import clock as today
from help_requests.enums import RequestKind
from help_requests.queries import SESSION_KEY
from matching import queries, services
from matching.enums import AssignmentState, CancelReason, Outcome
from matching.web.lasting import stored_place
from notifications.models import Notice
from people.models import Resident
from tests.matching.lasting_town import (
    WEEKLY,
    R,
    V,
    agreed,
    both_go_on,
    fresh,
    lasting_town,
    met,
    on_trial,
    under_way,
)

pytestmark = pytest.mark.django_db
A = AssignmentState
MEETING = {"day": "2025-06-06", "time": "14:00", "place": "bibliotheek"}


def client_of(user) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


class Sides:
    """The three who look, and where each of them takes a step."""

    def __init__(self, town, assignment):
        self.volunteer = client_of(assignment.volunteer.user)
        self.resident = client_of(town.resident_user)
        self.desk = client_of(town.coordinator)
        self.town, self.assignment = town, assignment

    def pages(self):
        ids = self.town.request.pk
        return [
            self.volunteer.get(reverse("agreement", args=[self.assignment.pk])),
            self.resident.get(reverse("request-match", args=[ids])),
            self.desk.get(reverse("desk-candidates", args=[ids])),
        ]

    def step(self, who, move, **data):
        ids = [self.town.request.pk, self.assignment.pk, move]
        address = {
            "volunteer": lambda: reverse("lasting-step", args=ids[1:]),
            "resident": lambda: reverse("request-lasting-step", args=ids),
            "desk": lambda: reverse("desk-lasting-step", args=[*ids, data.pop("side", "centrale")]),
        }[who]()
        return getattr(self, who).post(address, data)

    def state(self):
        return fresh(self.assignment).state

    def review(self):
        return str(queries.open_review(self.assignment).pk)


def test_the_pages_lead_from_yes_to_under_way(clock):
    town = lasting_town()
    sides = Sides(town, agreed(town))
    assert all("kennismaking" in page.content.decode() for page in sides.pages())
    assert sides.step("volunteer", "kennismaking", **MEETING).status_code == 302
    assert all("bibliotheek" in page.content.decode() for page in sides.pages())
    clock.forward(days=3, hours=8)
    town.settle()
    sides.step("volunteer", "doorgaan", review=sides.review())
    assert sides.step("resident", "doorgaan", review=sides.review()).status_code == 302
    assert sides.state() == A.TRIAL
    clock.forward(days=28)
    town.settle()
    sides = Sides(town, sides.assignment)  # they sign in again after a month
    assert all("outcome" in page.content.decode() for page in sides.pages())
    sides.step("desk", "doorgaan", side="vrijwilliger", review=sides.review(), outcome=3)
    sides.step("desk", "doorgaan", side="inwoner", review=sides.review(), outcome=2)
    assert sides.state() == A.ACTIVE
    sides.step("resident", "pauze", until="2025-08-01")
    assert fresh(sides.assignment).request.state == "paused"
    sides.step("volunteer", "hervatten")
    assert fresh(sides.assignment).request.state == "running"
    for page in sides.pages():
        assert page.status_code == 200
    sides.step("resident", "stoppen", reason="not_needed")
    town.settle()
    assert (sides.state(), town.request.state) == (A.ENDED, "ended")
    assert [page.status_code for page in sides.pages()] == [200] * 3


def introduced(town, _clock):
    assignment = agreed(town)
    starts_at = today.now() + timedelta(days=2)
    services.plan_introduction(assignment, starts_at, place=stored_place("home"), by=town.coordinator)
    return fresh(assignment)


def paused(town, clock):
    assignment = under_way(town, clock)
    return services.pause(assignment, today.today() + timedelta(days=9), by=town.coordinator)


def ended(town, clock):
    assignment = under_way(town, clock)
    services.stop(assignment, side=R, reason=CancelReason.NOT_NEEDED, by=town.resident_user)
    return fresh(assignment)


STANDINGS = [lambda town, _clock: agreed(town), introduced, met, on_trial, under_way, paused, ended]


@pytest.mark.parametrize("kind", [WEEKLY, {"kind": RequestKind.BUDDY, "rhythm": ""}])
@pytest.mark.parametrize("standing", STANDINGS)
def test_every_page_opens_in_every_state(clock, standing, kind):
    town = lasting_town(**kind)
    sides = Sides(town, standing(town, clock))
    own = [reverse(name) for name in ("volunteer-home", "agreements", "near-me", "inbox")]
    theirs = [reverse("my-requests"), reverse("my-request", args=[town.request.pk])]
    centres = [reverse("desk"), reverse("asking-board"), reverse("desk-request", args=[town.request.pk])]
    pages = [
        *(sides.volunteer.get(address) for address in own),
        *(sides.resident.get(address) for address in theirs),
        *(sides.desk.get(address) for address in centres),
        *sides.pages(),
    ]
    assert {page.request["PATH_INFO"]: page.status_code for page in pages if page.status_code != 200} == {}
    label = str(RequestKind(town.request.kind).label)
    assert label in sides.volunteer.get(own[1]).content.decode()


def test_a_question_for_help_that_goes_on_has_its_kind_on_the_card(clock):
    town = lasting_town()
    services.start_dispatch(town.request, by=town.coordinator)
    town.settle()
    today_page = client_of(town.volunteers[0].user).get(reverse("volunteer-home")).content.decode()
    assert f'sk-badge--info">{RequestKind.SERIES.label}' in today_page


def test_both_read_when_and_where_they_meet_each_in_their_own_words(clock):
    town = lasting_town()
    sides = Sides(town, agreed(town))
    sides.step("volunteer", "kennismaking", **MEETING | {"where": "home", "place": "ergens"})
    assert fresh(sides.assignment).meeting_place == "bij de inwoner thuis"
    volunteer, resident, desk = (page.content.decode() for page in sides.pages())
    for page in (volunteer, resident, desk):
        assert "Friday 14:00" in page or "friday 14:00" in page
    assert "at the resident&#x27;s home" in volunteer
    assert "at the resident&#x27;s home" in desk
    assert "at your home" in resident
    chosen = re.search(r"<input[^>]*value=\"home\"[^>]*>", resident)
    assert chosen is not None
    assert "checked" in chosen[0]


def test_the_resident_without_an_account_reads_when_and_where_too(clock):
    town = lasting_town()
    introduced(town, clock)
    Resident.objects.update(user=None)
    page = Client(headers={"Accept-Language": "en"})
    session = page.session
    session[SESSION_KEY] = [str(town.request.pk)]
    session.save()
    page.cookies["sessionid"] = session.session_key
    said = page.get(reverse("request-match", args=[town.request.pk])).content.decode()
    assert "The first meeting:" in said
    assert "at your home" in said


@pytest.mark.parametrize(
    ("filled", "stored"),
    [
        ({"where": "centre"}, "bij de centrale"),
        ({"where": "elsewhere", "place": "in het park"}, "in het park"),
        ({"place": "bibliotheek"}, "bibliotheek"),
        ({"where": "elsewhere"}, None),
        ({}, None),
    ],
)
def test_the_place_is_chosen_or_filled_in(clock, filled, stored):
    town = lasting_town()
    sides = Sides(town, agreed(town))
    answered = sides.step("desk", "kennismaking", day=MEETING["day"], time=MEETING["time"], **filled)
    assert answered.status_code == (302 if stored else 422)
    assert fresh(sides.assignment).meeting_place == (stored or "")
    if not stored:
        assert "Choose or fill in where you meet." in answered.content.decode()


@pytest.mark.parametrize("who", ["volunteer", "resident", "desk"])
def test_what_is_filled_in_wrong_is_shown_again(clock, who):
    town = lasting_town()
    sides = Sides(town, agreed(town))
    refused = sides.step(who, "kennismaking", **MEETING | {"day": "2025-06-02"})
    assert refused.status_code == 422
    assert "bibliotheek" in refused.content.decode()
    assert sides.state() == A.AGREED


def test_how_it_goes_is_asked_for_and_never_shown_to_the_other(clock):
    town = lasting_town()
    assignment = on_trial(town, clock)
    clock.forward(days=28)
    town.settle()
    sides = Sides(town, assignment)
    assert sides.step("volunteer", "doorgaan", review=sides.review()).status_code == 422
    review = queries.open_review(assignment)
    services.go_on(review, side=V, by=assignment.volunteer.user, outcome=Outcome.BAD)
    _volunteer, resident, desk = (page.content.decode() for page in sides.pages())
    told = str(Outcome.BAD.label)
    assert told in desk
    assert resident.count(told) == 1  # the choice itself
    api = APIClient()
    api.force_authenticate(town.resident_user)
    read = api.get(f"/api/v1/assignments/{assignment.pk}")
    assert "utcome" not in read.content.decode()
    assert api.get(f"/api/v1/assignments/{assignment.pk}/reviews").status_code == 403
    api.force_authenticate(town.coordinator)
    assert api.get(f"/api/v1/assignments/{assignment.pk}/reviews").json()["items"][0]["volunteerOutcome"] == 1


def test_no_click_after_the_meeting_is_one_button_for_both(clock):
    town = lasting_town()
    sides = Sides(town, met(town, clock))
    volunteer, resident, _desk = (page.content.decode() for page in sides.pages())
    assert 'value="no_click"' in volunteer
    assert 'value="no_click"' in resident
    sides.volunteer.post(reverse("agreement-cancel", args=[sides.assignment.pk]), {"reason": "no_click"})
    cancelled = fresh(sides.assignment)
    assert (cancelled.state, cancelled.cancel_reason) == (A.CANCELLED, "no_click")


def test_a_second_press_is_no_error(clock):
    town = lasting_town()
    sides = Sides(town, met(town, clock))
    review = sides.review()
    for _ in range(2):
        assert sides.step("volunteer", "doorgaan", review=review).status_code == 302
    both_go_on(town, sides.assignment, None)
    assert sides.step("volunteer", "doorgaan", review=review).status_code == 302
    assert sides.state() == A.TRIAL
    for _ in range(2):
        assert sides.step("volunteer", "stoppen", reason="no_time").status_code == 302


def test_nobody_steps_in_anothers_agreement(clock):
    town = lasting_town(volunteers=2)
    sides = Sides(town, under_way(town, clock))
    other = next(each for each in town.volunteers if each.pk != sides.assignment.volunteer_id)
    sides.volunteer = client_of(other.user)
    sides.resident = client_of(other.user)
    assert sides.step("volunteer", "stoppen", reason="other").status_code == 404
    assert sides.step("resident", "stoppen", reason="not_needed").status_code == 404
    assert sides.state() == A.ACTIVE


def test_the_live_part_is_made_again_only_when_something_changed(clock):
    town = lasting_town()
    sides = Sides(town, met(town, clock))
    address = reverse("agreement", args=[sides.assignment.pk])
    headers = {"HX-Request": "true"}
    stand = sides.volunteer.get(address).context["stand"]
    assert sides.volunteer.get(address, {"stand": stand}, headers=headers).status_code == 204
    services.go_on(queries.open_review(sides.assignment), side=R, by=town.resident_user)
    assert sides.volunteer.get(address, {"stand": stand}, headers=headers).status_code == 200


def test_both_sides_are_told_and_the_coordinator_of_silence(clock):
    town = lasting_town()
    town.request.coordinator = town.coordinator
    town.request.save()
    assignment = met(town, clock)
    both = {assignment.volunteer.user_id, town.resident_user.pk}
    assert set(Notice.objects.filter(kind="review").values_list("user_id", flat=True)) == both
    clock.forward(days=7)
    town.settle()
    assert Notice.objects.get(kind="review_silent").user == town.coordinator
    assignment = both_go_on(town, assignment, None)
    assert set(Notice.objects.filter(kind="trial").values_list("user_id", flat=True)) == both


def test_programs_walk_the_same_way(clock):
    town = lasting_town()
    assignment = agreed(town)
    api = APIClient()
    api.force_authenticate(town.coordinator)
    base = f"/api/v1/assignments/{assignment.pk}"
    starts_at = clock.now() + timedelta(days=1)
    planned = api.post(f"{base}/plan-introduction", {"startsAt": starts_at, "place": "thuis"}, format="json")
    assert (planned.json()["state"], planned.json()["meetingPlace"]) == ("introduction", "thuis")
    review = planned.json()["review"]["id"]
    early = api.post(f"{base}/go-on", {"review": review, "side": "volunteer"}, format="json")
    assert (early.status_code, early.json()["code"]) == (409, "not-yet")
    clock.forward(days=1, hours=2)
    for side in ("volunteer", "resident"):
        answered = api.post(f"{base}/go-on", {"review": review, "side": side}, format="json")
    assert answered.json()["state"] == "trial"
    foreign = api.post(f"{base}/go-on", {"review": str(town.request.pk), "side": side}, format="json")
    assert foreign.status_code == 404
    assert api.post(f"{base}/pause", {"until": "2025-07-01"}, format="json").status_code == 409
    stopped = api.post(f"{base}/stop", {"side": "centre", "reason": "not_needed"}, format="json")
    assert stopped.json()["state"] == "ended"
