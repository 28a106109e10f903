"""One-day actions and student placements for programs: the same verbs and borders as the pages."""

from datetime import date, time
from typing import Any

import pytest
from rest_framework.test import APIClient

from events.worker import Worker
from people.models import User
from tests.factories.people import CoordinatorFactory, UserFactory
from tests.factories.schools import SchoolTown
from tests.factories.shifts import ShiftTown
from vacancies import services
from vacancies.models import Action, ActionTask, HourEntry, Placement, Student, TaskSeat

pytestmark = pytest.mark.django_db

# The clock stands at Tuesday 3 June 2025.
DETAILS: dict[str, Any] = {
    "title": "De tuin van De Kom winterklaar",
    "description": "Samen snoeien en planten.",
    "onDate": "2025-06-07",
    "place": "Dorpsstraat 1",
    "campaign": "NLdoet 2025",
}
FOURTEEN = date(2011, 4, 1)


class Program:
    """A program that acts for someone, or for nobody."""

    def __init__(self, user: User | None = None) -> None:
        self.client = APIClient()
        if user is not None:
            self.client.force_authenticate(user)

    def __call__(self, method: str, path: str, **body: Any) -> tuple[int, Any]:
        """Status and body of one call."""
        answer = self.client.generic(method, f"/api/v1/{path}", *_json(body))
        return answer.status_code, answer.json() if answer.content else None

    def rows(self, path: str) -> list[Any]:
        """The items of a list."""
        status, body = self("GET", path)
        assert status == 200, body
        return body["items"]


def _json(body: dict[str, Any]) -> tuple[Any, ...]:
    from json import dumps

    return (dumps(body), "application/json") if body else ()


def drafted(town: ShiftTown) -> tuple[str, str]:
    """An action with one task of two places, by way of the API; their ids."""
    contact = Program(town.contact)
    status, made = contact("POST", "actions", organisation=str(town.organisation.pk), **DETAILS)
    assert (status, made["state"]) == (201, "draft"), made
    task = {"title": "Snoeien", "begins": "10:00", "ends": "15:00", "capacity": 2}
    status, added = contact("POST", "action-tasks", action=made["id"], **task)
    assert (status, added["free"]) == (201, 2), added
    return made["id"], added["id"]


def test_an_action_from_draft_to_report(clock):
    town = ShiftTown()
    action, task = drafted(town)
    contact, desk, anyone = Program(town.contact), Program(town.coordinator), Program()
    foreign, someone = Program(ShiftTown().contact), UserFactory()
    assert anyone("GET", f"actions/{action}")[0] == foreign("GET", f"actions/{action}")[0] == 404
    assert foreign("POST", "actions", organisation=str(town.organisation.pk), **DETAILS)[0] == 404
    status, changed = contact("PATCH", f"actions/{action}", bring="Laarzen")
    assert (status, changed["bring"], changed["title"]) == (200, "Laarzen", DETAILS["title"])
    assert contact("PATCH", f"actions/{action}", onDate="2025-06-01")[0] == 422
    moved = contact("PATCH", f"actions/{action}", onDate="2025-06-08")[1]
    assert [each["startsAt"][:10] for each in moved["tasks"]] == ["2025-06-08"]  # they come along
    contact("PATCH", f"actions/{action}", onDate=DETAILS["onDate"])
    held = contact("PATCH", f"action-tasks/{task}", begins="09:00")[1]
    assert held["startsAt"].endswith("T07:00:00Z")
    assert contact("PATCH", f"action-tasks/{task}", ends="08:00")[0] == 422
    contact("PATCH", f"action-tasks/{task}", begins="10:00")
    assert contact("POST", f"actions/{action}/submit")[1]["state"] == "review"
    assert contact("POST", f"actions/{action}/approve")[0] == 403
    sent_back = desk("POST", f"actions/{action}/send-back", note="Waar parkeren mensen?")[1]
    assert (sent_back["state"], sent_back["reviewNote"]) == ("draft", "Waar parkeren mensen?")
    contact("POST", f"actions/{action}/submit")
    assert desk("POST", f"actions/{action}/approve")[1]["state"] == "published"
    (listed,) = anyone.rows("actions?state=published&onAfter=2025-06-07&campaign=NLdoet 2025")
    assert (listed["reviewNote"], listed["tasks"][0]["id"]) == ("", task)
    assert [row["id"] for row in anyone.rows(f"action-tasks?action={action}")] == [task]
    assert anyone("POST", f"action-tasks/{task}/sign-up")[0] == 401
    group = Program(someone)
    status, seat = group("POST", f"action-tasks/{task}/sign-up", size=2, groupName="Bank")
    assert (status, seat["state"], seat["size"]) == (200, "confirmed", 2), seat
    assert group("POST", f"action-tasks/{task}/sign-up", size=2, groupName="Bank")[1]["id"] == seat["id"]
    alone = Program(UserFactory())
    assert alone("POST", f"action-tasks/{task}/sign-up", size=2)[1]["code"] == "invalid-input"  # no name
    waits = alone("POST", f"action-tasks/{task}/sign-up")[1]
    assert (waits["state"], waits["placeInLine"]) == ("waitlisted", 1)
    assert contact("DELETE", f"action-tasks/{task}")[0] == 409  # people signed up
    assert [row["id"] for row in alone.rows("task-seats")] == [waits["id"]]
    assert alone("GET", f"task-seats/{seat['id']}")[0] == 404
    assert foreign.rows("task-seats") == []
    assert {row["name"] for row in contact.rows(f"task-seats?action={action}")} >= {someone.name}
    clock.forward(days=4)  # Saturday noon
    assert group("POST", f"task-seats/{seat['id']}/check-in")[0] == 403
    there = contact("POST", f"task-seats/{seat['id']}/check-in", came=1)[1]
    assert (there["state"], there["came"]) == ("attended", 1)
    told = {"report": "De tuin is klaar.", "peopleCame": 1}
    assert contact("POST", f"actions/{action}/report", **told)[1]["state"] == "reported"
    assert anyone("GET", f"actions/{action}")[1]["report"] == "De tuin is klaar."
    figures = contact("GET", f"actions/{action}/campaign")[1]
    assert (figures["actions"], figures["signedUp"], figures["came"]) == (1, 2, 1)
    assert group("GET", f"actions/{action}/campaign")[0] == 403


