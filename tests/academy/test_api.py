"""Trainings for programs."""

from datetime import date

import pytest
from rest_framework.test import APIClient

from academy import services
from academy.models import CategoryRequirement, Completion, CourseInvitation
from academy.queries import hint_of
from events.models import EventRecord
from people.enums import HelpCategory, Role
from tests.factories.academy import CourseFactory, place_in, session_of, train
from tests.factories.matching import Town, open_request
from tests.factories.people import CentreFactory, CoordinatorFactory, UserFactory, VolunteerFactory, staff

pytestmark = pytest.mark.django_db
API = "/api/v1"


def client_of(user) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def town(clock) -> Town:
    return Town(volunteers=2)


@pytest.fixture
def desk(town) -> APIClient:
    return client_of(town.coordinator)


def items(client: APIClient, path: str) -> list[dict]:
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()["items"]


def test_courses_speak_the_reader_s_language_and_drafts_are_for_who_teaches(town, desk):
    course, draft = CourseFactory(valid_months=24), CourseFactory(published=False)
    learner = client_of(town.volunteers[0].user)
    assert [each["id"] for each in items(learner, "courses")] == [str(course.pk)]
    trainer = client_of(staff(Role.TRAINER, town.centre))
    assert {each["id"] for each in items(trainer, "courses")} == {str(course.pk), str(draft.pk)}
    answer = learner.get(f"{API}/courses/{course.pk}", headers={"accept-language": "en"}).json()
    assert (answer["title"], answer["validMonths"]) == (course.title_en, 24)


def test_a_trainer_records_and_takes_back(town):
    course, volunteer = CourseFactory(valid_months=1), town.volunteers[0]
    trainer = client_of(staff(Role.TRAINER, town.centre))
    done = {"volunteer": str(volunteer.pk), "course": str(course.pk), "completedOn": "2025-06-01"}
    made = trainer.post(f"{API}/completions", done, format="json").json()
    assert (made["validUntil"], Completion.objects.get().completed_on) == ("2025-07-01", date(2025, 6, 1))
    (listed,) = items(client_of(volunteer.user), f"completions?course={course.pk}")
    assert listed["id"] == made["id"]
    assert trainer.post(f"{API}/completions/{made['id']}/revoke").json()["revokedAt"]
    late = trainer.post(f"{API}/completions", done | {"completedOn": "2025-06-09"}, format="json")
    assert (late.status_code, late.json()["code"]) == (422, "invalid-input")


def test_of_another_centre_nobody_is_there(desk):
    course, stranger = CourseFactory(), VolunteerFactory()
    wanted = {"volunteer": str(stranger.pk), "course": str(course.pk)}
    for path in ("completions", "course-invitations"):
        assert desk.post(f"{API}/{path}", wanted, format="json").status_code == 404
    assert not Completion.objects.exists()


def test_inviting_and_answering(town, desk):
    course, volunteer = CourseFactory(), town.volunteers[0]
    wanted = {"volunteer": str(volunteer.pk), "course": str(course.pk)}
    first, second = (desk.post(f"{API}/course-invitations", wanted, format="json").json() for _ in range(2))
    assert first["id"] == second["id"]
    learner = client_of(volunteer.user)
    assert [each["state"] for each in items(learner, "course-invitations?state=sent")] == ["sent"]
    assert learner.post(f"{API}/course-invitations/{first['id']}/accept").json()["state"] == "accepted"
    assert learner.post(f"{API}/course-invitations/{first['id']}/decline").json()["state"] == "declined"
    again = learner.post(f"{API}/course-invitations/{first['id']}/accept")
    assert (again.status_code, again.json()["code"]) == (409, "invalid-transition")
    train(volunteer, course)
    refused = desk.post(f"{API}/course-invitations", wanted, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "already-trained")
    assert CourseInvitation.objects.count() == 1


