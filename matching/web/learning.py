"""What a volunteer has learned, is invited to, and what a training would open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from academy import queries as academy
from matching import candidates
from matching.web.access import volunteers_only
from people.models import Volunteer

SHOWN = 5


@require_safe
@volunteers_only
def learning(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """``GET /leren/``: invitations first, then the courses that open the most, then one's own."""
    invitations = academy.running_invitations(volunteer)
    unlocked = candidates.unlock_values(volunteer)
    counts = {course.pk: count for course, count in unlocked}
    invited = {invitation.course_id for invitation in invitations}
    context = {
        "volunteer": volunteer,
        "invitations": [(each, counts.get(each.course_id, 0)) for each in invitations],
        "openings": [pair for pair in unlocked if pair[0].pk not in invited][:SHOWN],
        "completions": academy.best_completions(volunteer),
    }
    return render(request, "matching/volunteer/learning.html", context)