def test_what_was_called_off_before_anyone_saw_it_stays_unseen(clock):
    town = ShiftTown()
    never, _task = drafted(town)
    contact = Program(town.contact)
    assert contact("POST", f"actions/{never}/call-off")[1]["state"] == "cancelled"
    assert contact("GET", f"actions/{never}")[0] == 200
    assert Program()("GET", f"actions/{never}")[0] == 404
    shown, task = drafted(town)
    Action.objects.filter(pk=shown).update(state="published")
    person = Program(UserFactory())
    seat = person("POST", f"action-tasks/{task}/sign-up")[1]
    assert person("POST", f"task-seats/{seat['id']}/give-up")[1]["state"] == "cancelled"
    contact("POST", f"actions/{shown}/call-off")
    assert Program()("GET", f"actions/{shown}")[1]["state"] == "cancelled"


@pytest.mark.parametrize("count", [1, 4])
def test_lists_of_actions_take_the_same_queries_however_many(clock, count, django_assert_num_queries):
    town = ShiftTown()
    for _number in range(count):
        action, task = drafted(town)
        Action.objects.filter(pk=action).update(state="published")
        for _person in range(2):
            services.sign_up_for_task(ActionTask.objects.get(pk=task), by=UserFactory())
    client = APIClient()
    with django_assert_num_queries(2):  # the page, and its tasks
        client.get("/api/v1/actions")
    with django_assert_num_queries(1):
        client.get("/api/v1/action-tasks")
    client.force_authenticate(User.objects.get(pk=town.contact.pk))
    with django_assert_num_queries(3):  # for whom they act, and the places
        assert len(client.get("/api/v1/task-seats").json()["items"]) == TaskSeat.objects.count()


