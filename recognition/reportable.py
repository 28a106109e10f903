"""What can be reported of recognition: words of thanks, by who received them."""

from typing import Any
from uuid import UUID

from people.queries import may_act, volunteer_of
from recognition.queries import thanks_of
from safeguarding.enums import ReportKind
from safeguarding.reportable import Reportable, reportable


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
