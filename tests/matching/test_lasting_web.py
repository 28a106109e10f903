"""Help that goes on in the pages of both sides, at the desk and in the API: each step and its next one."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from matching import queries, services
from matching.enums import AssignmentState, Outcome
from notifications.models import Notice
from tests.matching.lasting_town import (
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
