"""Browsers of people, and agreements in every state, for the tests of the pages of matching."""

import re
from datetime import date, time
from typing import Any

from django.test import Client
from django.urls import reverse

from events.models import EventRecord
from matching import services
from matching.enums import OfferState
from matching.models import Assignment, Offer
from people.enums import HelpCategory, Need
from people.models import User
from tests.factories.matching import Town, open_request

HTMX = {"hx-request": "true"}
# Every one of these would tell who it is, where they live or what they said.
MARKERS = {
    "name": "Merkwaardina Zilverspoor",
    "phone": "+31612121212",
    "street": "Geheimelaan",
    "description": "woordelijk-eigen-verhaal",
    "destination": "bestemming-poli-oogheelkunde",
    "point": "52.0277777",
}


def browser(user: User | None = None) -> Client:
    """A browser that reads English, signed in as ``user``."""
    client = Client(headers={"accept-language": "en"})
    if user is not None:
        client.force_login(user)
    return client


def text(response: Any) -> str:
    """The page without what differs from one answer to the next."""
    tokens = r'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"'
    bare = re.sub(tokens, "", response.content.decode())
    return re.sub(r"\s+", " ", bare)


def looks() -> int:
    """How many rows the read log of contact data has."""
    return EventRecord.objects.filter(type="matching.contact_read").count()


def asked(town: Town) -> Offer:
    """The first volunteer who is asked, after asking has started."""
    services.start_dispatch(town.request, by=town.coordinator)
    town.settle()
    return Offer.objects.filter(state=OfferState.SENT).order_by("sent_at", "id")[0]


def agreement(town: Town) -> Assignment:
    """The agreement of the first volunteer who is asked; proposed when the resident wants to know first."""
    offer = asked(town)
    services.accept_offer(offer, by=offer.volunteer.user)
    town.settle()
    return fresh(Assignment.objects.get(offer=offer))


def fresh(assignment: Assignment) -> Assignment:
    """The agreement as it is now, with everything around it."""
    return Assignment.objects.select_related("request__resident", "volunteer__user").get(pk=assignment.pk)


def cautious_town(volunteers: int = 1, **request_fields: Any) -> Town:
    """The resident wants to know first who comes."""
    town = Town(volunteers=volunteers, **request_fields)
    town.request.resident.any_screened_volunteer = False
    town.request.resident.save()
    return town


def ask_more(town: Town, number: int) -> None:
    """Ask the first volunteer for ``number`` further requests of other residents."""
    for _ in range(number):
        request = open_request(town.centre)
        services.ask_volunteer(request, town.volunteers[0], by=town.coordinator)


def url(name: str, *args: Any) -> str:
    """The address of a page."""
    return reverse(name, args=[getattr(arg, "pk", arg) for arg in args])


def marked_town(**fields) -> Town:
    """A town whose resident is recognisable in everything that may not be shown before agreement."""
    town = cautious_town(
        volunteers=1,
        category=HelpCategory.TRANSPORT,
        description=f"Mijn {MARKERS['description']}.",
        destination=MARKERS["destination"],
        on_date=date(2025, 6, 5),
        start_time=time(14, 30),
        **fields,
    )
    resident = town.request.resident
    resident.name, resident.phone = MARKERS["name"], MARKERS["phone"]
    resident.address = {**resident.address, "street": MARKERS["street"]}
    resident.point = [float(MARKERS["point"]), 5.0806]
    resident.needs = Need.to_mask([Need.ROLLATOR])
    resident.pets = True
    resident.save()
    return town


def leaks(response) -> list[str]:
    said = response.content.decode() + str(response.headers)
    spoken = {**MARKERS, "phone as people write it": "06 12121212", "need": "rollator"}
    return [what for what, marker in spoken.items() if marker in said]
