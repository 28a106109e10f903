"""Makes courses and completions for tests."""

from datetime import date
from typing import Any

import factory

from academy.models import Completion, Course
from common import clock
from people.models import Volunteer


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
