"""Every person × every group: who hears, and who provably does not."""

import pytest
from django.contrib.auth.models import AnonymousUser
from websockets.exceptions import InvalidStatus

from help_requests.models import HelpRequest
from notifications.live import groups
from notifications.live.groups import groups_of
from notifications.live.signals import Signal, send_signals
from people.enums import Role, VolunteerState
from tests.factories.matching import Town
from tests.factories.people import ResidentFactory, UserFactory, VolunteerFactory, staff
from tests.realtime.client import Server, sender_of, signed_in, socket

pytestmark = pytest.mark.django_db(transaction=True)
LAST = "the-last-one"


class Cast:
    """Someone of every kind, and the groups each should hear."""

    def __init__(self, town: Town) -> None:
        here, elsewhere = town.centre, Town(volunteers=0)
        applied = VolunteerFactory(centre=here, state=VolunteerState.APPLIED).user
        left = VolunteerFactory(centre=here, state=VolunteerState.LEFT).user
        sent = HelpRequest.objects.create(centre=here, resident=ResidentFactory(centre=here), description="x")
        at_desk, helping = groups.desk(here.pk), groups.helpers(here.pk)
        people = {
            "resident": (town.resident_user, set()),
            "other resident": (elsewhere.resident_user, set()),
            "volunteer": (town.volunteers[0].user, {helping}),
            "other volunteer": (town.volunteers[1].user, {helping}),
            "volunteer to be": (applied, set()),
            "volunteer who left": (left, set()),
            "volunteer elsewhere": (elsewhere.volunteer().user, {groups.helpers(elsewhere.centre.pk)}),
            "coordinator": (town.coordinator, {at_desk}),
            "coordinator elsewhere": (elsewhere.coordinator, {groups.desk(elsewhere.centre.pk)}),
            "administrator": (staff(Role.ADMINISTRATOR, here), {at_desk}),
            **{
                role.value: (staff(role, here), set())
                for role in (Role.CONFIDENTIAL_OFFICER, Role.TRAINER, Role.ANALYST, Role.REFERRER)
            },
            "without a role": (UserFactory(), set()),
        }
        self.hears = {name: {groups.person(user.pk), *more} for name, (user, more) in people.items()}
        self.hears["sender"] = {groups.request(sent.pk)}
        self.clients = {name: signed_in(user) for name, (user, _more) in people.items()}
        self.clients["sender"] = sender_of(sent.pk)
        self.all_groups = {*set().union(*self.hears.values()), groups.request(town.request.pk)}


def test_everyone_hears_their_own_groups_and_nothing_else(server: Server, town: Town):
    cast = Cast(town)
    opened = {}
    with_sockets = [(name, socket(server, client)) for name, client in cast.clients.items()]
    try:
        for name, manager in with_sockets:
            opened[name] = manager.__enter__()
            opened[name].hello()
        send_signals([Signal(group, "offer", f"of-{group}"[:36]) for group in sorted(cast.all_groups)])
        send_signals([Signal(group, "offer", LAST) for group in sorted(cast.all_groups)])
        for name, heard_by in opened.items():
            own = cast.hears[name]
            messages = [heard_by.next() for _both_rounds in range(2 * len(own))]
            assert {message["id"] for message in messages} == {*(f"of-{group}"[:36] for group in own), LAST}
            assert all(set(message) == {"cursor", "topic", "id"} for message in messages)
        # Whoever was told a thing of another would have it by now: their last own message came after it.
        assert all(heard_by.is_silent(0.05) for heard_by in opened.values())
    finally:
        for _name, manager in with_sockets:
            manager.__exit__(None, None, None)


def test_nobody_gets_no_socket(server: Server, town: Town):
    with socket(server) as nobody:
        assert nobody.closes() == (4401, [])
    with socket(server, sender_of()) as nothing_sent:
        assert nothing_sent.closes() == (4401, [])


def test_a_page_of_another_site_gets_no_socket(server: Server, town: Town):
    with (
        pytest.raises(InvalidStatus) as refused,
        socket(server, signed_in(town.coordinator), origin="http://evil.example"),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_a_request_that_was_claimed_is_no_longer_heard_by_the_browser_that_sent_it(town: Town):
    resident = ResidentFactory(centre=town.centre)
    sent = HelpRequest.objects.create(centre=town.centre, resident=resident, description="x")
    session = sender_of(sent.pk).session
    assert groups_of(AnonymousUser(), session) == {groups.request(sent.pk)}
    resident.user = UserFactory()
    resident.save()
    assert groups_of(AnonymousUser(), session) == frozenset()