def test_a_centre_says_which_help_asks_for_a_course(town, desk):
    course = CourseFactory()
    services.require_course_for(HelpCategory.COMPANY, course, CentreFactory(), by=None)
    wanted = {"centre": str(town.centre.pk), "categories": ["garden", "company"]}
    assert desk.post(f"{API}/courses/{course.pk}/require-for", wanted, format="json").status_code == 204
    listed = items(desk, "course-requirements")
    assert [(each["category"], each["course"]) for each in listed] == [
        ("company", str(course.pk)),
        ("garden", str(course.pk)),
    ]
    far = client_of(CoordinatorFactory())
    refused = far.post(f"{API}/courses/{course.pk}/require-for", wanted | {"categories": []}, format="json")
    assert (refused.status_code, CategoryRequirement.objects.count()) == (404, 3)


def test_one_request_asks_and_the_volunteer_sees_what_it_would_open(town, desk):
    course, volunteer = CourseFactory(), town.volunteers[0]
    for request in (town.request, open_request(town.centre)):
        answer = desk.post(
            f"{API}/help-requests/{request.pk}/require-courses", {"courses": [str(course.pk)]}, format="json"
        )
        assert answer.json()["requiredCourses"] == [str(course.pk)]
    learner = client_of(volunteer.user)
    assert items(learner, "unlock-values") == [
        {"course": str(course.pk), "title": course.title, "requests": 2, "vacancies": 0}
    ]
    assert items(desk, "unlock-values") == []
    draft = CourseFactory(published=False)
    refused = desk.post(
        f"{API}/help-requests/{town.request.pk}/require-courses", {"courses": [str(draft.pk)]}, format="json"
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "course-not-offered")


def test_a_meeting_is_planned_at_a_place_or_by_call_with_the_rules_of_the_page(town):
    course, far = CourseFactory(), CentreFactory()
    trainer = staff(Role.TRAINER, town.centre)
    teacher = client_of(trainer)
    place, elsewhere = place_in(town.centre), place_in(far)
    (listed,) = items(teacher, f"meeting-places?centre={town.centre.pk}")
    assert (listed["id"], listed["name"], listed["address"]) == (place.pk, "Buurtplein", "Plein 1")
    assert items(teacher, f"meeting-places?centre={far.pk}") == []
    assert items(client_of(town.volunteers[0].user), "meeting-places") == []
    plan = {
        "course": str(course.pk), "centre": str(town.centre.pk), "startsAt": "2025-07-01T18:00:00Z",
        "endsAt": "2025-07-01T20:00:00Z", "capacity": 12, "trainer": str(trainer.pk),
    }  # fmt: skip
    call = {"callUrl": "https://bellen.nl/x"}
    for wrong, field in (
        ({}, "place"),
        ({"place": place.pk} | call, "place"),
        ({"place": elsewhere.pk}, "place"),
        ({"place": 10**15}, "place"),
        ({"callUrl": "http://bellen.nl/x"}, "callUrl"),
        ({"trainer": str(CoordinatorFactory().pk)} | call, "trainer"),
        ({"trainer": str(course.pk)} | call, "trainer"),
    ):
        refused = teacher.post(f"{API}/course-sessions", plan | wrong, format="json")
        assert refused.status_code == 422, refused.content
        assert [each["name"] for each in refused.json()["errors"]] == [field]
    there = {"place": place.pk, "room": "Zaal 2"}
    made = teacher.post(f"{API}/course-sessions", plan | there, format="json")
    assert made.status_code == 201
    said = made.json()
    assert (said["place"], said["room"], said["online"]) == ("Buurtplein", "Zaal 2", False)
    by_call = plan | call | {"trainer": None}
    assert teacher.post(f"{API}/course-sessions", by_call, format="json").json()["online"] is True
    assert client_of(CoordinatorFactory(far)).post(
        f"{API}/course-sessions", by_call, format="json"
    ).status_code == 404  # fmt: skip


