"""Makes courses and completions for tests."""

from datetime import date, timedelta
from typing import Any

import factory

from academy.enums import StepKind
from academy.models import Completion, Course, CourseVersion, Learning, Session
from academy.services import add_step, begin, do_step, draft_of, plan_session, publish_version
from common import clock
from people.models import Centre, User, Volunteer
from places.models import MeetingPlace

CHOICES = [
    {"key": "a", "text": {"nl": "Haasten"}, "right": False, "why": {"nl": "Rust helpt meer."}},
    {"key": "b", "text": {"nl": "Wachten"}, "right": True, "why": {"nl": "Zo houd je contact."}},
]


class CourseFactory(factory.django.DjangoModelFactory):
    """A course on offer that does not lapse, at the next free place in the masks."""

    class Meta:
        model = Course

    bit = factory.LazyFunction(lambda: Course.objects.filter(retired_at=None).count())
    slug = factory.Sequence(lambda n: f"training-{n}")
    title_nl = factory.Sequence(lambda n: f"Training {n}")
    title_en = factory.Sequence(lambda n: f"Course {n}")
    summary_nl = "In drie korte lessen."
    published = True


def train(
    volunteer: Volunteer, course: Course, *, valid_until: date | None = None, **fields: Any
) -> Completion:
    """Let a volunteer have done a course. It records no event."""
    return Completion.objects.create(
        volunteer=volunteer,
        course=course,
        completed_on=fields.pop("completed_on", clock.today()),
        valid_until=valid_until,
        **fields,
    )


def lesson(course: Course, *, question: bool = True, by: User | None = None) -> CourseVersion:
    """Lessons of two texts and, unless told otherwise, a question (``b`` is right); published."""
    draft = draft_of(course, by=by)
    draft.steps.all().delete()
    for number in (1, 2):
        title, body = {"nl": f"Stap {number}", "en": f"Step {number}"}, {"nl": "Rustig **kijken**."}
        add_step(draft, by=by, kind=StepKind.TEXT, title=title, body=body)
    if question:
        add_step(draft, by=by, kind=StepKind.QUESTION, title={"nl": "Wat doe je?"}, choices=CHOICES)
    return publish_version(draft, by=by)


def learn(user: User, course: Course) -> Learning:
    """Let someone do all the lessons of a course."""
    learning = begin(course, user, by=user)
    for step in learning.version.steps.all():
        do_step(learning, step, choice="b", by=user)
    learning.refresh_from_db()
    return learning


def place_in(centre: Centre, name: str = "Buurtplein") -> MeetingPlace:
    """A place to meet in the first district of a centre."""
    district = centre.districts.earliest("code")
    return MeetingPlace.objects.create(
        name=name, district=district, lat=district.lat, lon=district.lon, address="Plein 1"
    )


def session_of(course: Course, centre: Centre, **fields: Any) -> Session:
    """A meeting of two hours, a week from now, by video call, with eight places."""
    starts_at = fields.pop("starts_at", clock.now() + timedelta(days=7))
    values = {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "capacity": 8,
        "call_url": "https://bellen.voorbeeld.nl/training",
        **fields,
    }
    return plan_session(course, centre, by=None, **values)
