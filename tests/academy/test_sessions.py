"""Meetings: planning, signing up, the waiting list, the door, and what comes of having been there."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from academy import queries, services
from academy.enums import InvitationState
from academy.errors import (
    BusyThen,
    CourseNotOffered,
    NoPlaceLeft,
    NotThere,
    NotTrainedYet,
    PrerequisiteMissing,
    SessionOver,
)
from academy.models import Certificate, Completion, CourseInvitation, Enrolment, Evaluation, Session
from academy.services import (
    TOKEN,
    call_off_session,
    change_session,
    check_in,
    check_in_by_code,
    close_session,
    enrol,
    evaluate,
    leave,
    mark_missed,
    put_on_list,
    reopen_seat,
)
from common.checkin import CodeNotValid, make_token
from common.errors import Forbidden, InvalidInput, NotFound
from common.seating import NotBegun, NotOpen, OutsideCheckIn, Overlaps, SeatBook, SeatState
from events.worker import Worker
from notifications.enums import NoticeKind
from notifications.models import Notice
from people.enums import Role
from people.rights import Subject, end_what_runs, erase
from tests.factories.academy import CourseFactory, learn, lesson, place_in, session_of
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    ResidentFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_dutch():
    with translation.override("nl"):
        yield


HOUR = timedelta(hours=1)


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def trainer(centre):
    return staff(Role.TRAINER, centre, name="Winston Pinas")


@pytest.fixture
def course(clock):
    return CourseFactory(title_nl="Veilig tillen", valid_months=12)


@pytest.fixture
def session(course, centre, trainer):
    return session_of(course, centre, trainer=trainer, capacity=2)


def people(count: int, centre) -> list:
    return [VolunteerFactory(centre=centre).user for _ in range(count)]


class TestPlanning:
    def test_who_may(self, course, centre, trainer, session):
        for other in (UserFactory(), CoordinatorFactory(), staff(Role.TRAINER)):
            with pytest.raises(Forbidden):
                services.plan_session(course, centre, by=other)
            with pytest.raises(Forbidden):
                call_off_session(session, by=other)
        change_session(session, by=trainer, notes="Neem een kussen mee.")

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"hours_from_now": -1}, "starts_at"),
            ({"ends_after": -1}, "ends_at"),
            ({"ends_after": 13}, "ends_at"),
            ({"capacity": 0}, "capacity"),
            ({"call_url": ""}, "place"),
            ({"call_url": "http://open.nl"}, "call_url"),
            ({"trainer": "stranger"}, "trainer"),
            ({"trainer": "busy"}, "trainer"),
            ({"place": "far"}, "place"),
        ],
    )
    def test_a_meeting_that_nobody_could_go_to_is_refused(
        self, clock, course, centre, trainer, session, fields, field
    ):
        values = dict(fields)
        starts_at = clock.now() + values.pop("hours_from_now", 24 * 7) * HOUR
        values["ends_at"] = starts_at + values.pop("ends_after", 2) * HOUR
        if "trainer" in values:
            values["trainer"] = trainer if values["trainer"] == "busy" else UserFactory()
        if "place" in values:
            values |= {"place": place_in(CentreFactory()), "call_url": ""}
        with pytest.raises(InvalidInput) as refusal:
            session_of(course, centre, starts_at=starts_at, **values)
        assert refusal.value.field == field

    def test_a_draft_has_no_meetings(self, centre):
        with pytest.raises(CourseNotOffered):
            session_of(CourseFactory(published=False), centre)

    def test_its_timers_follow_it(self, clock, centre, session, trainer):
        seat = enrol(session, VolunteerFactory(centre=centre).user, by=None)
        change_session(
            session, by=trainer, starts_at=session.starts_at + 48 * HOUR, ends_at=session.ends_at + 48 * HOUR
        )
        clock.forward(days=7, hours=1)
        Worker().run_due()
        seat.refresh_from_db()
        session.refresh_from_db()
        assert (session.closed_at, seat.state) == (None, SeatState.CONFIRMED)
        clock.forward(days=2)
        check_in(seat, by=trainer)
        clock.forward(hours=15)
        Worker().run_due()
        session.refresh_from_db()
        assert session.is_closed
        assert Completion.objects.filter(volunteer__user=seat.holder).count() == 1
        with pytest.raises(SessionOver):
            change_session(session, by=trainer, notes="x")


class TestSigningUp:
    def test_the_list_moves_by_itself(self, centre, session, trainer):
        first, second, third, fourth = people(4, centre)
        seats = [enrol(session, each, by=each) for each in (first, second, third, fourth)]
        assert [seat.state for seat in seats] == ["confirmed", "confirmed", "waitlisted", "waitlisted"]
        assert [seat.position for seat in queries.seats_at(session)] == [None, None, 1, 2]
        leave(seats[1], by=second)
        leave(seats[3], by=fourth)
        change_session(session, by=trainer, capacity=3)
        seats = [Enrolment.objects.get(pk=seat.pk) for seat in seats]
        assert [seat.state for seat in seats] == ["confirmed", "cancelled", "confirmed", "cancelled"]
        session.refresh_from_db()
        assert (session.taken, session.free) == (2, 1)

    def test_nobody_is_in_two_places(self, course, centre, session):
        (someone,) = people(1, centre)
        enrol(session, someone, by=someone)
        other = session_of(course, centre, starts_at=session.starts_at + HOUR)
        with pytest.raises(Overlaps, match="Veilig tillen"):
            enrol(other, someone, by=someone)
        enrol(session_of(course, centre, starts_at=session.ends_at), someone, by=someone)

    def test_only_oneself_or_who_runs_it_and_not_before_what_comes_first(
        self, course, centre, session, trainer
    ):
        one, other = people(2, centre)
        with pytest.raises(Forbidden):
            enrol(session, one, by=other)
        seat = enrol(session, one, by=trainer)
        with pytest.raises(Forbidden):
            leave(seat, by=other)
        before = CourseFactory(title_nl="Beginnen")
        course.prerequisites.add(before)
        with pytest.raises(PrerequisiteMissing):
            enrol(session, other, by=other)

    def test_signing_up_says_yes_to_the_invitation_and_begun_is_too_late(
        self, clock, course, centre, session, trainer
    ):
        volunteer = VolunteerFactory(centre=centre)
        services.invite_to_course(course, volunteer, by=trainer)
        seat = enrol(session, volunteer.user, by=volunteer.user)
        assert CourseInvitation.objects.get().state == InvitationState.ACCEPTED
        clock.forward(days=7, minutes=1)
        with pytest.raises(NotOpen):
            leave(seat, by=volunteer.user)
        with pytest.raises(NotOpen):
            enrol(session, UserFactory(), by=None)
        leave(seat, by=trainer)

    def test_calling_off_tells_everybody_once(self, centre, session, trainer):
        for each in people(3, centre):
            enrol(session, each, by=each)
        call_off_session(session, by=trainer)
        call_off_session(session, by=trainer)
        assert set(Enrolment.objects.values_list("state", "cancelled_by")) == {("cancelled", "event")}

    def test_an_erased_person_leaves_a_free_place(self, centre, session):
        one, other, third = people(3, centre)
        for each in (one, other, third):
            enrol(session, each, by=each)
        end_what_runs(Subject(user=one))
        erase(Subject(user=one))
        session.refresh_from_db()
        assert session.taken == 2
        assert queries.seats_of(third).get().state == SeatState.CONFIRMED


class TestTheDoor:
    @pytest.fixture
    def seats(self, centre, session):
        return [enrol(session, each, by=each) for each in people(2, centre)]

    def test_a_code_opens_its_own_door_to_who_is_on_the_list(self, clock, centre, session, seats):
        clock.forward(days=7, minutes=-30)
        token = make_token(TOKEN, session.pk, until=session.ends_at)
        seat = check_in_by_code(token, by=seats[0].holder)
        again = check_in_by_code(token, by=seats[0].holder)
        assert (seat.state, again.checked_in_at) == (SeatState.ATTENDED, seat.checked_in_at)
        with pytest.raises(NotFound):
            check_in_by_code(token, by=UserFactory())
        for wrong in (make_token("vacancies.shift", session.pk, until=session.ends_at), token + "x", ""):
            with pytest.raises(CodeNotValid):
                check_in_by_code(wrong, by=seats[1].holder)
        clock.forward(hours=3)
        with pytest.raises(CodeNotValid):
            check_in_by_code(token, by=seats[1].holder)

    def test_who_stands_at_the_door_without_a_place_comes_in_while_there_is_one(
        self, clock, centre, course, session, seats, trainer
    ):
        """Two places, two people; a third waits, and comes in once one of them has given up theirs."""
        gone, waiting, stranger, late = seats[0].holder, *people(3, centre)
        token = make_token(TOKEN, session.pk, until=session.ends_at)
        enrol(session, waiting, by=waiting)
        with pytest.raises(OutsideCheckIn):
            check_in_by_code(token, by=seats[1].holder, join=True)
        clock.forward(days=7, minutes=10)
        Worker().run_due()
        for person in (waiting, stranger):
            with pytest.raises(NotFound):
                check_in_by_code(token, by=person, join=True)
        leave(seats[0], by=trainer)
        with pytest.raises(NotFound):
            check_in_by_code(token, by=waiting)
        first = CourseFactory()
        services.set_prerequisites(course, [first], by=None)
        with pytest.raises(PrerequisiteMissing):
            check_in_by_code(token, by=waiting, join=True)
        services.set_prerequisites(course, [], by=None)
        clash = session_of(CourseFactory(), centre, starts_at=session.starts_at + HOUR)
        held = enrol(clash, waiting, by=waiting)
        with pytest.raises(Overlaps):
            check_in_by_code(token, by=waiting, join=True)
        leave(held, by=waiting)
        joined = check_in_by_code(token, by=waiting, join=True)
        again = check_in_by_code(token, by=waiting, join=True)
        assert (joined.state, again.pk) == (SeatState.ATTENDED, joined.pk)
        session.refresh_from_db()
        assert session.taken == 2
        with pytest.raises(NotFound):
            check_in_by_code(token, by=late, join=True)
        change_places = services.ENROLMENTS.change_capacity
        change_places(session, 3, by=trainer)
        close_session(session, by=trainer)
        assert queries.has_done(waiting, course)
        for person in (late, gone):
            with pytest.raises(NotFound):
                check_in_by_code(token, by=person, join=True)

    def test_the_trainer_puts_who_walks_in_on_the_list_by_name(
        self, clock, course, centre, session, seats, trainer
    ):
        """Rules of enrolment and of time hold, the person hears it, and nothing of theirs is told."""
        gone, late = seats[0].holder, VolunteerFactory(centre=centre).user
        clock.forward(days=7, minutes=10)
        with pytest.raises(Forbidden):
            put_on_list(session, late, by=late)
        for nobody in (UserFactory(), VolunteerFactory().user):
            with pytest.raises(NotFound):
                put_on_list(session, nobody, by=trainer)
        with pytest.raises(NoPlaceLeft):
            put_on_list(session, late, by=trainer)
        leave(seats[0], by=trainer)
        services.set_prerequisites(course, [CourseFactory(title_nl="Beginnen")], by=None)
        with pytest.raises(NotTrainedYet, match="Beginnen"):
            put_on_list(session, late, by=trainer)
        services.set_prerequisites(course, [], by=None)
        clash = session_of(CourseFactory(title_nl="Rouw"), centre, starts_at=session.starts_at + HOUR)
        held = enrol(clash, late, by=late)
        with pytest.raises(BusyThen) as refusal:
            put_on_list(session, late, by=trainer)
        assert "Rouw" not in str(refusal.value.message)
        leave(held, by=late)
        close_session(session, by=trainer)
        there = put_on_list(session, late, by=trainer)
        again = put_on_list(session, late, by=trainer)
        assert (there.state, again.pk) == (SeatState.ATTENDED, there.pk)
        assert queries.has_done(late, course), "it was rounded off already"
        Worker().run_due()
        kinds = Notice.objects.filter(user=late).values_list("kind", flat=True)
        assert list(kinds.filter(kind__startswith="meeting_ad")) == [NoticeKind.MEETING_ADMITTED]
        assert not Notice.objects.filter(user=gone, kind=NoticeKind.MEETING_ADMITTED).exists()
        clock.forward(days=2)
        with pytest.raises(NotOpen):
            put_on_list(session, gone, by=trainer)

    def test_by_name_one_finds_who_is_of_the_centre_and_not_who_is_helped(self, centre, session):
        def named(name: str, **of: Any) -> Any:
            return VolunteerFactory(user=UserFactory(name=name), **of).user

        jose, maria = named("José van der Berg", centre=centre), named("Maria de Vries", centre=centre)
        named("Maria de Vries")
        colleague = staff(Role.COORDINATOR, centre, name="Marieke Jansen")
        helped = ResidentFactory(centre=centre, user=UserFactory(name="Maria Helpt", email="mh@x.nl")).user

        def found(asked: str) -> tuple[list, bool]:
            answer = queries.found_at_door(session, asked)
            return answer.people, answer.near

        assert found("jose berg") == ([jose], False)
        assert found("mari") == ([maria, colleague], False)
        assert found("Mraia Vires") == ([maria], True)
        assert found("Jansne") == ([colleague], True)
        for nobody in ("", "m", "Willem", "Marx", "mh@"):
            assert found(nobody) == ([], False), nobody
        assert found("MH@x.nl") == ([helped], False), "who says their whole address is known by it"
        maria.suspended_at = session.starts_at
        maria.save()
        assert found("maria") == ([], False)

    def test_nobody_comes_in_when_it_is_rounded_off_at_that_very_moment(
        self, clock, centre, course, session, seats, trainer, monkeypatch
    ):
        """The trainer is first at the row: whoever joins waits for it, and finds it settled."""
        leave(seats[0], by=trainer)
        clock.forward(days=7, minutes=10)
        lock = SeatBook.lock

        def after_the_trainer(book: Any, event: Any) -> Any:
            Session.objects.filter(pk=session.pk).update(closed_at=clock.now())
            return lock(book, event)

        monkeypatch.setattr(SeatBook, "lock", after_the_trainer)
        token, late = make_token(TOKEN, session.pk, until=session.ends_at), people(1, centre)[0]
        with pytest.raises(NotFound):
            check_in_by_code(token, by=late, join=True)

    def test_closing_settles_who_was_there_and_the_list_can_be_put_right(
        self, clock, course, session, seats, trainer
    ):
        there, away = seats
        with pytest.raises(NotBegun):
            close_session(session, by=trainer)
        clock.forward(days=7, minutes=10)
        with pytest.raises(Forbidden):
            check_in(there, by=away.holder)
        check_in(there, by=trainer)
        assert not Certificate.objects.exists()
        close_session(session, by=trainer)
        close_session(session, by=trainer)
        assert Certificate.objects.get().user == there.holder
        away.refresh_from_db()
        assert away.state == SeatState.NO_SHOW
        check_in(away, by=trainer)
        assert queries.has_done(away.holder, course)
        mark_missed(away, by=trainer)
        assert not queries.has_done(away.holder, course)
        reopen_seat(there, by=trainer)
        assert not queries.holds_course(there.holder.volunteer, course)

    def test_blended_takes_both_in_any_order(self, clock, course, session, seats, trainer):
        lesson(course)
        services.change_course(course, by=None, needs_session=True)
        first, later = seats
        learn(first.holder, course)
        assert not Certificate.objects.exists()
        clock.forward(days=7)
        for seat in seats:
            check_in(seat, by=trainer)
        close_session(session, by=trainer)
        assert [each.user for each in Certificate.objects.all()] == [first.holder]
        learn(later.holder, course)
        assert queries.has_done(later.holder, course)
        assert Certificate.objects.get(user=later.holder).session == session

    def test_only_who_was_there_says_how_it_was_and_no_name_stands_with_it(
        self, clock, course, session, seats, trainer
    ):
        clock.forward(days=7)
        check_in(seats[0], by=trainer)
        close_session(session, by=trainer)
        who = seats[0].holder
        assert [seat.pk for seat in queries.to_evaluate(who)] == [seats[0].pk]
        with pytest.raises(NotThere):
            evaluate(course, session=session, by=seats[1].holder, rating=1)
        with pytest.raises(InvalidInput):
            evaluate(course, session=session, by=who, rating=6)
        evaluate(course, session=session, by=who, rating=2)
        evaluate(course, session=session, by=who, rating=4, usable=True, words=" Fijn. ")
        assert Evaluation.objects.get().words == "Fijn."
        assert not queries.to_evaluate(who)

    def test_the_numbers(self, clock, course, session, seats, trainer, django_assert_num_queries):
        clock.forward(days=7)
        check_in(seats[0], by=trainer)
        close_session(session, by=trainer)
        evaluate(course, session=session, by=seats[0].holder, rating=4)
        CourseFactory()
        with django_assert_num_queries(9):
            found = queries.course_figures(queries.teaching_centres(trainer))
        (of,) = [each for each in found if each.course == course]
        numbers = (of.enrolled, of.attended, of.missed, of.completed, of.ratings, of.rating)
        assert numbers == (2, 1, 1, 1, 1, 4.0)
        elsewhere = queries.course_figures(queries.teaching_centres(staff(Role.TRAINER)))
        assert all(each.enrolled == each.completed == each.ratings == 0 for each in elsewhere)
