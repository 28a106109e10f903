"""Invitations: once, in time, for that address only; and nobody gives out more than they may (threat 15)."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse

from common.errors import Forbidden, InvalidInput, InvalidTransition
from events.worker import Worker
from notifications.models import OutgoingMail
from people.enums import Invited, OrganisationState, Role
from people.errors import InvitationGone, InvitedTooOften, LastAdministrator, OtherAddress
from people.models import Invitation, RoleGrant, User
from people.queries import has_role, managed_by, organisations_of
from people.services import end_role, erase_self, grant_role, invitations
from people.services.accounts import suspend_user
from people.services.retention import delete_what_is_due
from tests.factories.people import (
    AdministratorFactory,
    CentreFactory,
    CoordinatorFactory,
    OrganisationFactory,
    RoleGrantFactory,
    UserFactory,
    staff,
)

pytestmark = pytest.mark.django_db
SASKIA = "saskia@voorbeeld.nl"


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def boss(centre):
    return AdministratorFactory(centre, name="Ingrid Kuipers")


@pytest.fixture
def link(clock, outbox, centre, boss):
    """The link of an invitation of Saskia as a coordinator, as it stands in her mail."""
    invitations.invite(SASKIA.upper(), Role.COORDINATOR, centre=centre, by=boss)
    return link_in(outbox.take())


def link_in(letter):
    assert letter.to == [SASKIA]
    return re.search(r"/uitnodiging/([\w-]{43})/$", letter.body, re.MULTILINE)[1]


def organisation_of(centre, state=OrganisationState.APPROVED):
    organisation = OrganisationFactory(centre=centre, state=state)
    contact = RoleGrantFactory(
        role=Role.ORGANISATION, centre=None, organisation=organisation, manages=True
    ).user
    return organisation, contact


class TestTheLink:
    def test_gives_the_role_once(self, link, centre):
        saskia = UserFactory(email=SASKIA)
        accepted = invitations.accept(link, by=saskia)
        assert (accepted.state, accepted.accepted_by) == (Invited.ACCEPTED, saskia)
        assert has_role(saskia, Role.COORDINATOR, centre.pk)
        end_role(saskia.role_grants.get(), by=None)
        with pytest.raises(InvitationGone):
            invitations.accept(link, by=saskia)
        assert not has_role(saskia, Role.COORDINATOR)

    def test_stands_nowhere_in_the_table(self, link):
        kept = str(Invitation.objects.values().get())
        assert link not in kept
        assert SASKIA in str(Invitation.objects.values_list("email", flat=True))
        assert invitations.digest_of(link) in kept

    @pytest.mark.parametrize(
        "account", [{"email": "ander@voorbeeld.nl"}, {"email": SASKIA, "verified": False}]
    )
    def test_is_of_no_use_to_who_does_not_own_the_address(self, link, account):
        with pytest.raises(OtherAddress):
            invitations.accept(link, by=UserFactory(**account))
        assert not RoleGrant.objects.filter(role=Role.COORDINATOR).exists()

    def test_also_counts_for_a_second_address_of_the_account(self, link, centre):
        saskia = UserFactory()
        EmailAddress.objects.create(user=saskia, email=SASKIA, verified=True)
        invitations.accept(link, by=saskia)
        assert has_role(saskia, Role.COORDINATOR, centre.pk)

    def test_works_until_its_last_moment(self, link, clock, settings):
        saskia = UserFactory(email=SASKIA)
        clock.forward(days=settings.INVITATION_DAYS)
        with pytest.raises(InvitationGone):
            invitations.accept(link, by=saskia)
        clock.forward(seconds=-1)
        invitations.accept(link, by=saskia)

    def test_ends_when_it_is_taken_back(self, link, boss):
        invitations.withdraw(Invitation.objects.get(), by=boss)
        with pytest.raises(InvitationGone):
            invitations.accept(link, by=UserFactory(email=SASKIA))
        with pytest.raises(InvalidTransition):
            invitations.withdraw(Invitation.objects.get(), by=boss)

    @pytest.mark.parametrize("how", ["invite", "resend"])
    def test_is_replaced_by_a_newer_one(self, link, how, clock, outbox, centre, boss):
        again = {
            "invite": lambda: invitations.invite(SASKIA, Role.COORDINATOR, centre=centre, by=boss),
            "resend": lambda: invitations.resend(Invitation.objects.get(), by=boss),
        }[how]
        clock.forward(seconds=119)
        with pytest.raises(InvitedTooOften):
            again()
        assert outbox.empty
        clock.forward(seconds=1)
        again()
        newer, saskia = link_in(outbox.take()), UserFactory(email=SASKIA)
        with pytest.raises(InvitationGone):
            invitations.accept(link, by=saskia)
        invitations.accept(newer, by=saskia)
        assert Invitation.objects.count() == 1

    @pytest.mark.parametrize("gone", ["role", "suspended", "erased"])
    def test_dies_with_the_right_of_who_sent_it(self, clock, outbox, centre, gone, settings, tmp_path):
        settings.ERASURE_LOG = tmp_path / "erasures.jsonl"
        organisation, contact = organisation_of(centre)
        invitations.invite(SASKIA, Role.ORGANISATION, organisation=organisation, by=contact)
        token = link_in(outbox.take())
        assert invitations.standing_invitation(invitations.digest_of(token))
        if gone == "role":
            end_role(contact.role_grants.get(), by=None)
        elif gone == "suspended":
            suspend_user(contact, by=None)
        else:
            erase_self(contact)
            Worker().run_due()
        with pytest.raises(InvitationGone):
            invitations.accept(token, by=UserFactory(email=SASKIA))


class TestWhoMayInvite:
    @pytest.mark.parametrize(
        ("by", "role", "may"),
        [
            (Role.ADMINISTRATOR, Role.COORDINATOR, True),
            (Role.ADMINISTRATOR, Role.ADMINISTRATOR, True),
            (Role.ADMINISTRATOR, Role.CONFIDENTIAL_OFFICER, True),
            (Role.COORDINATOR, Role.TRAINER, True),
            (Role.COORDINATOR, Role.REFERRER, True),
            (Role.COORDINATOR, Role.COORDINATOR, False),
            (Role.COORDINATOR, Role.ADMINISTRATOR, False),
            (Role.COORDINATOR, Role.ANALYST, False),
            (Role.CONFIDENTIAL_OFFICER, Role.TRAINER, False),
            (Role.TRAINER, Role.TRAINER, False),
        ],
    )
    def test_at_a_centre(self, centre, outbox, by, role, may):
        inviter = staff(by, centre)
        if may:
            assert invitations.invite(SASKIA, role, centre=centre, by=inviter).invited_by == inviter
        else:
            with pytest.raises(Forbidden):
                invitations.invite(SASKIA, role, centre=centre, by=inviter)
        with pytest.raises(Forbidden):
            invitations.invite(SASKIA, role, centre=CentreFactory(), by=inviter)

    def test_at_an_organisation(self, centre, outbox):
        organisation, contact = organisation_of(centre)
        member = RoleGrantFactory(role=Role.ORGANISATION, centre=None, organisation=organisation).user
        invitations.invite(SASKIA, Role.ORGANISATION, organisation=organisation, by=contact)
        coordinator = CoordinatorFactory(centre)
        invitations.invite(
            "wim@voorbeeld.nl", Role.ORGANISATION, organisation=organisation, manages=True, by=coordinator
        )
        assert Invitation.objects.get(manages=True).organisation == organisation
        for other in (member, CoordinatorFactory(), organisation_of(centre)[1]):
            with pytest.raises(Forbidden):
                invitations.invite("x@voorbeeld.nl", Role.ORGANISATION, organisation=organisation, by=other)
        with pytest.raises(Forbidden):
            invitations.invite("x@voorbeeld.nl", Role.COORDINATOR, centre=centre, by=contact)

    @pytest.mark.parametrize(
        ("state", "own", "centres"),
        [
            (OrganisationState.REQUESTED, False, True),
            (OrganisationState.APPROVED, True, True),
            (OrganisationState.DECLINED, False, False),
            (OrganisationState.SUSPENDED, False, False),
        ],
    )
    def test_an_organisation_that_stands_outside_lets_nobody_in(self, centre, outbox, state, own, centres):
        organisation, contact = organisation_of(centre, state)
        for by, may in ((contact, own), (CoordinatorFactory(centre), centres)):
            wanted = Invitation(role=Role.ORGANISATION, organisation=organisation)
            assert by.has_perm("people.invite", wanted) is may

    def test_a_role_without_its_place_is_refused(self, centre, boss):
        organisation, _contact = organisation_of(centre)
        for role, place in (
            (Role.VOLUNTEER, {"centre": centre}),
            (Role.COORDINATOR, {"organisation": organisation}),
            (Role.ORGANISATION, {"centre": centre}),
        ):
            with pytest.raises(InvalidInput):
                invitations.invite(SASKIA, role, by=boss, **place)
        for address in ("", "geen adres"):
            with pytest.raises(InvalidInput):
                invitations.invite(address, Role.TRAINER, centre=centre, by=boss)

    def test_nobody_floods(self, clock, centre, boss, outbox, monkeypatch):
        monkeypatch.setattr(invitations, "MOST_IN_AN_HOUR", 2)
        for number in range(2):
            invitations.invite(f"mens{number}@voorbeeld.nl", Role.TRAINER, centre=centre, by=boss)
        with pytest.raises(InvitedTooOften):
            invitations.invite(SASKIA, Role.TRAINER, centre=centre, by=boss)
        clock.forward(hours=1)
        invitations.invite(SASKIA, Role.TRAINER, centre=centre, by=boss)


class TestMemberships:
    def test_are_known_by_organisation(self, centre):
        organisation, contact = organisation_of(centre)
        other = OrganisationFactory(centre=centre)
        grant_role(contact, Role.ORGANISATION, organisation=other, by=None)
        assert organisations_of(contact) == {organisation.pk, other.pk}
        assert managed_by(contact) == {organisation.pk}

    def test_grow_with_an_invitation_to_look_after_it(self, clock, centre, outbox):
        organisation, contact = organisation_of(centre)
        saskia = UserFactory(email=SASKIA)
        for manages in (False, True, False):
            clock.forward(minutes=5)
            invitations.invite(
                SASKIA, Role.ORGANISATION, organisation=organisation, manages=manages, by=contact
            )
            invitations.accept(link_in(outbox.take()), by=saskia)
        assert managed_by(saskia) == {organisation.pk}
        assert saskia.role_grants.count() == 1

    def test_end_by_who_gives_them_out(self, centre):
        organisation, contact = organisation_of(centre)
        member = RoleGrantFactory(role=Role.ORGANISATION, centre=None, organisation=organisation)
        with pytest.raises(Forbidden):
            end_role(member, by=organisation_of(centre)[1])
        end_role(member, by=contact)
        assert not organisations_of(User.objects.get(pk=member.user_id))

    def test_the_last_administrator_stays(self, centre, boss):
        own = boss.role_grants.get()
        with pytest.raises(LastAdministrator):
            end_role(own, by=boss)
        suspend_user(AdministratorFactory(centre), by=None)
        with pytest.raises(LastAdministrator):
            end_role(own, by=boss)
        AdministratorFactory(centre)
        end_role(own, by=boss)
        _organisation, contact = organisation_of(centre)
        with pytest.raises(LastAdministrator):
            end_role(contact.role_grants.get(), by=contact)


class TestThePages:
    def test_a_new_colleague_makes_an_account_on_the_way(self, link, client, outbox, centre):
        opened = client.get(reverse("invitation-link", args=[link]), headers={"accept-language": "nl"})
        assert opened.url == "/uitnodiging/"
        page = client.get(opened.url).content.decode()
        assert centre.name in page
        assert link not in page
        # An address that is sent along is not looked at.
        sent = client.post(opened.url, {"name": "Saskia Zandstra", "email": "boef@voorbeeld.nl"})
        letter = outbox.take()
        assert letter.to == [SASKIA]
        back = client.post(sent.url, {"code": letter.code})
        assert back.url == "/uitnodiging/"
        assert not RoleGrant.objects.filter(user__email=SASKIA).exists()
        assert client.post(back.url).url == reverse("start")
        saskia = User.objects.get(email=SASKIA)
        assert (saskia.name, has_role(saskia, Role.COORDINATOR, centre.pk)) == ("Saskia Zandstra", True)
        assert client.get("/uitnodiging/").status_code == 404

    def test_who_has_an_account_signs_in_with_a_code(self, link, client, outbox, centre):
        saskia = UserFactory(email=SASKIA)
        client.get(reverse("invitation-link", args=[link]))
        sent = client.post(
            reverse("account_request_login_code"), {"email": SASKIA, "next": reverse("invitation")}
        )
        assert client.post(sent.url, {"code": outbox.take().code}).url == "/uitnodiging/"
        client.post("/uitnodiging/")
        assert has_role(saskia, Role.COORDINATOR, centre.pk)

    def test_the_answer_is_the_same_whether_or_not_there_is_an_account(self, link, client, outbox):
        answers = []
        for make in (lambda: None, lambda: UserFactory(email=SASKIA)):
            make()
            cache.clear()
            client.cookies.clear()
            client.get(reverse("invitation-link", args=[link]))
            page = re.sub(r'(nonce|value)="[^"]*"', "", client.get("/uitnodiging/").content.decode())
            sent = client.post("/uitnodiging/", {"name": "Saskia"})
            answers.append((page, sent.status_code, sent.url))
            User.objects.filter(email=SASKIA).delete()
            OutgoingMail.objects.all().delete()
        assert answers[0] == answers[1]

    def test_signed_in_as_someone_else_it_says_so_and_does_nothing(self, link, client):
        client.force_login(UserFactory(email="ander@voorbeeld.nl"))
        client.get(reverse("invitation-link", args=[link]))
        assert SASKIA in client.get("/uitnodiging/").content.decode()
        assert client.post("/uitnodiging/").status_code == 403
        assert Invitation.objects.get().state == Invited.OPEN

    def test_the_team_is_invited_mailed_again_taken_back_and_ended(self, client, clock, outbox, centre, boss):
        client.force_login(boss)
        team = reverse("team")
        assert client.post(team, {"email": "geen", "role": "trainer"}).status_code == 422
        assert client.post(team, {"email": SASKIA, "role": "volunteer"}).status_code == 422
        assert client.post(team, {"email": SASKIA, "role": "trainer"}).status_code == 302
        assert client.post(team, {"email": SASKIA, "role": "trainer"}).status_code == 422
        assert SASKIA in client.get(team).content.decode()
        outbox.take()
        clock.forward(minutes=3)
        row = Invitation.objects.get()
        client.post(reverse("invitation-act", args=[row.pk, "opnieuw"]))
        assert link_in(outbox.take())
        client.post(reverse("invitation-act", args=[row.pk, "intrekken"]))
        assert Invitation.objects.get().state == Invited.WITHDRAWN
        assert SASKIA not in client.get(team).content.decode()
        trainer = RoleGrantFactory(role=Role.TRAINER, centre=centre)
        client.post(reverse("role-end", args=[trainer.pk]))
        assert not has_role(User.objects.get(pk=trainer.user_id), Role.TRAINER)
        page = client.post(reverse("role-end", args=[boss.role_grants.get().pk]), follow=True)
        assert page.status_code == 200
        assert has_role(User.objects.get(pk=boss.pk), Role.ADMINISTRATOR)

    def test_an_organisation_has_a_team_of_its_own(self, client, centre, outbox):
        organisation, contact = organisation_of(centre)
        client.force_login(contact)
        page = client.get(reverse("team")).content.decode()
        assert organisation.name in page
        assert 'name="manages"' in page
        assert 'value="coordinator"' not in page
        assert client.get(reverse("team-of", args=[centre.pk])).status_code == 404
        assert client.get(reverse("team-of", args=[organisation_of(centre)[0].pk])).status_code == 404


def test_old_invitations_go(link, clock, settings):
    clock.forward(days=settings.INVITATION_DAYS + settings.INVITATION_KEPT_DAYS)
    delete_what_is_due()
    assert Invitation.objects.exists()
    clock.forward(seconds=1)
    delete_what_is_due()
    assert not Invitation.objects.exists()


def test_the_api_does_the_same(client, outbox, centre, boss):
    client.force_login(boss)
    url = "/api/v1/invitations"
    made = client.post(
        url, {"email": SASKIA, "role": "trainer", "centre": str(centre.pk)}, content_type="application/json"
    )
    assert made.status_code == 201
    token = link_in(outbox.take())
    assert token not in str(client.get(url).json())
    assert [row["email"] for row in client.get(url).json()["items"]] == [SASKIA]
    said = client.post(f"{url}/accept", {"token": token}, content_type="application/json")
    assert (said.status_code, said.json()["type"].rsplit("/", 1)[-1]) == (403, "other-address")
    client.force_login(UserFactory(email=SASKIA))
    assert client.get(url).json()["items"] == []
    said = client.post(f"{url}/accept", {"token": token}, content_type="application/json")
    assert said.json()["state"] == "accepted"
    said = client.post(f"{url}/accept", {"token": token}, content_type="application/json")
    assert said.status_code == 404
