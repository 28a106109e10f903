"""Organisations: asking, the centre's decision, the profile, contacts and who manages."""

from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from common.errors import Forbidden, InvalidInput, InvalidTransition
from people.enums import ALL_ORGANISATION_CHECKS, OrganisationCheck, OrganisationState, Role
from people.errors import NoCentreHere
from people.models import Organisation, OrganisationLogo, RoleGrant
from people.queries import members_of, memberships_of
from tests.factories.people import CentreFactory, CoordinatorFactory, PostcodeFactory, UserFactory
from tests.factories.vacancies import Bank, contact_of, make_bank
from vacancies import services
from vacancies.errors import ChecksMissing, StillContact

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
    assert memberships_of(asker) == {}
    services.approve_organisation(organisation, checks=ALL_ORGANISATION_CHECKS, by=bank.coordinator)
    assert memberships_of(type(asker).objects.get(pk=asker.pk)) == {organisation.pk: True}
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


def test_somebody_always_manages(bank):
    colleague = contact_of(bank.organisation)
    own = RoleGrant.objects.get(user=bank.manager)
    with pytest.raises(StillContact):
        services.remove_member(own, by=bank.manager)
    with pytest.raises(StillContact):
        services.set_managing(own, manages=False, by=bank.manager)
    theirs = RoleGrant.objects.get(user=colleague)
    with pytest.raises(Forbidden):
        services.set_managing(theirs, manages=True, by=colleague)
    services.set_managing(theirs, manages=True, by=bank.manager)
    services.remove_member(own, by=bank.manager)
    assert list(members_of(bank.organisation.pk)) == [colleague]


def test_a_logo_is_drawn_anew(bank):
    hidden, data = PngInfo(), BytesIO()
    hidden.add_text("Comment", "52.0292, 5.0806")
    Image.new("RGB", (900, 300), "red").save(data, "PNG", pnginfo=hidden)
    services.set_logo(bank.organisation, data.getvalue(), by=bank.manager)
    kept = bytes(OrganisationLogo.objects.get().image)
    assert b"52.0292" in data.getvalue()
    assert b"52.0292" not in kept
    assert Image.open(BytesIO(kept)).size == (320, 107)
    for wrong in (b"<svg onload=alert(1)>", b"", data.getvalue()[:60], b"x" * 4_000_001):
        with pytest.raises(InvalidInput):
            services.set_logo(bank.organisation, wrong, by=bank.manager)
    services.set_logo(bank.organisation, None, by=bank.manager)
    assert not OrganisationLogo.objects.exists()
