"""Browsers of people, and agreements in every state, for the tests of the pages of matching."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from events.models import EventRecord
from matching import services
from matching.enums import OfferState
from matching.models import Assignment, Offer
from people.models import User
from tests.factories.matching import Town, open_request

HTMX = {"hx-request": "true"}


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
