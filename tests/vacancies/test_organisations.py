"""Organisations: asking, the centre's decision, the profile, contacts and who manages."""

from io import BytesIO

import pytest
from PIL import Image

from common.errors import Forbidden, InvalidInput, InvalidTransition
from common.uploads import clean_picture
from people.enums import ALL_ORGANISATION_CHECKS, OrganisationCheck, OrganisationState, Role
from people.errors import NoCentreHere
from people.models import Invitation, Organisation, OrganisationLogo, RoleGrant, User
from people.queries import managed_by, members_of
from tests.factories.people import CentreFactory, CoordinatorFactory, PostcodeFactory, UserFactory
from tests.factories.vacancies import Bank, contact_of, make_bank
from vacancies import services
from vacancies.errors import ChecksMissing

pytestmark = pytest.mark.django_db
CONTACT = {"name": "Ria", "email": "Ria@Buurthuis.example", "phone": "0612345678"}


@pytest.fixture
def bank(clock) -> Bank:
    return make_bank()


def asked(**values) -> Organisation:
    return services.request_organisation(
        **{"contact": CONTACT, "postcode": "3431 AB", "by": None, "name": "De Brug", **values}
    )


def test_who_asks_becomes_the_manager_once_everything_was_seen(bank):
    asker = UserFactory()
    organisation = asked(by=asker, website="debrug.nl", coc_number="12345678")
    assert (organisation.centre, organisation.website) == (bank.centre, "https://debrug.nl")
    for missing in OrganisationCheck:
        checks = ALL_ORGANISATION_CHECKS & ~(1 << missing.bit)
        with pytest.raises(ChecksMissing):
            services.approve_organisation(organisation, checks=checks, by=bank.coordinator)
    assert managed_by(asker) == frozenset()
    services.approve_organisation(organisation, checks=ALL_ORGANISATION_CHECKS, by=bank.coordinator)
    assert managed_by(User.objects.get(pk=asker.pk)) == {organisation.pk}
    assert list(members_of(organisation.pk)) == [asker]


def test_only_the_centre_decides_with_a_word(bank):
    organisation = asked()
    for stranger in (UserFactory(), bank.manager, CoordinatorFactory()):
        with pytest.raises(Forbidden):
            services.decline_organisation(organisation, note="Nee", by=stranger)
    with pytest.raises(InvalidInput):
        services.decline_organisation(organisation, note=" ", by=bank.coordinator)
    services.decline_organisation(organisation, note="Het is een bedrijf", by=bank.coordinator)
    with pytest.raises(InvalidTransition):
        services.approve_organisation(organisation, checks=ALL_ORGANISATION_CHECKS, by=bank.coordinator)
    with pytest.raises(InvalidTransition):
        services.suspend_organisation(organisation, note="x", by=bank.coordinator)


def test_a_coordinator_does_not_let_the_own_club_in(bank):
    contact = contact_of(bank.organisation, manages=True)
    RoleGrant.objects.create(user=contact, role=Role.COORDINATOR, centre=bank.centre)
    with pytest.raises(Forbidden):
        services.suspend_organisation(bank.organisation, note="x", by=contact)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website", "javascript:alert(1)"), ("coc_number", "1234"), ("email", "x"), ("phone", "1"),
        ("name", ""), ("screening", 1 << 40), ("embed_origins", ["http://a.nl"]),
        ("embed_origins", ["https://a.nl/pad"]), ("embed_origins", ["https://a.nl; script-src *"]),
        ("embed_origins", ["https://u:p@a.nl"]), ("embed_origins", [f"https://a{n}.nl" for n in range(11)]),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_where_it_stands(bank, field, value):
    with pytest.raises(InvalidInput) as refusal:
        services.edit_organisation(bank.organisation, by=bank.manager, **{field: value})
    assert refusal.value.field == field


def test_the_profile_is_the_managers_to_change(bank):
    colleague = contact_of(bank.organisation)
    with pytest.raises(Forbidden):
        services.edit_organisation(bank.organisation, by=colleague, about="Nieuw")
    changed = services.edit_organisation(
        bank.organisation, by=bank.manager, about=" Nieuw ", embed_origins=["https://WWW.a.nl/", ""]
    )
    assert (changed.about, changed.embed_origins) == ("Nieuw", ["https://www.a.nl"])
    services.suspend_organisation(bank.organisation, note="Klachten", by=bank.coordinator)
    with pytest.raises(Forbidden):
        services.edit_organisation(bank.organisation, by=bank.manager, about="Toch")


def test_where_nobody_works_nobody_can_ask(bank):
    PostcodeFactory(code="1011AB", district__name="Ver", district__lat=52.37, lat=52.37, lon=4.89)
    with pytest.raises(NoCentreHere):
        asked(postcode="1011AB")
    CentreFactory()
    assert asked().state == OrganisationState.REQUESTED


def test_who_asked_without_an_account_is_invited(bank):
    organisation = asked()
    services.approve_organisation(organisation, checks=ALL_ORGANISATION_CHECKS, by=bank.coordinator)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.manages) == ("ria@buurthuis.example", True)
    services.suspend_organisation(organisation, note="Klachten", by=bank.coordinator)
    contact_of(organisation, manages=True)
    services.approve_organisation(organisation, checks=ALL_ORGANISATION_CHECKS, by=bank.coordinator)
    assert Invitation.objects.count() == 1


def test_a_logo_comes_and_goes(bank):
    data = BytesIO()
    Image.new("RGB", (900, 300), "red").save(data, "PNG")
    data.seek(0)
    services.set_logo(bank.organisation, clean_picture(data, side=320), by=bank.manager)
    kept = OrganisationLogo.objects.get()
    assert (kept.kind, kept.width, kept.height) == ("image/webp", 320, 107)
    with pytest.raises(Forbidden):
        services.set_logo(bank.organisation, None, by=UserFactory())
    services.set_logo(bank.organisation, None, by=bank.manager)
    assert not OrganisationLogo.objects.exists()