def test_a_student_from_the_code_to_signed_hours(clock):
    town = SchoolTown()
    user = UserFactory(name="Sam de Wit")
    student, contact, teacher = Program(user), Program(town.contact), Program(town.teacher)
    joins = {"code": town.school_class.code, "birthYear": 2011, "birthMonth": 4}
    assert student("POST", "students", **joins)[1]["errors"][0]["name"] == "parentEmail"
    assert student("POST", "students", **(joins | {"code": "WATISDIT"}))[1]["code"] == "code-unknown"
    status, made = student("POST", "students", **joins, parentEmail="ouder@voorbeeld.nl")
    assert (status, made["progress"]["stage"], made["className"]) == (201, "parent", "3 havo B"), made
    assert "born" not in str(made)
    assert "ouder@" not in str(made)
    asks = {"vacancy": str(town.vacancy.pk), "motivation": "Ik help graag."}
    assert student("POST", "placements", **asks)[1]["code"] == "parent-first"
    again = student("POST", f"students/{made['id']}/ask-parent", email="moeder@voorbeeld.nl")
    assert again[0] == 200, again
    consent = Student.objects.get().consents.get(state="asked")
    services.answer_for_child(services.parent_token(consent), name="A. de Wit", agrees=True)
    (spot,) = student.rows("placement-spots")
    assert spot["vacancy"] == str(town.vacancy.pk)
    assert "ria@" not in str(spot)  # who signs is for who keeps it
    placement = student("POST", "placements", **asks)[1]["id"]
    assert student("POST", f"placements/{placement}/agree")[0] == 403
    (asked,) = contact.rows("placements?state=asked")
    assert (asked["studentName"], asked["motivation"]) == ("Sam de Wit", "Ik help graag.")
    assert contact("POST", f"placements/{placement}/agree")[1]["state"] == "agreed"
    day = {"placement": placement, "day": "2025-06-03", "begins": "15:00"}
    refused = student("POST", "placement-hours", **day, ends="18:00")
    assert (refused[0], refused[1]["code"]) == (422, "hours-not-allowed")
    entry = student("POST", "placement-hours", **day, ends="17:00")[1]
    assert (entry["minutes"], entry["state"]) == (120, "entered")
    wrong = student("POST", "placement-hours", **(day | {"day": "2025-06-02"}), ends="16:00")[1]
    assert student("DELETE", f"placement-hours/{wrong['id']}")[0] == 204
    assert contact("DELETE", f"placement-hours/{entry['id']}")[0] == 403
    assert contact("POST", f"placement-hours/{entry['id']}/sign", right=True)[0] == 409  # not over yet
    clock.forward(hours=7)
    assert student("POST", f"placement-hours/{entry['id']}/sign", right=True)[0] == 403
    assert contact("POST", f"placement-hours/{entry['id']}/sign", right=True)[1]["state"] == "signed"
    (row,) = teacher.rows(f"school-classes/{town.school_class.pk}/progress")
    assert (row["name"], row["stage"], row["signedHours"]) == ("Sam de Wit", "running", 2.0)
    assert student.rows("students")[0]["progress"]["signedHours"] == 2.0
    assert contact.rows("placement-hours") == []  # what is signed is the student's
    assert student("POST", f"placements/{placement}/stop")[1]["state"] == "stopped"


def test_nothing_of_a_minor_is_seen_by_strangers_foreign_teachers_and_other_organisations(clock):
    town, other = SchoolTown(), SchoolTown()
    student = town.student(FOURTEEN)
    User.objects.filter(pk=student.user_id).update(name="Merkwaardina Zilverspoor")
    placement = town.placement(student)
    hours = {"day": date(2025, 6, 4), "begins": time(15), "ends": time(16), "pause": 0}
    entry = services.enter_hours(placement, by=student.user, **hours)
    fellow = other.student(date(2009, 4, 1))
    unconfirmed = UserFactory()
    services.join_school(town.school.code, by=unconfirmed)
    outsiders = {
        "stranger": UserFactory(),
        "teacher of another school": other.teacher,
        "teacher who is not confirmed": unconfirmed,
        "other student": fellow.user,
        "other organisation": other.contact,
        "other centre": CoordinatorFactory(),
    }
    paths = [
        f"students/{student.pk}",
        f"placements/{placement.pk}",
        f"placement-hours/{entry.pk}",
        f"school-classes/{town.school_class.pk}",
        f"school-classes/{town.school_class.pk}/progress",
        f"schools/{town.school.pk}",
    ]
    lists = ["students", "placements", "placement-hours", "schools", "school-classes", "school-contacts"]
    for who, user in outsiders.items():
        program = Program(user)
        assert [program("GET", path)[0] for path in paths] == [404] * len(paths), who
        seen = str([program.rows(path) for path in lists])
        for secret in ("Zilverspoor", str(student.pk), town.school.code, town.school_class.code):
            assert secret not in seen, who
    # The teacher sees how far, not what or where; the organisation its own student; no age, no parent.
    teacher, contact = Program(town.teacher), Program(town.contact)
    assert [teacher("GET", path)[0] for path in paths] == [404, 404, 404, 200, 200, 200]
    assert [contact("GET", path)[0] for path in paths] == [404, 200, 200, 404, 404, 404]
    read = str(
        [teacher("GET", path)[1] for path in paths[3:]] + [contact("GET", path)[1] for path in paths[1:3]]
    )
    assert "Zilverspoor" in read
    for hidden in ("2011", "Jansen", "ouder@", student.user.email, town.school.code):
        assert hidden not in read
    answer = contact.client.get(f"/api/v1/placements/{placement.pk}")
    assert answer.headers["Cache-Control"] == "no-store"
    # A parent takes their word back: the placement stops, for programs too.
    services.take_consent_back(services.parent_token(student.consents.get()))
    Worker().run_due()
    assert contact("GET", f"placements/{placement.pk}")[1]["state"] == "stopped"
    assert Program(student.user)("POST", "placement-hours", placement=str(placement.pk), **_day())[0] == 409


