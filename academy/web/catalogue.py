"""What there is to learn, for everyone; and what of it is one's own."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from academy import queries
from academy.enums import Audience, Theme
from academy.models import Course
from academy.services import begin
from common.errors import NotFound
from people.models import User
from people.queries import may_act, volunteer_of


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """``GET /leren/?voor=volunteer&thema=dementia``: one's own first, then every course on offer."""
    theme, audience = _chosen(request)
    own = _own(request)
    opened: dict[UUID, queries.Opened] = own.get("opened", {})
    listed = queries.catalogue(theme=theme, audience=audience)
    invited = {invitation.course_id for invitation, _opened in own.get("invitations", [])}
    listed = [each for each in listed if each.course.pk not in invited]
    listed.sort(key=lambda each: -opened[each.course.pk].total if each.course.pk in opened else 0)
    context = {
        "listed": [(each, opened.get(each.course.pk)) for each in listed],
        "themes": Theme.choices,
        "theme": theme,
        "audiences": Audience,
        "audience": audience,
        **own,
    }
    return render(request, "academy/learn/catalogue.html", context)


@require_safe
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """``GET /leren/<slug>/``: what one learns, how, and when the meetings are."""
    return render(request, "academy/learn/course.html", _about(request, course_on_offer(request, slug)))


@require_POST
@login_required
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """``POST /leren/<slug>/begin/``: begin, or go on where one was."""
    learning = begin(course_on_offer(request, slug), request.user, by=request.user)
    following = queries.next_step(learning, queries.steps_done(learning))
    return redirect("learn-step", slug, following.position if following else 1)


def reader_of(request: HttpRequest) -> User:
    """Who reads; the page is for who is signed in."""
    return cast("User", request.user)


def course_on_offer(request: HttpRequest, slug: str) -> Course:
    """The course of an address. Raises ``NotFound`` for a draft, except to who writes lessons."""
    found = queries.living_courses().filter(slug=slug).first()
    if found is None or not (found.on_offer or _knows(request, found)):
        raise NotFound
    return found


def _knows(request: HttpRequest, found: Course) -> bool:
    """Who teaches, and who was half-way when it was taken off the list."""
    if not may_act(request.user):
        return False
    return (
        bool(queries.teaching_centres(request.user))
        or found.learnings.filter(user=reader_of(request)).exists()
    )


def _chosen(request: HttpRequest) -> tuple[str, Audience | None]:
    theme, audience = request.GET.get("thema", ""), request.GET.get("voor", "")
    return (
        theme if theme in Theme.values else "",
        Audience(audience) if audience in Audience.values else None,
    )


def _own(request: HttpRequest) -> dict[str, Any]:
    """What is the reader's: invitations, lessons half-way, meetings, what to tell of, certificates."""
    if not may_act(request.user):
        return {}
    user, volunteer = request.user, volunteer_of(request.user)
    opened = queries.openings_for(volunteer) if volunteer else {}
    invitations = queries.running_invitations(volunteer) if volunteer else []
    return {
        "volunteer": volunteer,
        "opened": opened,
        "invitations": [(each, opened.get(each.course_id)) for each in invitations],
        "running": _running(
            queries.learnings_of(user).filter(finished_at=None).prefetch_related("version__steps")
        ),
        "seats": queries.seats_of(user, running=True),
        "to_evaluate": queries.to_evaluate(user),
        "completions": queries.best_completions(volunteer) if volunteer else [],
        "certificates": {each.course_id: each for each in queries.best_certificates(user)},
    }


def _running(learnings: Iterable[Any]) -> list[dict[str, Any]]:
    rows = []
    for learning in learnings:
        total = len(learning.version.steps.all())
        rows.append({"learning": learning, "done": learning.steps_done, "total": total})
    return rows


def _about(request: HttpRequest, found: Course) -> dict[str, Any]:
    version = queries.published_version(found)
    sessions = list(queries.upcoming_sessions().filter(course=found)[:12])
    context: dict[str, Any] = {
        "course": found,
        "form": queries.form_of(found, lessons=version is not None),
        "steps": list(version.steps.all()) if version else [],
        "prerequisites": list(found.prerequisites.filter(retired_at=None)),
    }
    context["minutes"] = sum(step.minutes for step in context["steps"])
    context["dutch_steps"] = sum(step.is_foreign for step in context["steps"])
    seats = queries.seats_by_session(request.user, sessions) if may_act(request.user) else {}
    context["sessions"] = [(session, seats.get(session.pk)) for session in sessions]
    if may_act(request.user):
        context |= _mine(request, found)
    return context


def _mine(request: HttpRequest, found: Course) -> dict[str, Any]:
    user, volunteer = request.user, volunteer_of(request.user)
    learning = queries.learnings_of(user).filter(course=found).first()
    opened = queries.openings_for(volunteer) if volunteer else {}
    return {
        "learning": learning,
        "missing": queries.missing_prerequisites(found, user),
        "certificate": queries.certificates_of(user).filter(course=found).first(),
        "has_done": queries.has_done(user, found),
        "opens": opened.get(found.pk),
    }
