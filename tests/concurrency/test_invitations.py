"""One link, many at the door: the role is given once, and a link that is taken back meanwhile gives none."""

from unittest import mock

import pytest

from events.models import EventRecord
from people.enums import Invited, Role
from people.events import InvitationAccepted
from people.models import Invitation, RoleGrant, User
from people.services import invitations
from tests.concurrency.racing import race
from tests.factories.people import AdministratorFactory, CentreFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
SASKIA = "saskia@voorbeeld.nl"


def invited():
    """Who was invited, the secret, and who invited."""
    centre = CentreFactory()
    boss = AdministratorFactory(centre)
    with mock.patch.object(invitations.secrets, "token_urlsafe", return_value="geheim"):
        invitations.invite(SASKIA, Role.TRAINER, centre=centre, by=boss)
    return UserFactory(email=SASKIA), "geheim", boss


def accept(user_id):
    invitations.accept("geheim", by=User.objects.get(pk=user_id))


def accepted_events():
    return EventRecord.objects.filter(type=InvitationAccepted.type).count()


def test_one_of_twenty_clicks_takes_it():
    saskia, _token, _boss = invited()
    assert race([saskia.pk] * 20, accept) == {"won": 1, "InvitationGone": 19}
    assert RoleGrant.objects.filter(user=saskia).count() == 1
    assert accepted_events() == 1


def test_without_the_compare_and_swap_the_race_shows():
    saskia, _token, _boss = invited()

    def careless(invitation, state, **kept):
        Invitation.objects.filter(pk=invitation.pk).update(state=state)

    known = Invitation.objects.select_related("centre", "invited_by").get()
    with (
        mock.patch.object(invitations, "_answer", careless),
        mock.patch.object(invitations, "standing_invitation", return_value=known),
    ):
        outcome = race([saskia.pk] * 8, accept)
    assert outcome["won"] > 1


def test_taken_back_and_accepted_at_once_it_is_one_of_the_two():
    saskia, _token, boss = invited()
    row = Invitation.objects.get()
    steps = [
        lambda: accept(saskia.pk),
        lambda: invitations.withdraw(Invitation.objects.get(pk=row.pk), by=User.objects.get(pk=boss.pk)),
    ]
    outcome = race(steps * 4, lambda step: step())
    assert outcome["won"] == 1
    state = Invitation.objects.get().state
    assert RoleGrant.objects.filter(user=saskia).exists() is (state == Invited.ACCEPTED)
