"""Doing lessons on a phone: one step on a screen. Everything works without JavaScript.

With it an answer is answered at once, and steps are kept while there is no connection; ``lesson.js`` sends
them to the API later.
"""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from academy import queries, services
from academy.enums import StepKind
from academy.models import Evaluation, Learning, Step
from academy.services.pictures import named_in
from academy.web.catalogue import course_on_offer, reader_of
from common.errors import InvalidInput, NotFound
from common.markdown import to_html


@method_decorator(login_required, name="dispatch")
class StepView(View):
    """``GET`` and ``POST /leren/<slug>/stap/<n>/``: one step; posting does it and goes on."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find one's own lessons. Who has not begun goes to the page of the course."""
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        learning = learning_of(request, kwargs["slug"])
        if learning is None:
            return redirect("learn-course", kwargs["slug"])
        self.learning: Learning = learning
        self.steps = list(learning.version.steps.all())
        found = next((each for each in self.steps if each.position == kwargs["number"]), None)
        if found is None:
            raise NotFound
        self.step: Step = found
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Show the step."""
        return self._page()

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Do it. A question that is not right yet stays, with kind words at the answer."""
        choice = request.POST.get("choice", "")
        try:
            feedback = services.do_step(self.learning, self.step, choice=choice, by=request.user)
        except InvalidInput:
            return self._page(status=422, missing=_("Choose an answer."))
        if self.step.kind == StepKind.QUESTION and "answered" not in request.POST:
            return self._page(choice=choice, right=feedback.done)
        return redirect(self._onward())

    def _onward(self) -> str:
        done = queries.steps_done(self.learning)
        after = [step for step in self.steps if step.position > self.step.position]
        following = next((step for step in after if step.pk not in done), None) or queries.next_step(
            self.learning, done
        )
        return step_address(self.learning, following)

    def _page(
        self, *, status: int = 200, choice: str = "", right: bool = False, missing: str = ""
    ) -> HttpResponse:
        position, total = self.step.position, len(self.steps)
        following = self.steps[position] if position < total else None
        context = {
            "course": self.learning.course,
            "learning": self.learning,
            "step": self.step,
            "total": total,
            "title": self.step.words(self.step.title),
            "body": to_html(self.step.words(self.step.body)),
            "transcript": to_html(self.step.words(self.step.transcript), top_level=3),
            "choices": [self._choice(each, choice) for each in self.step.choices],
            "right": right,
            "missing": missing,
            "before": step_address(self.learning, self.steps[position - 2]) if position > 1 else "",
            "after": step_address(self.learning, following),
            "keep": [step_address(self.learning, step) for step in self.steps] + self._pictures(),
        }
        return render(self.request, "academy/learn/step.html", context, status=status)

    def _pictures(self) -> list[str]:
        """The addresses of the pictures of all steps, for who learns on the way."""
        named = {found for step in self.steps for found in named_in(step.words(step.body))}
        return [reverse("lesson-picture", args=[each]) for each in sorted(named)]

    def _choice(self, choice: dict[str, Any], chosen: str) -> dict[str, Any]:
        return {
            "key": choice["key"],
            "text": self.step.words(choice["text"]),
            "why": self.step.words(choice["why"]),
            "right": choice["right"],
            "chosen": choice["key"] == chosen,
        }


@require_safe
@login_required
def finished(request: HttpRequest, slug: str) -> HttpResponse:
    """``GET /leren/<slug>/klaar/``: what is done, what is still to do, and the certificate."""
    learning = learning_of(request, slug)
    if learning is None:
        return redirect("learn-course", slug)
    following = queries.next_step(learning, queries.steps_done(learning))
    if following is not None:
        return redirect(step_address(learning, following))
    found, user = learning.course, request.user
    context = {
        "course": found,
        "learning": learning,
        "certificate": queries.certificates_of(user).filter(course=found).first(),
        "sessions": queries.upcoming_sessions().filter(course=found)[:3] if found.needs_session else [],
        "evaluated": Evaluation.objects.filter(user=reader_of(request), course=found).exists(),
    }
    return render(request, "academy/learn/finished.html", context)


def learning_of(request: HttpRequest, slug: str) -> Learning | None:
    """One's own lessons of a course: those that run, else the last that were finished."""
    found = queries.learnings_of(request.user).filter(course=course_on_offer(request, slug))
    return found.filter(finished_at=None).first() or found.first()


def step_address(learning: Learning, step: Step | None) -> str:
    """The address of a step; after the last one that of the page that says what is done."""
    slug = learning.course.slug
    return reverse("learn-step", args=[slug, step.position]) if step else reverse("learn-done", args=[slug])
