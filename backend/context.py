"""What the frame of every page needs: navigation by role, the centre's phone number, the reader's display."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from backend.display import Display
from common import clock
from common.words import phone_link
from notifications.queries import Waiting, hears_live, may_go_on, waiting_for
from people.enums import COORDINATING, STAFF_ROLES, Role
from people.models import Centre
from people.queries import roles_of, standing_of
from people.services import lacks_proof

ASKING = frozenset({Role.RESIDENT, Role.REPRESENTATIVE, Role.REFERRER})
HELPING = frozenset({Role.VOLUNTEER})
STAFF = frozenset(STAFF_ROLES)
ORGANISATIONS = frozenset({Role.ORGANISATION})
ADMINISTERING = frozenset({Role.ADMINISTRATOR})
TEACHING = COORDINATING | {Role.TRAINER}
RECKONING = COORDINATING | {Role.ANALYST}
OFFICERS = frozenset({Role.CONFIDENTIAL_OFFICER})
EVERYONE = frozenset(Role)
# As many letters fit in one line of a desktop's header; each place costs some more for the room around it.
HEADER_LETTERS = 62
ROOM_AROUND = 3
# Always among the places in the header, at its end.
ALWAYS_IN_HEADER = ("inbox", "profile")


@dataclass(frozen=True)
class Entry:
    """A place one can go to: the name of its URL and who sees it in the navigation."""

    url_name: str
    label: str | Promise
    icon: str
    roles: frozenset[Role]
    on_phone_bar: bool = False
    # Whether Django's own flag is needed as well: the administration asks for it.
    staff_only: bool = False
    # Whether someone without any role goes there too: who answered a vacancy, or has a code of their class.
    newcomers: bool = False

    def is_for(self, user: Any, roles: frozenset[Role]) -> bool:
        """Whether this person, with these roles, may go there."""
        if self.staff_only and not user.is_staff:
            return False
        return bool(self.roles & roles) or self.roles == EVERYONE or (self.newcomers and not roles)


def _fitting(entries: list[Entry]) -> set[Entry]:
    """The first that fit in one line of the header in the reader's language, and what is always there."""
    fitting = {entry for entry in entries if entry.url_name in ALWAYS_IN_HEADER}
    left = HEADER_LETTERS - sum(len(str(entry.label)) + ROOM_AROUND for entry in fitting)
    for entry in entries:
        left -= 0 if entry in fitting else len(str(entry.label)) + ROOM_AROUND
        if left < 0:
            break
        fitting.add(entry)
    return fitting


# Where it is told how much waits, and the name of that number (``notifications.queries.Waiting``).
COUNTED = {"desk": "requests", "volunteer-home": "questions", "inbox": "unread"}

# In the order of use: the first of those that are for someone stand in the header, all of them in the menu.
ENTRIES = (
    Entry("desk", _("Desk"), "desk", COORDINATING),
    Entry("concerns", _("Concerns"), "shield", OFFICERS),
    # At the desk it is a tab; the officer, who decides along, has no desk.
    Entry("screening-desk", _("Screening"), "check", OFFICERS),
    Entry("review-desk", _("Organisations"), "building", COORDINATING),
    Entry("volunteers", _("Volunteers"), "people", STAFF),
    Entry("residents", _("Residents"), "home", STAFF),
    Entry("organisation-home", _("My organisation"), "building", ORGANISATIONS),
    Entry("volunteer-home", _("Today"), "sun", HELPING, on_phone_bar=True),
    Entry("near-me", _("Nearby"), "map", HELPING, on_phone_bar=True),
    Entry("agreements", _("Agreements"), "calendar", HELPING, on_phone_bar=True),
    Entry("my-requests", _("My requests"), "list", ASKING),
    Entry("ask-help", _("Ask for help"), "heart", ASKING),
    Entry("learning", _("Learning"), "tutoring", EVERYONE - STAFF, newcomers=True),
    Entry("vacancies", _("Vacancies"), "search", HELPING, newcomers=True),
    Entry("trainer-desk", _("Giving training"), "star", TEACHING),
    Entry("courses", _("Trainings"), "tutoring", STAFF),
    Entry("kept-actions", _("One-day actions"), "calendar", COORDINATING | ORGANISATIONS),
    Entry("placements-desk", _("Student placements"), "tutoring", COORDINATING | ORGANISATIONS),
    Entry("schools", _("Schools"), "building", COORDINATING),
    Entry("hours-to-sign", _("Hours to sign"), "clock", COORDINATING | ORGANISATIONS),
    Entry("claims-to-decide", _("Reimbursements"), "paperwork", COORDINATING | ORGANISATIONS),
    Entry("knowledge-desk", _("Articles"), "edit", COORDINATING),
    Entry("what-ifs", _("What if?"), "route", RECKONING),
    Entry("team", _("Team"), "people", COORDINATING | ORGANISATIONS),
    Entry("my-applications", _("My answers to vacancies"), "mail", HELPING, newcomers=True),
    Entry("actions", _("Help for a day"), "people", HELPING, newcomers=True),
    Entry("placement", _("Student placement"), "building", HELPING | ASKING, newcomers=True),
    Entry("my-shifts", _("My shifts"), "clock", HELPING),
    Entry("my-hours", _("My hours"), "clock", HELPING, newcomers=True),
    Entry("my-claims", _("My reimbursements"), "paperwork", HELPING),
    Entry("my-screening", _("My screening"), "check", HELPING),
    Entry("knowledge", _("Knowledge base"), "info", EVERYONE),
    Entry("inbox", _("Messages"), "bell", EVERYONE, on_phone_bar=True),
    Entry("profile", _("Profile"), "person", EVERYONE, on_phone_bar=True),
    Entry("admin:index", _("Administration"), "settings", ADMINISTERING, staff_only=True),
)
VISITOR_ENTRIES = (
    Entry("ask-help", _("Ask for help"), "heart", EVERYONE),
    Entry("join", _("Join in"), "people", EVERYONE),
    Entry("vacancies", _("Vacancies"), "search", EVERYONE),
    Entry("actions", _("Help for a day"), "calendar", EVERYONE),
    Entry("placement", _("Student placement"), "building", EVERYONE),
    Entry("account_login", _("Sign in"), "key", EVERYONE),
)