def test_a_program_of_a_student_takes_the_word_back(clock):
    town = SchoolTown()
    student, other = town.student(date(2011, 4, 1)), town.student(date(2011, 4, 1))
    placement = town.placement(student)
    path = f"students/{student.pk}/take-back"
    assert Program(other.user)("POST", path)[0] == 404
    status, told = Program(student.user)("POST", path)
    assert (status, told["progress"]["stage"]) == (200, "taken_back")
    placement.refresh_from_db()
    assert placement.state == "stopped"
    services.ask_parent(student, "ouder@voorbeeld.nl", by=student.user)
    assert Program(student.user)("POST", path)[0] == 200  # said before
    assert Program(town.student(date(2009, 4, 1)).user)("POST", path)[0] == 404


def _day() -> dict[str, str]:
    return {"day": "2025-06-05", "begins": "15:00", "ends": "16:00"}


def test_schools_classes_teachers_and_places_for_students(clock):
    town = ShiftTown()
    desk, teacher, contact = Program(town.coordinator), Program(UserFactory()), Program(town.contact)
    assert teacher("POST", "schools", name="Oosterlicht")[0] == 403
    school = desk("POST", "schools", name="Oosterlicht")[1]
    joined = teacher("POST", "schools/join", code=school["code"].lower())[1]
    assert joined["confirmedAt"] is None
    new = {"name": "3 havo B", "endsOn": "2026-07-01", "hoursRequired": 30}
    assert teacher("POST", "school-classes", school=school["id"], **new)[0] == 404
    assert teacher("POST", f"school-contacts/{joined['id']}/confirm")[0] == 403
    assert desk("POST", f"school-contacts/{joined['id']}/confirm")[1]["confirmedAt"]
    assert teacher("GET", f"schools/{school['id']}")[1]["code"] == ""  # a teacher lets no other teacher in
    made = teacher("POST", "school-classes", school=school["id"], **new)
    assert (made[0], len(made[1]["code"])) == (201, 8)
    assert teacher("POST", "school-classes", school=school["id"], **new)[1]["errors"][0]["name"] == "name"
    rest = {"name": "Zomer", "startsOn": "2025-07-19", "endsOn": "2025-08-31"}
    kept = teacher("POST", f"schools/{school['id']}/holidays", **rest)[1]["holidays"]
    assert kept == [rest | {"id": kept[0]["id"]}]
    away = f"schools/{school['id']}/remove-holiday"
    assert desk("POST", away, holiday=kept[0]["id"] + 1)[0] == 404
    assert contact("POST", away, holiday=kept[0]["id"])[0] == 404
    assert teacher("POST", away, holiday=kept[0]["id"])[1]["holidays"] == []
    one = f"school-classes/{made[1]['id']}"
    changed = new | {"hoursRequired": 12, "lessonHours": "5.0"}
    assert contact("PUT", one, **changed)[0] == 404
    assert teacher("PUT", one, **changed)[1] == made[1] | changed
    assert teacher("PUT", one, **changed | {"endsOn": "2025-06-03"})[0] == 422
    assert teacher("POST", f"school-contacts/{joined['id']}/end")[1]["endedAt"]
    assert teacher.rows("schools") == []
    spot = {"places": 2, "supervisorName": "Ria", "supervisorEmail": "ria@kom.example", "open": True}
    address = f"placement-spots/{town.vacancy.pk}"
    assert teacher("PUT", address, **spot)[0] == 404
    assert contact("PUT", address, **spot)[1]["supervisorEmail"] == "ria@kom.example"
    assert (teacher("GET", address)[0], contact("GET", address)[1]["places"]) == (404, 2)


@pytest.mark.parametrize("count", [1, 4])
def test_lists_of_placements_take_the_same_queries_however_many(clock, count, django_assert_num_queries):
    town = SchoolTown()
    services.keep_spot(
        town.vacancy,
        places=9,
        supervisor_name="Ria",
        supervisor_email="ria@kom.example",
        is_open=True,
        by=town.contact,
    )
    for _number in range(count):
        placement = town.placement(town.student(date(2009, 4, 1)))
        HourEntry.objects.create(placement=placement, day=date(2025, 6, 2), begins=time(15), ends=time(16))
    for user, path, queries in (
        (town.contact, "placements", 2),
        (town.contact, "placement-hours", 2),
        (town.teacher, "schools", 3),
        (town.teacher, f"school-classes/{town.school_class.pk}/progress", 6),
    ):
        client = APIClient()
        client.force_authenticate(User.objects.get(pk=user.pk))
        with django_assert_num_queries(queries):
            assert client.get(f"/api/v1/{path}").status_code == 200
    assert Placement.objects.count() == count
