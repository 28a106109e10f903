"""A course with its lessons, read from a file; ``course_text`` writes it."""

from typing import Any

from django.utils.translation import gettext as _

from academy.enums import Audience, StepKind, Theme, VersionState
from academy.models import Course
from academy.queries import in_a_ring
from academy.services import courses, writing
from academy.services.course_text import letter
from academy.services.packing import FileRefused, Part
from academy.services.values import Front, languages
from common.errors import InvalidInput
from people.models import User


class CourseFile:
    """A course that was read from a file, checked as far as it can be without the database."""

    def __init__(self, parts: list[Part]) -> None:
        front = Front(parts[0].front)
        front.knows(
            "type", "slug", "title", "summary", "theme", "audiences", "valid_months", "needs_session",
            "prerequisites", "published",
        )  # fmt: skip
        if parts[0].text.strip():
            raise FileRefused(_("The text of a course stands in its steps."))
        title, summary = front.in_languages("title", 120), front.in_languages("summary", 600)
        if "nl" not in title or "nl" not in summary:
            raise FileRefused(_("The title and the summary are needed in Dutch."))
        self.slug = front.text("slug", 50)
        self.published = front.flag("published")
        self.prerequisites = front.texts("prerequisites")
        self.details = courses.CourseDetails(
            title_nl=title["nl"],
            title_en=title.get("en", ""),
            summary_nl=summary["nl"],
            summary_en=summary.get("en", ""),
            valid_months=front.number("valid_months", 1, 600, None),
            theme=front.choice("theme", Theme.values, Theme.OTHER),
            audiences=Audience.to_mask(front.choices("audiences", Audience.values)),
            needs_session=front.flag("needs_session"),
        )
        self.steps = _steps(parts[1:])

    def find(self) -> Course | None:
        """Return the course that this file is of, if there is one."""
        return Course.objects.filter(slug=self.slug).first()

    def keep(self, course: Course | None, *, publish: bool, by: User | None) -> Course:
        """Write it, as a new course or over the lessons of the one there is. Raises as the services do."""
        publish = publish and self.published
        details = courses.CourseDetails(**self.details)
        if course is None:
            details["slug"], details["published"] = self.slug, publish
            course = courses.add_course(by=by, **details)
        else:
            if course.versions.filter(state=VersionState.DRAFT).exists():
                raise InvalidInput(
                    _("Somebody is writing these lessons. Publish the draft or throw it away first.")
                )
            details["published"] = publish or course.published
            course = courses.change_course(course, by=by, **details)
        if self.steps:
            draft = writing.write_steps(writing.draft_of(course, by=by), self.steps, by=by)
            if publish:
                writing.publish_version(draft, by=by)
        return course

    def link(self, course: Course, *, by: User | None) -> tuple[bool, str]:
        """Say which courses come first, now that all of them are there.

        Returns:
            Whether anything changed, and a sentence about those that were left out: they are not here, or
            they wait for this course themselves. Empty when all is well.
        """
        here = Course.objects.filter(slug__in=self.prerequisites, retired_at=None)
        before = {each.slug: each for each in here.order_by("slug")}
        ring = in_a_ring(course, before.values())
        changed = courses.set_prerequisites(course, [b for b in before.values() if b not in ring], by=by)
        left_out = [courses.ring_words(ring)] if ring else []
        if missing := sorted(set(self.prerequisites) - before.keys()):
            names = {"names": ", ".join(missing)}
            left_out.append(_("These should come first, but are not here: %(names)s.") % names)
        return changed, " ".join(left_out)


def _steps(parts: list[Part]) -> list[writing.StepDetails]:
    steps: list[writing.StepDetails] = []
    for part in parts:
        front = Front(part.front)
        if front.choice("type", ["step", "translation"], "") == "step":
            steps.append(_step(front, part.text))
        elif steps:
            _translate(steps[-1], front, part.text)
        else:
            raise FileRefused(_("A translation stands after its step."))
    return steps


def _step(front: Front, body: str) -> writing.StepDetails:
    front.knows("type", "kind", "minutes", "title", "film", "transcript", "choices")
    return writing.StepDetails(
        kind=front.choice("kind", StepKind.values, StepKind.TEXT),
        minutes=front.number("minutes", 1, 60, 5) or 5,
        title=languages(front.text("title", writing.LONGEST_TITLE), "title", writing.LONGEST_TITLE),
        body=languages(body, "body", writing.LONGEST_BODY),
        film=front.text("film", 400, ""),
        transcript=languages(
            front.text("transcript", writing.LONGEST_BODY, ""), "transcript", writing.LONGEST_BODY
        ),
        choices=[_read_choice(place, row) for place, row in enumerate(front.rows("choices"))],
    )


def _read_choice(place: int, row: dict[str, Any]) -> dict[str, Any]:
    front = Front(row)
    front.knows("key", "text", "right", "why")
    return {
        "key": front.text("key", 20, letter(place)),
        "text": front.in_languages("text", writing.LONGEST_BODY),
        "right": front.flag("right"),
        "why": front.in_languages("why", writing.LONGEST_BODY),
    }


def _translate(step: writing.StepDetails, front: Front, body: str) -> None:
    front.knows("type", "language", "title", "transcript")
    language = front.choice("language", ["en"], "en")
    texts = {
        "title": front.text("title", writing.LONGEST_TITLE, ""),
        "transcript": front.text("transcript", writing.LONGEST_BODY, ""),
        "body": body,
    }
    for name, text in texts.items():
        if text:
            step[name][language] = text  # type: ignore[literal-required]
