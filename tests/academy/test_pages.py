"""The pages of trainings: learning for volunteers, recording and asking for staff; what is told of them."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from academy import queries, services
from academy.enums import InvitationState
from academy.models import Completion, CourseInvitation
from events.worker import Worker
from help_requests.enums import RequestState
from notifications.enums import NoticeKind
from notifications.live.groups import person
from notifications.models import LiveSignal, Notice
from notifications.web.views import address_of
from people.enums import HelpCategory, Role
from tests.factories.academy import CourseFactory, train
from tests.factories.matching import Town, open_request
from tests.factories.people import RoleGrantFactory

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 3)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def town(clock) -> Town:
    return Town(volunteers=2)


@pytest.fixture
def volunteer(town):
    return town.volunteers[0]


@pytest.fixture
def staff_client(town) -> Client:
    return client_of(town.coordinator)


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


class TestLearning:
    def test_it_tells_what_one_has_what_one_is_invited_to_and_what_would_open_more(self, town, volunteer):
        lapsed, soon, lasting = (CourseFactory(title_nl=name) for name in ("Tillen", "Grenzen", "Rijden"))
        train(volunteer, lapsed, valid_until=TODAY - timedelta(days=1), completed_on=TODAY)
        train(volunteer, soon, valid_until=TODAY)
        train(volunteer, lasting)
        invited, other = CourseFactory(title_nl="Dementie"), CourseFactory(title_nl="Hartritme")
        services.invite_to_course(invited, volunteer, by=town.coordinator)
        town.request.required_courses.add(invited)
        for _ in range(2):
            open_request(town.centre).required_courses.add(other)
        shown = page(client_of(volunteer.user), "learning")
        for words in (
            "Je bent uitgenodigd",
            "Deze training opent 1 hulpvraag bij jou in de buurt.",
            "Deze training opent 2 hulpvragen bij jou in de buurt.",
            "was geldig tot en met gisteren",
            "Vervalt binnenkort",
        ):
            assert words in shown
        assert shown.count("Dementie</a></h3>") == 1

    def test_one_answers_and_may_think_again(self, town, volunteer):
        invitation = services.invite_to_course(CourseFactory(), volunteer, by=town.coordinator)
        client = client_of(volunteer.user)
        assert invitation.course.title in page(client, "volunteer-home")
        for name, state in (
            ("invitation-accept", InvitationState.ACCEPTED),
            ("invitation-decline", InvitationState.DECLINED),
            ("invitation-accept", InvitationState.DECLINED),
        ):
            answer = client.post(reverse(name, args=[invitation.pk]))
            onward = [] if name == "invitation-decline" else [invitation.course.slug]
            assert answer["Location"] == reverse("learn-course" if onward else "learning", args=onward)
            assert CourseInvitation.objects.get().state == state
        assert "Deze uitnodiging is al beantwoord." in page(client, "learning")
        assert invitation.course.title not in page(client, "volunteer-home")

    def test_another_s_invitation_is_not_there(self, town, volunteer):
        invitation = services.invite_to_course(CourseFactory(), volunteer, by=None)
        stranger = client_of(town.volunteers[1].user)
        assert stranger.post(reverse("invitation-accept", args=[invitation.pk])).status_code == 404


class TestStaff:
    def test_recording_counts_at_once_and_can_be_taken_back(self, staff_client, town, volunteer):
        course = CourseFactory(valid_months=12)
        address = reverse("volunteer-trainings", args=[volunteer.pk])
        staff_client.post(address, {"course": course.pk, "completed_on": "2025-06-02"})
        completion = Completion.objects.get()
        assert (completion.valid_until, completion.recorded_by) == (date(2026, 6, 2), town.coordinator)
        assert "dinsdag 2 juni 2026" in page(staff_client, "volunteer-trainings", volunteer.pk)
        staff_client.post(reverse("completion-revoke", args=[volunteer.pk, completion.pk]))
        assert "Nog geen trainingen vastgelegd." in page(staff_client, "volunteer-trainings", volunteer.pk)

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"completed_on": "2025-06-04"}, "Deze dag moet nog komen."),
            ({"completed_on": "ooit"}, "aria-invalid"),
            ({"course": ""}, "aria-invalid"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_recorded(self, staff_client, volunteer, typed, words):
        filled = {"course": CourseFactory().pk, "completed_on": "2025-06-02"} | typed
        answer = staff_client.post(reverse("volunteer-trainings", args=[volunteer.pk]), filled)
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
        assert not Completion.objects.exists()

    def test_the_page_of_the_volunteer_shows_them(self, staff_client, volunteer):
        train(volunteer, CourseFactory(title_nl="Veilig tillen"))
        address = reverse("volunteer-trainings", args=[volunteer.pk])
        assert f'hx-get="{address}"' in page(staff_client, "volunteer", volunteer.pk)
        part = staff_client.get(address, headers={"hx-request": "true"}).content.decode()
        assert "Veilig tillen" in part
        assert "<form" not in part

    def test_inviting_says_what_came_of_it(self, staff_client, volunteer):
        course, held = CourseFactory(), CourseFactory()
        train(volunteer, held)
        address = reverse("volunteer-invite", args=[volunteer.pk])
        answers = [
            staff_client.post(address, {"invite-course": chosen}, follow=True).content.decode()
            for chosen in (course.pk, held.pk, "")
        ]
        words = (
            f"{volunteer.user.name} is uitgenodigd.",
            "Deze vrijwilliger heeft deze training al gedaan.",
            "Kies een training.",
        )
        assert all(word in answer for word, answer in zip(words, answers, strict=True))
        assert CourseInvitation.objects.get().course == course

    def test_one_says_which_help_asks_for_a_course(self, staff_client, town, volunteer):
        course = CourseFactory(title_nl="Omgaan met dementie")
        train(volunteer, course)
        services.invite_to_course(course, town.volunteers[1], by=town.coordinator)
        address = reverse("course", args=[course.slug])
        staff_client.post(address, {"categories": [HelpCategory.COMPANY, HelpCategory.RESPITE]})
        staff_client.post(address, {"categories": [HelpCategory.RESPITE]})
        assert queries.categories_by_course(town.centre) == {course.pk: [HelpCategory.RESPITE]}
        listed = page(staff_client, "courses")
        assert "Mantelzorger ontlasten" in listed
        shown = page(staff_client, "course", course.slug)
        assert "1 vrijwilliger heeft deze training gedaan" in shown
        assert town.volunteers[1].user.name in shown

    def test_a_draft_is_not_asked_and_an_officer_only_looks(self, staff_client, town):
        draft, course = CourseFactory(published=False), CourseFactory()
        assert "Bewaren" not in page(staff_client, "course", draft.slug)
        assert "Bewaren" in page(staff_client, "course", course.slug)
        officer = client_of(RoleGrantFactory(role=Role.CONFIDENTIAL_OFFICER, centre=town.centre).user)
        assert "Bewaren" not in page(officer, "course", course.slug)

    def test_what_asks_for_a_course_off_offer_can_still_be_loosened(self, staff_client, town):
        course = CourseFactory()
        services.set_required_for(course, town.centre, [HelpCategory.COMPANY, HelpCategory.RESPITE], by=None)
        services.change_course(course, by=None, published=False)
        shown = page(staff_client, "course", course.slug)
        assert ('value="company"' in shown, 'value="garden"' in shown) == (True, False)
        staff_client.post(reverse("course", args=[course.slug]), {"categories": [HelpCategory.COMPANY]})
        assert queries.categories_by_course(town.centre) == {course.pk: [HelpCategory.COMPANY]}

    def test_lists_take_as_many_queries_however_many(self, staff_client, town, django_assert_num_queries):
        for expected in (LIST_QUERIES, LIST_QUERIES):
            course = CourseFactory()
            for volunteer in town.volunteers:
                train(volunteer, course)
            services.require_course_for(HelpCategory.COMPANY, course, town.centre, by=None)
            with django_assert_num_queries(expected):
                page(staff_client, "courses")


LIST_QUERIES = 11


class TestOneRequest:
    def test_the_desk_asks_a_training_of_one_request(self, staff_client, town):
        address = reverse("desk-courses", args=[town.request.pk])
        assert "Training die nodig is" not in page(staff_client, "desk-request", town.request.pk)
        course = CourseFactory(title_nl="Omgaan met dementie")
        assert "Training die nodig is" in page(staff_client, "desk-request", town.request.pk)
        staff_client.post(address, {"courses": [course.pk]})
        assert list(town.request.required_courses.all()) == [course]
        staff_client.post(address, {})
        assert not town.request.required_courses.exists()

    def test_it_can_be_asked_on_approval(self, staff_client, town):
        course = CourseFactory()
        waiting = open_request(town.centre, state=RequestState.SUBMITTED)
        shown = page(staff_client, "desk-request", waiting.pk)
        assert f'name="required_courses" value="{course.pk}"' in shown


class TestTelling:
    def test_the_invited_hears_it_and_the_inviter_hears_the_yes(self, town, volunteer):
        invitation = services.invite_to_course(CourseFactory(), volunteer, by=town.coordinator)
        Worker().run_due()
        (notice,) = Notice.objects.filter(user=volunteer.user)
        assert (notice.kind, address_of(notice)) == (NoticeKind.COURSE_INVITED, reverse("learning"))
        (sent,) = mail.outbox
        assert (sent.to, sent.subject) == ([volunteer.user.email], "Je bent uitgenodigd voor een training")
        assert reverse("learning") in sent.body
        services.accept_invitation(invitation, by=volunteer.user)
        Worker().run_due()
        (notice,) = Notice.objects.filter(user=town.coordinator)
        assert address_of(notice) == reverse("volunteer-trainings", args=[volunteer.pk])

    def test_an_open_page_hears_that_more_is_near_by(self, volunteer):
        services.complete_course(volunteer, CourseFactory(), by=None)
        Worker().run_due()
        assert LiveSignal.objects.filter(topic="near-me", group=person(volunteer.user_id)).exists()