def test_a_meeting_is_changed_with_the_rules_of_the_page_and_who_has_a_place_hears_it(town, clock):
    course, far = CourseFactory(), CentreFactory()
    trainer = staff(Role.TRAINER, town.centre)
    teacher, place = client_of(trainer), place_in(town.centre)
    session = session_of(course, town.centre, capacity=1, trainer=trainer)
    first, second = (services.enrol(session, each.user, by=None) for each in town.volunteers[:2])
    address = f"{API}/course-sessions/{session.pk}"

    def told() -> int:
        return EventRecord.objects.filter(type="academy.session_changed").count()

    # What does not concern who comes is not told; what was not given stays.
    changed = teacher.patch(address, {"notes": "Neem een pen mee."}, format="json")
    said = changed.json()
    assert (changed.status_code, said["notes"], said["capacity"]) == (200, "Neem een pen mee.", 1)
    assert (said["trainer"], told()) == (trainer.name, 0)
    for wrong, field in (
        ({"place": place.pk}, "place"),  # beside the video call that it has
        ({"place": place_in(far).pk, "callUrl": ""}, "place"),
        ({"callUrl": ""}, "place"),
        ({"trainer": str(CoordinatorFactory().pk)}, "trainer"),
        ({"endsAt": session.starts_at.isoformat()}, "endsAt"),
        ({"startsAt": clock.now().isoformat()}, "startsAt"),
        ({"capacity": 0}, "capacity"),
    ):
        refused = teacher.patch(address, wrong, format="json")
        assert refused.status_code == (400 if field == "capacity" else 422), refused.content
        assert [each["name"] for each in refused.json()["errors"]] == [field]
    moved = teacher.patch(address, {"place": place.pk, "callUrl": "", "capacity": 2}, format="json")
    assert (moved.status_code, moved.json()["place"], moved.json()["online"]) == (200, "Buurtplein", False)
    second.refresh_from_db()
    assert (second.state, told()) == ("confirmed", 1)
    # Two have a place by now.
    assert teacher.patch(address, {"capacity": 1}, format="json").status_code == 422
    # Who does not run it, a stranger to the centre, and everybody once it has begun.
    for user, status in ((first.holder, 403), (CoordinatorFactory(far), 403), (UserFactory(), 403)):
        assert client_of(user).patch(address, {"notes": ""}, format="json").status_code == status
    clock.at(session.starts_at)
    late = teacher.patch(address, {"notes": ""}, format="json")
    assert (late.status_code, late.json()["code"]) == (409, "session-over")
    session.refresh_from_db()
    assert session.notes == "Neem een pen mee."


def test_somebody_is_put_on_the_list_by_name(town, clock):
    """As on the page: found and added by who runs the meeting, of whom the centre knows; twice is once."""
    walks_in = VolunteerFactory(centre=town.centre, user=UserFactory(name="Zoë Waterman")).user
    stranger = VolunteerFactory().user
    session = session_of(CourseFactory(), town.centre, capacity=1)
    teacher, address = client_of(staff(Role.TRAINER, town.centre)), f"{API}/course-sessions/{session.pk}"
    clock.at(session.starts_at)
    own = services.enrol(session_of(CourseFactory(), town.centre), stranger, by=None)
    foreign = f"{API}/course-sessions/{own.event_id}"
    for verb, said in (("find", {"name": "Zoe"}), ("add", {"person": walks_in.pk})):
        assert client_of(stranger).post(f"{foreign}/{verb}", said, format="json").status_code == 403
    found = teacher.post(f"{address}/find", {"name": "zoe water"}, format="json").json()
    assert found == {
        "people": [{"id": str(walks_in.pk), "name": "Zoë Waterman", "hint": hint_of(walks_in)}],
        "near": False,
        "more": False,
    }
    once, twice = (teacher.post(f"{address}/add", {"person": walks_in.pk}, format="json") for _ in range(2))
    assert (once.status_code, once.json()["state"], once.json()["name"]) == (200, "attended", "Zoë Waterman")
    assert (twice.status_code, twice.json()) == (200, once.json())
    unknown = VolunteerFactory().user
    for person, status, code in ((unknown, 404, "not-found"), (town.volunteers[0].user, 409, "full")):
        refused = teacher.post(f"{address}/add", {"person": person.pk}, format="json")
        assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_how_it_was_is_told_by_who_was_there(town, clock):
    course, (here, missed) = CourseFactory(), (each.user for each in town.volunteers)
    session = session_of(course, town.centre)
    seat = services.enrol(session, here, by=here)
    services.enrol(session, missed, by=missed)
    said = {"course": str(course.pk), "session": str(session.pk), "rating": 5}
    clock.at(session.starts_at)
    services.check_in(seat, by=None)
    for user, status in ((here, 200), (missed, 409)):
        answer = client_of(user).post(f"{API}/evaluations", said, format="json")
        assert answer.status_code == status
    assert answer.json()["code"] == "not-there"
