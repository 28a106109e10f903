"""Pages of one-day actions and student placements, walked through by everyone they are for."""

import re
from datetime import date, time
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from pypdf import PdfReader

from common.checkin import make_token
from events.worker import Worker
from notifications.models import Notice
from people.models import User
from tests.factories.people import UserFactory
from tests.factories.schools import SchoolTown
from tests.factories.shifts import ShiftTown
from tests.vacancies.test_actions import joins, published
from vacancies import services
from vacancies.models import Action, HourEntry, Placement, SchoolClass, Student, TaskSeat

pytestmark = pytest.mark.django_db


def browser(user: User | None = None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if user is not None:
        client.force_login(user)
    return client


def url(name: str, *args: object) -> str:
    return reverse(name, args=[getattr(arg, "pk", arg) for arg in args])


def page(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def heard(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("event_id").values_list("kind", flat=True))


def link_to(address: str) -> str:
    """The path of the one link in the last mail to this address."""
    found = [message for message in mail.outbox if message.to == [address]]
    return urlsplit(re.search(r"https?://\S+", found[-1].body)[0]).path


def test_an_action_from_the_first_word_to_the_report(clock):
    town = ShiftTown()
    desk, centre, visitor = browser(town.contact), browser(town.coordinator), browser()
    words = {
        "title": "Tuin winterklaar",
        "description": "Samen snoeien.",
        "on_date": "2025-06-07",
        "place": "Dorpsstraat 1",
        "campaign": "NLdoet 2025",
        "bring": "Handschoenen",
    }
    assert (
        desk.post(url("new-action", town.organisation), words | {"on_date": "2025-06-01"}).status_code == 422
    )
    assert browser(UserFactory()).get(url("new-action", town.organisation)).status_code == 404
    desk.post(url("new-action", town.organisation), words)
    action = Action.objects.get()
    task = {"task-title": "Snoeien", "task-begins": "10:00", "task-ends": "15:00", "task-capacity": "5"}
    assert desk.post(url("task-add", action), task | {"task-ends": "09:00"}).status_code == 422
    desk.post(url("task-add", action), task)
    assert visitor.get(url("action", action)).status_code == 404
    desk.post(url("action-step", action, "insturen"))
    assert desk.post(url("action-step", action, "publiceren")).status_code == 403
    assert centre.post(url("action-send-back", action), {"note-note": ""}).status_code == 422
    centre.post(url("action-step", action, "publiceren"))
    Worker().run_due()
    assert (heard(town.coordinator), heard(town.contact)) == (["action_to_review"], ["action_answered"])
    assert "Tuin winterklaar" in page(visitor.get(url("actions")))
    assert "Sign in to sign up" in page(visitor.get(url("action", action)))
    leader = UserFactory(name="Noor de Wit")
    mine = browser(leader)
    task_id = action.tasks.get().pk
    group = {f"{task_id}-size": "4", f"{task_id}-group_name": ""}
    refused = mine.post(url("task-sign-up", task_id), group)
    assert refused.status_code == 422
    assert "Give the name of the group." in page(refused)
    mine.post(url("task-sign-up", task_id), group | {f"{task_id}-group_name": "De Bank"})
    seat = TaskSeat.objects.get()
    assert (seat.size, seat.group_name) == (4, "De Bank")
    assert "4 people" in page(mine.get(url("action", action)))
    held = {"title": "Snoeien", "begins": "10:30", "ends": "15:00", "capacity": "3"}
    change = reverse("task-change", args=[action.pk, task_id])
    assert 'value="10:00"' in page(desk.get(change))
    refused = desk.post(change, held)
    assert (refused.status_code, 'value="10:30"' in page(refused)) == (422, True)  # four have a place
    desk.post(change, held | {"capacity": "5"})
    assert mine.get(change).status_code == 404
    Worker().run_due()
    assert heard(leader) == ["action_moved"]
    edited = {f"edit-{name}": value for name, value in words.items()}
    assert "at another day or place" in page(desk.get(url("action-desk", action))).lower()
    desk.post(url("action-edit", action), edited | {"edit-place": "Kerkplein 2"})
    Worker().run_due()
    assert heard(leader) == ["action_moved", "action_moved"]
    other = browser(UserFactory())
    other.post(url("task-sign-up", task_id), {f"{task_id}-size": "1"})
    assert other.post(url("task-give-up", seat)).status_code == 404
    other.post(url("task-give-up", TaskSeat.objects.exclude(pk=seat.pk).get()))
    clock.forward(days=4, hours=1)
    code = desk.get(url("action-code", action))
    assert "<svg" in page(code)
    assert mine.get(url("action-code", action)).status_code == 404
    token = make_token(services.CHECK_IN_ACTION, action.pk, until=Action.objects.get().code_until)
    door = reverse("action-check-in", args=[token])
    assert "We are here" in page(mine.get(door))
    shown = page(browser(UserFactory()).get(door))
    assert "You have no place at this action" in shown
    assert url("action", action) in shown
    assert mine.post(door, {"seat": seat.pk, "came": "veel"}).status_code == 422
    assert other.post(door, {"seat": seat.pk}).status_code == 404
    mine.post(door, {"seat": seat.pk, "came": "4"})
    assert "You are checked in" in page(mine.get(door))
    assert "Undo" in page(desk.get(url("action-desk", action)))
    assert desk.post(url("task-seat-step", action, seat, "terug")).url.endswith(
        f"/beheer/#taak-{seat.event_id}"
    )
    desk.post(url("task-seat-step", action, seat, "aanwezig"), {"came": "3"})
    assert 'value="3"' in page(desk.get(url("action-desk", action)))  # the report counts along
    desk.post(url("action-report", action), {"report-report": "De tuin is klaar.", "report-people_came": "3"})
    shown = page(visitor.get(url("action", action)))
    assert "De tuin is klaar." in shown
    assert "people came" not in shown  # three is a number of people one knows
    Action.objects.update(people_came=13)
    assert "About 15 people came." in page(visitor.get(url("action", action)))


def test_a_task_that_somebody_left_is_called_off_and_not_taken_away(clock):
    town, person = ShiftTown(), UserFactory()
    task = published(town)
    desk, where = browser(town.contact), [task.action_id, task.pk]
    off, away = (reverse(name, args=where) for name in ("task-call-off", "task-remove"))
    shown = page(desk.get(reverse("task-change", args=where)))
    assert (off in shown, away in shown) == (False, True)
    services.give_up_task(joins(task, person), by=person)
    shown = page(desk.get(reverse("task-change", args=where)))
    assert (off in shown, away in shown) == (True, False)
    assert desk.post(off).status_code == 302
    task.refresh_from_db()
    assert task.cancelled_at is not None


def test_a_volunteer_sees_where_they_are_expected_among_their_agreements(clock):
    town = ShiftTown()
    task, volunteer = published(town), town.volunteer()
    mine = browser(volunteer.user)
    name = task.action.title
    assert not any(name in page(mine.get(url(each))) for each in ("volunteer-home", "agreements"))
    seat = joins(task, volunteer.user)
    assert "You have a place" in page(mine.get(url("action", task.action)))
    for each in ("volunteer-home", "agreements"):
        shown = page(mine.get(url(each)))
        assert f"Action: {name}" in shown
        assert "No agreements now" not in shown
    services.give_up_task(seat, by=volunteer.user)
    assert name not in page(mine.get(url("volunteer-home")))
    joins(task, volunteer.user)
    desk = browser(town.contact)
    assert "Close with this report" not in page(desk.get(url("action-desk", task.action)))
    clock.forward(days=5)
    assert name not in page(mine.get(url("agreements")))  # it has been
    assert "Close with this report" in page(desk.get(url("action-desk", task.action)))


def test_a_student_a_parent_a_supervisor_and_a_teacher(clock):
    town = SchoolTown()
    new = browser(UserFactory())
    assert new.get(url("start")).url == url("join")
    assert url("schools") in page(new.get(url("placement")))  # for who teaches
    assert browser(town.teacher).get(url("start")).url == url("schools")
    SchoolClass.objects.update(hours_required=2)
    teacher, user = browser(town.teacher), UserFactory(name="Sem Bakker")
    student = browser(user)
    born = {"code": town.school_class.code, "month": "4", "year": "2010"}
    assert student.post(url("placement"), born).status_code == 422  # fifteen: a parent is needed
    assert student.post(url("placement"), born | {"code": "X"}).status_code == 422
    student.post(url("placement"), born | {"parent_email": "ouder@voorbeeld.nl"})
    assert browser(user).get(url("start")).url == url("placement")
    assert "First a parent agrees" in page(student.get(url("placement")))
    Worker().run_due()
    parent, link = browser(), link_to("ouder@voorbeeld.nl")
    asked = page(parent.get(link))
    assert "At most 2 hours on a school day" in asked
    assert "Sem" in asked
    assert parent.post(link, {"said": "ja", "name": ""}).status_code == 422
    parent.post(link, {"said": "ja", "name": "A. Bakker"})
    assert "You have agreed" in page(parent.get(link))
    assert parent.get(link.rstrip("/") + "x/").status_code == 409
    student.post(url("placement-ask", town.vacancy), {"motivation": "Leuk!"})
    placement = Placement.objects.get()
    desk = browser(town.contact)
    assert "Leuk!" in page(desk.get(url("placements-desk")))
    assert "1 student asks for a place" in page(desk.get(url("organisation-desk", town.organisation)))
    assert "Sem" not in page(browser(ShiftTown().contact).get(url("placements-desk")))
    desk.post(url("placement-step", placement, "ja"))
    hours = {"day": "2025-06-03", "begins": "15:00", "ends": "17:30", "pause": "0"}
    named = {f"{placement.pk}-{name}": value for name, value in hours.items()}
    refused = student.post(url("placement-hours", placement), named)
    assert refused.status_code == 422
    assert "On a school day you may work 2 hours at most." in page(refused)
    named[f"{placement.pk}-ends"] = "17:00"
    student.post(url("placement-hours", placement), named)
    clock.forward(hours=8)
    Worker().run_due()
    supervisor, link = browser(), link_to("ria@buurthuis.example")
    assert "Was Sem at" in page(supervisor.get(link))
    assert student.get(url("placement-certificate")).status_code == 404
    supervisor.post(link, {"said": "klopt"})
    assert HourEntry.objects.get().signed_by == "Ria de Boer"
    assert supervisor.post(link, {"said": "klopt-niet"}).status_code == 409
    Worker().run_due()
    assert heard(user) == ["parent_agreed", "placement_agreed", "student_done"]
    answer = student.get(url("placement-certificate"))
    assert answer["Content-Type"] == "application/pdf"
    overview = page(teacher.get(url("school-class", town.school_class)))
    assert "Sem Bakker" in overview
    assert "Done" in overview
    table = teacher.get(url("school-export", town.school_class, "csv")).content.decode("utf-8-sig")
    assert table.splitlines()[1].split(";")[0] == "Sem Bakker"
    for stranger in (browser(UserFactory()), desk):
        assert stranger.get(url("school-class", town.school_class)).status_code == 404
        assert stranger.get(url("school-export", town.school_class, "csv")).status_code == 404


def test_a_student_reads_how_to_begin_where_to_go_and_what_is_planned(clock):
    town = SchoolTown(postcode="3431AA")
    begin = page(browser().get(url("placement")))
    assert f'href="{url("account_signup")}?next={url("placement")}"' in begin
    assert "After this you go on" in page(browser().get(f"{url('account_signup')}?next={url('placement')}"))
    assert browser().post(url("placement")).status_code == 302
    assert browser(town.teacher).get(url("placement")).url == url("schools")
    student = town.student(date(2009, 4, 1))
    mine = browser(student.user)
    wish = f'action="{url("placement-ask", town.spot)}"'
    assert wish in page(mine.get(url("placement")))
    services.ask_placement(student, town.spot, motivation="", by=student.user)
    assert wish not in page(mine.get(url("placement")))  # asked already
    placement = services.agree_placement(Placement.objects.get(), by=town.contact)
    hours = {"begins": time(14), "ends": time(16), "pause": 0, "by": student.user}
    entry = services.enter_hours(placement, day=date(2025, 6, 4), **hours)
    told = page(mine.get(url("placement")))
    assert "Dorpsstraat 1" in told
    assert ">Planned</span>" in told
    desk, sign = browser(town.contact), f'action="{url("entry-sign", entry, "klopt")}"'
    assert sign not in (coming := page(desk.get(url("placements-desk"))))  # there is nothing to sign yet
    assert '<h2 id="planned">' in coming
    clock.forward(days=2)
    assert sign in (over := page(desk.get(url("placements-desk"))))
    assert '<h2 id="planned">' not in over
    assert ">Waits for a signature</span>" in page(mine.get(url("placement")))
    address = url("sign-hours", services.hours_token(entry))
    refused = page(browser().post(address, {"said": "klopt-niet"}, follow=True))
    assert "Not right" in refused
    assert 'sk-alert--info">' in refused


def test_the_certificate_names_student_school_and_hours(clock, tmp_path):
    town = SchoolTown()
    student = town.student(date(2009, 4, 1))
    Student.objects.filter(pk=student.pk).update(completed_at=clock.now())
    path = tmp_path / "certificate.pdf"
    path.write_bytes(browser(student.user).get(url("placement-certificate")).content)
    text = PdfReader(path).pages[0].extract_text()
    assert student.user.name in text
    assert "Oosterlicht College" in text
    assert "2009" not in text
    assert (
        date_format(timezone.localdate(clock.now()), "j F Y") in text
    )  # in full: paper is read on other days


def test_a_school_opens_its_classes_and_the_centre_its_schools(clock):
    town = SchoolTown()
    centre, newcomer = browser(town.coordinator), UserFactory(name="Juf Ans")
    assert browser(newcomer).post(url("schools"), {"name": "Zomaar"}).status_code == 403
    assert centre.post(url("schools"), {"name": ""}).status_code == 422
    centre.post(url("schools"), {"name": "Cals College"})
    browser(newcomer).post(url("schools"), {"code": town.school.code})
    assert "has yet to confirm" in page(browser(newcomer).get(url("schools")))
    assert browser(newcomer).get(url("school", town.school)).status_code == 404
    contact = newcomer.school_contacts.get()
    assert browser(town.teacher).post(url("contact-step", contact, "bevestigen")).status_code == 404
    centre.post(url("contact-step", contact, "bevestigen"))
    teacher = browser(newcomer)
    added = {
        "class-name": "4 vwo A",
        "class-hours_required": "20",
        "class-lesson_hours": "6",
        "class-ends_on": "2026-07-01",
    }
    assert teacher.post(url("class-add", town.school), added | {"class-name": "3 havo B"}).status_code == 422
    teacher.post(url("class-add", town.school), added)
    holiday = {"holiday-name": "Zomer", "holiday-starts_on": "2025-07-12", "holiday-ends_on": "2025-08-24"}
    teacher.post(url("holiday-add", town.school), holiday)
    shown = page(teacher.get(url("school", town.school)))
    assert SchoolClass.objects.get(name="4 vwo A").code in shown
    assert "Zomer" in shown
    spot = {"places": "2", "supervisor_name": "Ria", "supervisor_email": "ria@buurthuis.example"}
    desk = browser(town.contact)
    assert desk.post(url("placement-spot", town.vacancy), spot | {"places": "0"}).status_code == 422
    desk.post(url("placement-spot", town.vacancy), spot)
    town.spot.refresh_from_db()
    assert (town.spot.places, town.spot.open) == (2, False)


def test_a_teacher_mends_a_class_and_takes_a_holiday_away(clock):
    town = SchoolTown()
    teacher, stranger = browser(town.teacher), browser(UserFactory())
    day = {"holiday-name": "Zomer", "holiday-starts_on": "2025-07-01", "holiday-ends_on": "2025-07-02"}
    teacher.post(url("holiday-add", town.school), day)
    away = url("holiday-remove", town.school, town.school.holidays.get())
    assert away in page(teacher.get(url("school", town.school)))
    assert stranger.post(away).status_code == 404
    teacher.post(away)
    assert not town.school.holidays.exists()
    change = url("class-change", town.school_class)
    assert "3 havo B" in page(teacher.get(change))
    assert stranger.get(change).status_code == 404
    wrong = {"name": "3 havo C", "ends_on": "2025-06-01", "hours_required": "20", "lesson_hours": "5"}
    refused = teacher.post(change, wrong)
    assert (refused.status_code, "3 havo C" in page(refused)) == (422, True)
    teacher.post(change, wrong | {"ends_on": "2026-06-01"})
    town.school_class.refresh_from_db()
    assert (town.school_class.name, town.school_class.hours_required) == ("3 havo C", 20)


def test_a_class_costs_the_same_for_one_and_for_many(clock, django_assert_num_queries):
    town = SchoolTown()
    town.placement(town.student(date(2009, 4, 1)))
    teacher = browser(town.teacher)
    teacher.get(url("school-class", town.school_class))
    queries = 10
    with django_assert_num_queries(queries):
        teacher.get(url("school-class", town.school_class))
    for _ in range(3):
        services.ask_placement(
            student := town.student(date(2010, 4, 1)), town.spot, motivation="", by=student.user
        )
    with django_assert_num_queries(queries):
        teacher.get(url("school-class", town.school_class))
