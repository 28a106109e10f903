"""Makes people for tests: accounts with roles, centres, volunteers with screenings, residents.

Everything is made in one made-up town around the centre of Nieuwegein; a postcode of the right
town is made on the way, so that services find it too.
"""

from datetime import date
from typing import Any

import factory
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from common import clock
from common.encryption import digest
from people import models
from people.enums import ALL_DAYPARTS, HelpCategory, Language, Role, Transport, VolunteerState
from people.queries import forget_standing
from places.cells import cell_of
from places.models import District, Municipality, Postcode
from safeguarding.enums import Requirement, ScreeningState
from safeguarding.models import Block, Screening

LAT, LON = 52.0292, 5.0806
POSTCODE = "3431AB"
PASSWORD = "kastanje-in-bloei"


class MunicipalityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Municipality
        django_get_or_create = ("code",)

    code = "GM0356"
    name = "Nieuwegein"


class DistrictFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = District
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"WK0356{n % 100:02d}")
    name = factory.Sequence(lambda n: f"Wijk {n}")
    municipality = factory.SubFactory(MunicipalityFactory)
    lat = LAT
    lon = LON
    inhabitants = 4000


class PostcodeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Postcode
        django_get_or_create = ("code",)

    code = POSTCODE
    lat = LAT
    lon = LON
    district = factory.SubFactory(DistrictFactory)


class UserFactory(factory.django.DjangoModelFactory):
    """An account with a verified address. ``UserFactory(password=PASSWORD)`` can sign in with it."""

    class Meta:
        model = models.User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"mens{n}@voorbeeld.nl")
    name = factory.Sequence(lambda n: f"Mens {n}")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> models.User:
        return model_class.objects.create_user(*args, **kwargs)

    @factory.post_generation
    def verified(self, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        if create:
            EmailAddress.objects.create(
                user=self, email=self.email, primary=True, verified=extracted is not False
            )


class CentreFactory(factory.django.DjangoModelFactory):
    """A centre that works in one district of its own (``districts=[…]`` for others)."""

    class Meta:
        model = models.Centre
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Vrijwilligerscentrale {n}")
    slug = factory.Sequence(lambda n: f"centrale-{n}")
    code = factory.Sequence(lambda n: n + 1)
    municipality = factory.SubFactory(MunicipalityFactory)
    phone = "030 123 45 67"
    email = factory.LazyAttribute(lambda centre: f"{centre.slug}@voorbeeld.nl")

    @factory.post_generation
    def districts(self, create: bool, extracted: list[District] | None, **kwargs: Any) -> None:
        if create:
            own = [DistrictFactory(municipality=self.municipality)] if extracted is None else extracted
            self.districts.set(own)


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Organisation

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence(lambda n: f"Stichting {n}")


class RoleGrantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.RoleGrant
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    role = Role.COORDINATOR
    centre = factory.SubFactory(CentreFactory)

    @factory.post_generation
    def forget(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        forget_standing(self.user)


def staff(role: Role, centre: models.Centre | None = None, **fields: Any) -> models.User:
    """An account with ``role`` in ``centre`` or in an organisation of it (a new one unless given)."""
    centre = centre or CentreFactory()
    place: dict[str, Any] = {"centre": centre}
    if role == Role.ORGANISATION:
        place = {"centre": None, "organisation": OrganisationFactory(centre=centre)}
    return RoleGrantFactory(role=role, user=UserFactory(**fields), **place).user


def CoordinatorFactory(centre: models.Centre | None = None, **fields: Any) -> models.User:  # noqa: N802
    """The account of a coordinator of ``centre``."""
    return staff(Role.COORDINATOR, centre, **fields)


def AdministratorFactory(centre: models.Centre | None = None, **fields: Any) -> models.User:  # noqa: N802
    """The account of an administrator of ``centre``."""
    return staff(Role.ADMINISTRATOR, centre, **fields)


class VolunteerFactory(factory.django.DjangoModelFactory):
    """Active, every kind of help, any moment, 5 km around, Dutch. ``screened=True``: every step is valid."""

    class Meta:
        model = models.Volunteer
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    centre = factory.SubFactory(CentreFactory)
    state = VolunteerState.ACTIVE
    phone = "+31612345678"
    postcode = POSTCODE
    lat = LAT
    lon = LON
    cell = factory.LazyAttribute(lambda volunteer: cell_of(volunteer.lat, volunteer.lon))
    district = factory.LazyAttribute(lambda volunteer: volunteer.centre.districts.first())
    skills = HelpCategory.to_mask(HelpCategory.values)
    dayparts = ALL_DAYPARTS
    languages = Language.to_mask([Language.DUTCH])
    transport = Transport.to_mask([Transport.BICYCLE])
    consented_at = factory.LazyFunction(clock.now)
    consent_version = "2025-06"

    @factory.post_generation
    def role(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and self.state != VolunteerState.LEFT:
            RoleGrantFactory(user=self.user, role=Role.VOLUNTEER, centre=self.centre)

    @factory.post_generation
    def screened(self, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        if create and extracted:
            screen(self)


class ScreeningFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Screening

    volunteer = factory.SubFactory(VolunteerFactory)
    requirement = Requirement.TALK
    state = ScreeningState.VALID
    seen_on = factory.LazyFunction(timezone.localdate)


def screen(
    volunteer: models.Volunteer, *requirements: Requirement, valid_until: date | None = None
) -> list[Screening]:
    """Give the volunteer valid screenings: those named, or every one."""
    return [
        ScreeningFactory(
            volunteer=volunteer,
            requirement=requirement,
            number="123456" if requirement == Requirement.VOG else "",
            valid_until=valid_until,
        )
        for requirement in requirements or Requirement
    ]


class ResidentFactory(factory.django.DjangoModelFactory):
    """A resident with a phone number, an address and no account (``user=…`` gives one, with the role)."""

    class Meta:
        model = models.Resident
        skip_postgeneration_save = True

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence(lambda n: f"Mevrouw Bewoner {n}")
    phone = "+31301234567"
    email = ""
    address = factory.LazyFunction(
        lambda: {"street": "Dorpsstraat", "house_number": "12", "postcode": POSTCODE, "city": "Nieuwegein"}
    )
    point = factory.LazyFunction(lambda: [LAT, LON])
    cell = factory.LazyAttribute(lambda resident: cell_of(*resident.point) if resident.point else None)
    district = factory.LazyAttribute(lambda resident: resident.centre.districts.first())
    email_digest = factory.LazyAttribute(lambda resident: digest(resident.email) if resident.email else "")
    phone_digest = factory.LazyAttribute(lambda resident: digest(resident.phone) if resident.phone else "")
    consented_at = factory.LazyFunction(clock.now)
    consent_version = "2025-06"

    @factory.post_generation
    def role(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and self.user is not None:
            RoleGrantFactory(user=self.user, role=Role.RESIDENT, centre=self.centre)


class RepresentativeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Representative
        skip_postgeneration_save = True

    resident = factory.SubFactory(ResidentFactory)
    user = factory.SubFactory(UserFactory)

    @factory.post_generation
    def role(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            RoleGrantFactory(user=self.user, role=Role.REPRESENTATIVE, centre=self.resident.centre)


class BlockFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Block

    volunteer = factory.SubFactory(VolunteerFactory)
    resident = factory.SubFactory(ResidentFactory)


def sign_in_by_code(client: Client, user: models.User) -> None:
    """Sign in as whoever has filled in a code from their mailbox just now."""
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    shown = {"method": "code", "email": user.email, "at": clock.now().timestamp()}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [shown]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(user.pk)
    session.save()
