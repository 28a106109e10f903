"""Makes open requests with volunteers who fit, for tests of matching and what lies above it."""

from datetime import time
from typing import Any

from events.worker import Worker
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from matching.models import DispatchPolicy
from matching.open_requests import open_requests
from matching.supply import supply
from people.enums import HelpCategory
from people.models import Centre, User, Volunteer
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    ResidentFactory,
    UserFactory,
    VolunteerFactory,
)

# For a test by the clock on the wall: nobody is asked in quiet hours, and it may run at night.
NEVER_QUIET = {"quiet_from": time(0), "quiet_until": time(0)}


def open_request(centre: Centre, **fields: Any) -> HelpRequest:
    """An approved request for shopping in the centre of town, of a resident with an account."""
    open_requests.forget()  # a factory records no event
    resident = fields.pop("resident", None) or ResidentFactory(
        centre=centre, user=UserFactory(), any_screened_volunteer=True
    )
    values = {
        "state": RequestState.OPEN,
        "category": HelpCategory.GROCERIES,
        "description": "Ik kan even niet zelf naar de winkel.",
        "summary": "Boodschappen doen voor een buurtgenoot.",
        "cell": resident.cell,
        "district": resident.district,
        **fields,
    }
    return HelpRequest.objects.create(centre=centre, resident=resident, **values)


class Town:
    """One centre with a coordinator, some screened volunteers and one open request.

    It asks in waves of three with a day to answer, so that a test sees people asked side by side.
    """

    def __init__(self, volunteers: int = 5, **request_fields: Any) -> None:
        self.centre: Centre = CentreFactory()
        self.policy(wave_size=3, wave_size_today=3, minutes_later=24 * 60)
        self.coordinator: User = CoordinatorFactory(self.centre)
        self.volunteers: list[Volunteer] = [self.volunteer() for _ in range(volunteers)]
        self.request = open_request(self.centre, **request_fields)

    def policy(self, **choices: Any) -> None:
        """Choose how the centre asks."""
        DispatchPolicy.objects.update_or_create(centre=self.centre, defaults=choices)

    def volunteer(self, **fields: Any) -> Volunteer:
        """One more screened volunteer of this centre."""
        supply.forget()  # a factory records no event
        return VolunteerFactory(centre=self.centre, screened=fields.pop("screened", True), **fields)

    @property
    def resident_user(self) -> User:
        """The account of the resident of the request."""
        return self.request.resident.user

    def settle(self) -> None:
        """Let the worker handle everything that is due, then read the request again."""
        Worker().run_due()
        self.request.refresh_from_db()
