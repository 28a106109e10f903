"""What can be reported of recognition: words of thanks, and what stands with hours and reimbursements."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from people.queries import may_act, volunteer_of
from recognition.queries import claims_visible_to, entries_visible_to, thanks_of
from safeguarding.enums import ReportKind
from safeguarding.reportable import Reportable, about_person, reportable


@reportable(ReportKind.THANKS)
def words_of_thanks(user: Any, object_id: UUID) -> Reportable | None:
    """To the centre of the organisation that said it, else to one's own; it learns who wrote them."""
    found = thanks_of(user).filter(pk=object_id).select_related("given_by").first() if may_act(user) else None
    volunteer = volunteer_of(user)
    if found is None:
        return None
    if found.organisation is not None:
        centre = found.organisation.centre
    elif volunteer is not None:
        centre = volunteer.centre
    else:
        return None
    return Reportable(centre, person=found.given_by, organisation=found.organisation)


@reportable(ReportKind.HOURS)
def words_with_hours(user: Any, object_id: UUID) -> Reportable | None:
    """Who signs hours of others, or did: what the volunteer wrote with them."""
    found = entries_visible_to(user).filter(pk=object_id).exclude(user_id=user.pk).first()
    if found is None or not found.note:
        return None
    return about_person(found.user, found.centre, reverse("hours-to-sign"))


@reportable(ReportKind.CLAIM)
def words_with_costs(user: Any, object_id: UUID) -> Reportable | None:
    """Who decides about costs of others, or did: what the volunteer wrote with them."""
    found = claims_visible_to(user).filter(pk=object_id).exclude(user_id=user.pk).first()
    if found is None or not found.note:
        return None
    return about_person(found.user, found.centre, reverse("claims-to-decide"))