@dataclass(frozen=True)
class Item:
    """An entry as this page shows it."""

    url: str
    label: str | Promise
    icon: str
    current: bool
    on_phone_bar: bool
    in_header: bool
    # What is counted there, by the name a live page finds it by, and how much; ``None`` where nothing is.
    counts: str = ""
    count: int | None = None


def address_of(url_name: str) -> str | None:
    """The address of a page, or ``None`` when its app does not serve it."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


class Shell:
    """The frame of one page; each part is read when a template asks for it: a fragment costs nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._user: Any = getattr(request, "user", None)
        self._began_at = getattr(request, "began_at", None) or clock.now()

    @cached_property
    def signed_in(self) -> bool:
        """Whether someone is signed in."""
        return bool(self._user is not None and self._user.is_authenticated)

    @cached_property
    def needs_second_factor(self) -> bool:
        """Whether the reader is staff and has yet to show, or set up, a second factor."""
        return lacks_proof(self._user)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles of the reader."""
        return roles_of(self._user)

    @cached_property
    def navigation(self) -> list[Item]:
        """The places in the header, for this reader."""
        if not self.signed_in:
            return self._items(VISITOR_ENTRIES)
        return self._items(entry for entry in ENTRIES if entry.is_for(self._user, self.roles))

    @cached_property
    def phone_bar(self) -> list[Item]:
        """The places in the bar at the bottom of a phone: for volunteers only."""
        if Role.VOLUNTEER not in self.roles:
            return []
        return [item for item in self.navigation if item.on_phone_bar]

    @cached_property
    def centre(self) -> dict[str, str]:
        """Name, phone, tel: address and e-mail of the reader's centre or of the first one; empty without."""
        own = sorted(
            (str(centre) for _role, centre in standing_of(self._user).grants if centre), reverse=True
        )
        centres = Centre.objects.order_by("code")
        found = (centres.filter(pk=own[0]) if own else centres).first()
        if found is None:
            return {}
        return {
            "name": found.name,
            "phone": found.phone,
            "phone_href": phone_link(found.phone),
            "email": found.email,
        }

    @property
    def posted(self) -> bool:
        """Whether this page answers a form, and is not to be asked for again by itself."""
        return self._request.method == "POST"

    @cached_property
    def here(self) -> str:
        """Where to ask for this page again; of the answer to a form, the page that the form stands on."""
        before = self._request.headers.get("referer", "") if self.posted else ""
        own = url_has_allowed_host_and_scheme(before, {self._request.get_host()})
        if not own:
            return self._request.get_full_path()
        told = urlsplit(before)
        return escape_leading_slashes(told.path) + (f"?{told.query}" if told.query else "")

    @cached_property
    def display(self) -> Display:
        """How the reader wants to see pages."""
        return Display.of(self._request)

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Code and own name of every language of the pages."""
        return list(settings.LANGUAGES)

    def _items(self, entries: Iterable[Entry]) -> list[Item]:
        listed = [(entry, url) for entry in entries if (url := address_of(entry.url_name)) is not None]
        in_header = _fitting([entry for entry, _url in listed])
        here = self._request.path
        return [
            Item(
                url=url,
                label=entry.label,
                icon=entry.icon,
                current=here.startswith(url),
                on_phone_bar=entry.on_phone_bar,
                in_header=entry in in_header,
                counts=(counts := COUNTED.get(entry.url_name, "")),
                count=getattr(self._waiting, counts) if counts else None,
            )
            for entry, url in listed
        ]

    @cached_property
    def live_since(self) -> int:
        """When the page was asked for, in milliseconds of 1970, for readers with a live socket; else 0."""
        session = getattr(self._request, "session", None)
        hears = session is not None and hears_live(self._user, session)
        return int(self._began_at.timestamp() * 1000) if hears else 0

    @cached_property
    def push_again(self) -> bool:
        """Whether this browser is to tell if messages came to it before the reader signed in again."""
        return self.signed_in and may_go_on(self._request.session)

    @cached_property
    def _waiting(self) -> Waiting:
        return waiting_for(self._user)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the frame, read lazily."""
    return {"shell": Shell(request)}
