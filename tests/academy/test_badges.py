"""Badges as the standard has them: read back with the published key only, as a checker elsewhere would."""

import gzip
import hashlib
from base64 import urlsafe_b64decode
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet, RSAKey

from academy.models import BadgeKey, Certificate, SpentStatus
from academy.services import badge_of, public_keys, renew_key, revoke_certificate
from people.rights import Subject, erase
from tests.factories.academy import CourseFactory, learn, lesson
from tests.factories.people import CoordinatorFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(clock):
    course = CourseFactory(slug="dementie", title_nl="Dementie", valid_months=24)
    lesson(course)
    learn(VolunteerFactory(user=UserFactory(email="fatima@voorbeeld.nl")).user, course)
    return Certificate.objects.select_related("user", "course", "centre").get()


def checked(token: str) -> jwt.Token:
    """Check a badge as someone elsewhere does: with the keys at the well-known address."""
    published = Client().get("/.well-known/jwks.json")
    assert published["Access-Control-Allow-Origin"] == "*"
    return jwt.decode(token, KeySet.import_key_set(published.json()), algorithms=["RS256"])


def test_a_badge_can_be_checked_with_the_published_key_and_says_what_the_standard_asks(certificate):
    badge = checked(badge_of(certificate))
    said = badge.claims
    assert set(badge.header) == {"alg", "kid", "typ"}
    assert said["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert said["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert (said["iss"], said["jti"], said["sub"]) == (
        said["issuer"]["id"],
        said["id"],
        said["credentialSubject"]["id"],
    )
    assert said["validFrom"] == "2025-06-03T08:00:00Z"
    assert said["nbf"] == int(certificate.issued_at.timestamp())
    assert (said["validUntil"], said["exp"]) == ("2027-06-03T21:59:59Z", 1812059999)
    assert said["credentialSubject"]["achievement"]["name"] == "Dementie"
    who = said["credentialSubject"]["identifier"][0]
    expected = hashlib.sha256(f"fatima@voorbeeld.nl{who['salt']}".encode()).hexdigest()
    assert who["identityHash"] == f"sha256${expected}"
    assert "fatima" not in str(said).lower()
    assert str(certificate.user_id) not in str(said)


def test_addresses_in_a_badge_lead_somewhere(certificate, settings):
    settings.BASE_URL = "http://testserver"
    said = checked(badge_of(certificate)).claims
    visitor = Client()
    for address in (
        said["id"],
        said["issuer"]["id"],
        said["credentialSubject"]["achievement"]["id"],
        said["credentialStatus"]["statusListCredential"],
        BadgeKey.objects.get().public["kid"],
    ):
        assert visitor.get(address).status_code == 200


def test_what_was_taken_back_stands_in_the_signed_list_and_nothing_else_does(certificate):
    def bits() -> int:
        status = certificate.status_index // 131_072
        address = reverse("badge-status", args=[certificate.centre.slug, status])
        packed = checked(Client().get(address).content.decode()).claims["credentialSubject"]["encodedList"]
        raw = gzip.decompress(urlsafe_b64decode(packed[1:] + "=" * (-len(packed[1:]) % 4)))
        assert (packed[0], len(raw) * 8) == ("u", 131_072)
        return int.from_bytes(raw, "big")

    assert bits() == 0
    revoke_certificate(certificate, by=CoordinatorFactory(certificate.centre))
    assert bits() == 1 << (131_071 - certificate.status_index % 131_072)
    slug = certificate.centre.slug
    for number, status in ((0, 200), (1, 404), (10**12, 404)):  # no list is signed that no badge leads to
        assert Client().get(reverse("badge-status", args=[slug, number])).status_code == status


def test_a_changed_badge_and_a_strange_key_are_found_out_and_old_badges_outlive_a_new_key(clock, certificate):
    old = badge_of(certificate)
    clock.forward(seconds=1)
    renew_key()
    new = badge_of(certificate)
    assert checked(old).header["kid"] != checked(new).header["kid"]
    head, body, proof = old.split(".")
    with pytest.raises(BadSignatureError):
        checked(".".join([head, body[:-2] + ("AA" if body[-2:] != "AA" else "BB"), proof]))
    with pytest.raises(BadSignatureError):
        jwt.decode(old, RSAKey.generate_key(2048), algorithms=["RS256"])
    assert all("d" not in key and key["kty"] == "RSA" for key in public_keys())


def test_it_is_the_holder_s_to_take_and_the_private_key_is_kept_encrypted(certificate):
    address = reverse("certificate-badge", args=[certificate.pk])
    holder = Client()
    holder.force_login(certificate.user, backend="django.contrib.auth.backends.ModelBackend")
    answer = holder.get(address)
    assert answer["Content-Type"] == "application/vc+jwt"
    checked(answer.content.decode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT private FROM academy_badgekey")
        assert "kty" not in cursor.fetchone()[0]
    stranger = Client()
    stranger.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert stranger.get(address).status_code == 404


def test_what_was_taken_back_stays_so_when_its_holder_is_erased_and_no_place_is_given_twice(
    certificate, monkeypatch
):
    def revoked(token: str) -> bool:
        """As a checker elsewhere: by what the badge itself says of where to look."""
        status = checked(token).claims["credentialStatus"]
        answer = Client().get(urlsplit(status["statusListCredential"]).path)
        packed = checked(answer.content.decode()).claims["credentialSubject"]["encodedList"]
        raw = gzip.decompress(urlsafe_b64decode(packed[1:] + "=" * (-len(packed[1:]) % 4)))
        index = int(status["statusListIndex"])
        return bool(raw[index // 8] & 128 >> index % 8)

    other = CourseFactory(slug="tillen")
    lesson(other)
    learn(certificate.user, other)
    kept = Certificate.objects.exclude(pk=certificate.pk).get()
    taken, good = badge_of(certificate), badge_of(kept)
    revoke_certificate(certificate, by=CoordinatorFactory(certificate.centre))
    assert (revoked(taken), revoked(good)) == (True, False)
    counts = erase(Subject(user=certificate.user))
    assert counts["academy.Certificate"] == 2
    assert not Certificate.objects.exists()
    assert (revoked(taken), revoked(good)) == (True, False)
    # Nothing is left but the place: not whose, not of what, not when.
    assert {field.name for field in SpentStatus._meta.fields} == {"id", "centre", "status_index", "revoked"}
    spent = list(SpentStatus.objects.order_by("-revoked").values_list("status_index", flat=True))
    assert spent == [certificate.status_index, kept.status_index]
    drawn = iter([*spent, 7])
    monkeypatch.setattr("academy.services.certificates.secrets.randbelow", lambda _most: next(drawn))
    learn(VolunteerFactory(centre=certificate.centre).user, certificate.course)
    assert Certificate.objects.get().status_index == 7
    # A list that only spent places lead to is still given.
    SpentStatus.objects.update(status_index=F("status_index") + 131_072)
    address = reverse("badge-status", args=[certificate.centre.slug, 1])
    assert Client().get(address).status_code == 200
