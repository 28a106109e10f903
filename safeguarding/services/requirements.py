"""What a centre asks before someone may help, and whether certificates are free for it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput
from common.permissions import require
from events.services import record
from people.enums import HelpCategory
from people.models import Centre, Organisation, User
from safeguarding.enums import EVERYONE, LEAST_REQUIRED, Requirement
from safeguarding.errors import TalkNeeded
from safeguarding.events import FreeVogRecorded, RequirementsChanged
from safeguarding.models import CategoryRequirement, FreeVog

_ALL = Requirement.to_mask(Requirement.values)


@transaction.atomic
def set_requirements(centre: Centre, category: str, requirements: int, *, by: User | None) -> int:
    """Ask these steps (a mask) for a kind of help from now on; ``EVERYONE``: of every volunteer.

    Who does not fulfil them is not asked any more; what was agreed stays. Returns the mask.

    Raises:
        InvalidInput: an unknown kind of help or step.
        TalkNeeded: of everyone at least the talk is asked.
        Forbidden: ``by`` does not coordinate the centre.
    """
    require(by, "safeguarding.set_requirements", centre)
    if category != EVERYONE and category not in HelpCategory.values:
        raise InvalidInput(str(_("This is not one of the choices.")), field="category")
    if requirements & ~_ALL:
        raise InvalidInput(str(_("This is not one of the choices.")), field="requirements")
    if category == EVERYONE and LEAST_REQUIRED & ~requirements:
        raise TalkNeeded
    CategoryRequirement.objects.update_or_create(
        centre=centre, category=category, defaults={"requirements": requirements}
    )
    record(RequirementsChanged(centre_id=centre.pk, category=category), actor=by)
    return requirements


@transaction.atomic
def record_free_vog(
    centre: Centre,
    organisation: Organisation | None = None,
    *,
    with_vulnerable_people: bool,
    not_for_profit: bool,
    integrity_policy: bool,
    by: User | None,
) -> FreeVog:
    """Record the facts of the scheme for free certificates, of the centre or of an organisation of it.

    Raises:
        InvalidInput: the organisation belongs to another centre.
        Forbidden: ``by`` does not coordinate the centre.
    """
    require(by, "safeguarding.set_requirements", centre)
    if organisation is not None and organisation.centre_id != centre.pk:
        raise InvalidInput(str(_("Choose an organisation of this centre.")), field="organisation")
    facts = {
        "with_vulnerable_people": with_vulnerable_people,
        "not_for_profit": not_for_profit,
        "integrity_policy": integrity_policy,
        "recorded_on": clock.today(),
        "recorded_by": by,
    }
    kept, _made = FreeVog.objects.update_or_create(centre=centre, organisation=organisation, defaults=facts)
    record(
        FreeVogRecorded(centre_id=centre.pk, organisation_id=organisation.pk if organisation else None),
        actor=by,
    )
    return kept
