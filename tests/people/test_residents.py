"""Residents: registering, changing, moving, claiming, representing."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from common.encryption import digest
from common.errors import Forbidden, InvalidInput
from events.models import EventRecord
from people import services
from people.enums import AgeBand, ContactPreference, Need, Role
from people.errors import ConsentNeeded, InvalidEmail, InvalidPhone, NoCentreHere
from people.models import Resident, RoleGrant
from people.queries import has_role, residents_of, roles_of
from people.services import Address
from places.cells import cell_of
from places.errors import InvalidPostcode, UnknownPostcode
from tests.factories.people import (
    LAT,
    LON,
    AdministratorFactory,
    CentreFactory,
    CoordinatorFactory,
    DistrictFactory,
    PostcodeFactory,
    RepresentativeFactory,
    ResidentFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

pytestmark = pytest.mark.django_db
HOME = Address("Dorpsstraat", "12a", "3431 ab", "Nieuwegein")


@pytest.fixture
def centre(settings):
    settings.CELL_MIN_POSTCODES = 1
    found = CentreFactory()
    PostcodeFactory(district=found.districts.get())
    return found


def event_types():
    return list(EventRecord.objects.order_by("pk").values_list("type", flat=True))


def registered(**changes):
    values = {
        "name": " Wil  Bakker ",
        "phone": "030 123 45 67",
        "address": HOME,
        "consented": True,
        "by": None,
    }
    return services.register_resident(**values | changes)


def test_a_resident_needs_no_account_and_no_email(centre):
    resident = registered(by=CoordinatorFactory(centre))
    resident.refresh_from_db()
    assert (resident.centre, resident.user, resident.email) == (centre, None, "")
    assert (resident.name, resident.phone) == ("Wil Bakker", "+31301234567")
    assert resident.phone_digest == digest("+31301234567")
    assert resident.email_digest == ""
    assert resident.address == {
        "street": "Dorpsstraat",
        "house_number": "12a",
        "postcode": "3431AB",
        "city": "Nieuwegein",
    }
    assert resident.point == [LAT, LON]
    assert resident.cell == cell_of(LAT, LON)
    assert resident.district == centre.districts.get()
    assert resident.consent_version
    assert event_types() == ["people.resident_registered"]


def test_the_system_registers_who_asks_without_signing_in(centre):
    assert registered(by=None).created_by is None


def test_registering_oneself_links_the_account_and_gives_the_role(centre):
    user = UserFactory()
    resident = registered(user=user, by=user)
    assert resident.user == user
    assert has_role(user, Role.RESIDENT, centre.pk)


def test_registering_someone_one_acts_for(centre):
    daughter = UserFactory()
    resident = registered(represented_by=daughter, by=daughter)
    assert resident.user is None
    assert list(residents_of(daughter)) == [resident]
    assert roles_of(daughter) == {Role.REPRESENTATIVE}


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"name": "  "}, InvalidInput, "name"),
        ({"name": "x" * 121}, InvalidInput, "name"),
        ({"phone": "", "email": ""}, InvalidInput, "phone"),
        ({"phone": "112233"}, InvalidPhone, "phone"),
        ({"email": "geen adres"}, InvalidEmail, "email"),
        ({"address": Address("Dorpsstraat", "12", "3431")}, InvalidPostcode, "postcode"),
        ({"address": Address("Dorpsstraat", "12", "9999 XX")}, UnknownPostcode, "postcode"),
        ({"address": Address("Dorpsstraat", " ", "3431 AB")}, InvalidInput, "house_number"),
        ({"address": Address("x" * 101, "12", "3431 AB")}, InvalidInput, "street"),
        ({"address": None}, NoCentreHere, "postcode"),
        ({"needs": 1 << 40}, InvalidInput, "needs"),
        ({"consented": False}, ConsentNeeded, "consent"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_kept(centre, changes, error, field):
    with pytest.raises(error) as caught:
        registered(**changes)
    assert caught.value.field == field
    assert not Resident.objects.exists()
    assert event_types() == []


def test_where_no_centre_works_the_postcode_is_named(centre):
    PostcodeFactory(code="9712AB", lat=53.21, lon=6.56, district=DistrictFactory())
    with pytest.raises(NoCentreHere):
        registered(address=Address("Markt", "1", "9712 AB"))


def test_who_may_not_register(centre):
    user = UserFactory()
    others = [
        UserFactory(),
        VolunteerFactory(centre=centre).user,
        CoordinatorFactory(),
        staff(Role.CONFIDENTIAL_OFFICER, centre),
    ]
    for other in others:
        with pytest.raises(Forbidden):
            registered(by=other)
        with pytest.raises(Forbidden):
            registered(user=user, by=other)
    with pytest.raises(Forbidden):
        registered(user=user, represented_by=others[0], by=others[0])
    services.suspend_user(user, by=None)
    with pytest.raises(Forbidden):
        registered(user=user, by=user)
    assert not Resident.objects.exists()


def test_a_change_keeps_digests_true(centre):
    resident = ResidentFactory(centre=centre, email="oud@voorbeeld.nl")
    services.update_resident(
        resident,
        by=AdministratorFactory(centre),
        email=" Nieuw@Voorbeeld.nl",
        phone="",
        needs=Need.to_mask([Need.ROLLATOR]),
        contact_preference=ContactPreference.EMAIL,
        age_band=AgeBand.ELDER,
    )
    resident.refresh_from_db()
    assert (resident.email, resident.email_digest) == ("nieuw@voorbeeld.nl", digest("nieuw@voorbeeld.nl"))
    assert (resident.phone, resident.phone_digest) == ("", "")
    assert Need.from_mask(resident.needs) == [Need.ROLLATOR]


def test_a_way_to_reach_the_resident_stays(centre):
    resident = ResidentFactory(centre=centre)
    with pytest.raises(InvalidInput) as caught:
        services.update_resident(resident, by=None, phone="")
    assert caught.value.field == "phone"


def test_moving_changes_address_point_cell_and_district_but_not_the_centre(centre):
    other_centre = CentreFactory()
    PostcodeFactory(code="3439ZZ", lat=52.06, lon=5.13, district=other_centre.districts.get())
    user = UserFactory()
    resident = ResidentFactory(centre=centre, user=user)
    services.move_resident(resident, address=Address("Zandveld", "3", "3439ZZ"), by=user)
    resident.refresh_from_db()
    assert resident.point == [52.06, 5.13]
    assert resident.cell == cell_of(52.06, 5.13)
    assert resident.district == other_centre.districts.get()
    assert resident.centre == centre


def test_who_may_not_change_a_resident(centre):
    user = UserFactory()
    resident = ResidentFactory(centre=centre, user=user)
    former = RepresentativeFactory(resident=resident)
    services.stop_representing(former, by=former.user)
    others = [
        UserFactory(),
        former.user,
        RepresentativeFactory(resident=ResidentFactory(centre=centre)).user,
        CoordinatorFactory(),
        VolunteerFactory(centre=centre).user,
        staff(Role.CONFIDENTIAL_OFFICER, centre),
        staff(Role.ANALYST, centre),
    ]
    for other in others:
        with pytest.raises(Forbidden):
            services.update_resident(resident, by=other, name="Anders")
        with pytest.raises(Forbidden):
            services.move_resident(resident, by=other, address=HOME)
    services.suspend_user(user, by=None)
    with pytest.raises(Forbidden):
        services.update_resident(resident, by=user, name="Anders")


def test_who_acts_for_a_resident_does_not_change_the_e_mail_address(centre):
    """It is by that address that a record is claimed."""
    resident = ResidentFactory(centre=centre, user=UserFactory(), email="wil@voorbeeld.nl")
    helper = RepresentativeFactory(resident=resident).user
    for email in (helper.email, "ander@voorbeeld.nl", ""):
        with pytest.raises(Forbidden):
            services.update_resident(resident, by=helper, email=email)
    assert Resident.objects.get().email == "wil@voorbeeld.nl"
    services.update_resident(resident, by=helper, email=" Wil@voorbeeld.nl", phone="030 765 43 21")
    assert Resident.objects.get().phone == "+31307654321"
    for user in (resident.user, CoordinatorFactory(centre)):
        services.update_resident(resident, by=user, email=f"wil{user.pk}@voorbeeld.nl")
        assert Resident.objects.get().email == f"wil{user.pk}@voorbeeld.nl"


def test_the_page_leaves_the_e_mail_address_to_the_resident(client, centre):
    resident = ResidentFactory(centre=centre, user=UserFactory(), email="wil@voorbeeld.nl")
    helper = RepresentativeFactory(resident=resident).user
    page = reverse("profile-resident", args=[resident.pk, "contact"])
    answers = {"name": "Wil", "phone": "", "email": helper.email, "contact_preference": "email"}
    client.force_login(helper)
    assert client.get(page).context["form"].fields["email"].disabled
    assert client.post(page, answers).status_code == 302
    found = Resident.objects.get()
    assert (found.name, found.email) == ("Wil", "wil@voorbeeld.nl")
    client.force_login(resident.user)
    assert not client.get(page).context["form"].fields["email"].disabled


class TestClaiming:
    @pytest.mark.parametrize("ended_at", [None, "2025-06-01T00:00Z"])
    def test_who_acts_or_acted_for_someone_never_claims_their_record(self, centre, ended_at):
        helper = UserFactory(email="wil@voorbeeld.nl")
        record = ResidentFactory(centre=centre, email="wil@voorbeeld.nl")
        RepresentativeFactory(resident=record, user=helper, ended_at=ended_at)
        RepresentativeFactory(resident=ResidentFactory(centre=centre), user=UserFactory())
        own = ResidentFactory(centre=centre, email="wil@voorbeeld.nl")
        assert services.claim_residents(helper) == [own]
        record.refresh_from_db()
        assert record.user is None

    def test_a_verified_address_claims_every_record_that_carries_it(self, centre):
        first, second = (ResidentFactory(centre=centre, email="wil@voorbeeld.nl") for _ in range(2))
        ResidentFactory(centre=centre, email="anders@voorbeeld.nl")
        user = UserFactory(email="wil@voorbeeld.nl")
        assert set(services.claim_residents(user)) == {first, second}
        assert set(residents_of(user)) == {first, second}
        assert roles_of(user) == {Role.RESIDENT}
        assert event_types().count("people.resident_claimed") == 2

    def test_an_address_that_is_not_verified_claims_nothing(self, centre):
        ResidentFactory(centre=centre, email="wil@voorbeeld.nl")
        user = UserFactory(email="wil@voorbeeld.nl", verified=False)
        assert services.claim_residents(user) == []
        assert not residents_of(user).exists()
        assert not RoleGrant.objects.filter(user=user).exists()

    def test_the_account_s_address_counts_only_as_a_verified_one(self, centre):
        ResidentFactory(centre=centre, email="wil@voorbeeld.nl")
        user = UserFactory(email="wil@voorbeeld.nl")
        EmailAddress.objects.filter(user=user).update(email="anders@voorbeeld.nl")
        assert services.claim_residents(user) == []

    def test_nothing_is_taken_from_another_account(self, centre):
        owner = UserFactory()
        resident = ResidentFactory(centre=centre, email="wil@voorbeeld.nl", user=owner)
        assert services.claim_residents(UserFactory(email="wil@voorbeeld.nl")) == []
        resident.refresh_from_db()
        assert resident.user == owner

    def test_twice_is_once(self, centre):
        ResidentFactory(centre=centre, email="wil@voorbeeld.nl")
        user = UserFactory(email="wil@voorbeeld.nl")
        services.claim_residents(user)
        assert services.claim_residents(user) == []
        assert event_types().count("people.resident_claimed") == 1

    def test_records_without_an_address_belong_to_nobody(self, centre):
        ResidentFactory(centre=centre, email="")
        user = UserFactory()
        EmailAddress.objects.filter(user=user).update(email="")
        assert services.claim_residents(user) == []

    def test_who_is_suspended_claims_nothing(self, centre):
        ResidentFactory(centre=centre, email="wil@voorbeeld.nl")
        user = services.suspend_user(UserFactory(email="wil@voorbeeld.nl"), by=None)
        assert services.claim_residents(user) == []


class TestRepresenting:
    def test_the_resident_and_the_coordinator_appoint_and_others_do_not(self, centre):
        user = UserFactory()
        resident = ResidentFactory(centre=centre, user=user)
        son, neighbour = UserFactory(), UserFactory()
        services.represent(resident, son, by=user)
        services.represent(resident, neighbour, by=CoordinatorFactory(centre))
        assert resident.representatives.filter(ended_at=None).count() == 2
        for other in (son, UserFactory(), CoordinatorFactory()):
            with pytest.raises(Forbidden):
                services.represent(resident, UserFactory(), by=other)

    def test_twice_is_once(self, centre):
        resident, son = ResidentFactory(centre=centre), UserFactory()
        assert services.represent(resident, son, by=None) == services.represent(resident, son, by=None)
        assert resident.representatives.count() == 1

    def test_ending_it_ends_the_role_with_the_last_one(self, centre):
        son = UserFactory()
        father, mother = (ResidentFactory(centre=centre) for _ in range(2))
        first = services.represent(father, son, by=None)
        second = services.represent(mother, son, by=None)
        services.stop_representing(first, by=son)
        assert list(residents_of(son)) == [mother]
        assert roles_of(son) == {Role.REPRESENTATIVE}
        services.stop_representing(second, by=son)
        assert roles_of(son) == frozenset()
        with pytest.raises(Forbidden):
            services.stop_representing(first, by=UserFactory())
