"""Certificates as Open Badges 3.0: signed credentials that anyone can check without asking us who someone is.

The proof is a VC-JWT with RS256, the algorithm that every verifier of Open Badges has to know. The person is
named by a salted digest of their e-mail address, as the standard has it: who holds the badge shows that it is
theirs, and nobody reads the address from it. Revocation is a signed W3C bitstring status list per centre.
"""

import gzip
import hashlib
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from joserfc import jwt
from joserfc.jwk import RSAKey

from academy.models import BadgeKey, Certificate, Course, SpentStatus
from common import clock
from common.encryption import digest
from common.ids import new_id
from people.models import Centre

ALGORITHM = "RS256"
KEY_BITS = 2048
CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
# The least that the standard allows, so that one bit does not tell whose it is.
STATUS_BITS = 131_072


def badge_of(certificate: Certificate) -> str:
    """Return a certificate as a signed badge, in Dutch."""
    with translation.override("nl"):
        credential = credential_of(certificate)
    claims: dict[str, Any] = {
        **credential,
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "sub": credential["credentialSubject"]["id"],
        "nbf": _seconds(credential["validFrom"]),
    }
    if "validUntil" in credential:
        claims["exp"] = _seconds(credential["validUntil"])
    return _signed(claims)


def credential_of(certificate: Certificate) -> dict[str, Any]:
    """Return what a badge says, unsigned (``OpenBadgeCredential``)."""
    course, centre = certificate.course, certificate.centre
    status = _address("badge-status", centre.slug, certificate.status_index // STATUS_BITS)
    index = certificate.status_index % STATUS_BITS
    said: dict[str, Any] = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": _address("certificate", certificate.pk),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": course.title,
        "issuer": issuer_of(centre),
        "validFrom": _moment(certificate.issued_at),
        "credentialSubject": {
            "id": _person(certificate.user_id).urn,
            "type": ["AchievementSubject"],
            "identifier": [_identity(certificate)],
            "achievement": achievement_of(course),
        },
        "credentialStatus": {
            "id": f"{status}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(index),
            "statusListCredential": status,
        },
    }
    if certificate.valid_until is not None:
        said["validUntil"] = _moment(_end_of(certificate.valid_until))
    return said


def achievement_of(course: Course) -> dict[str, Any]:
    """Return what was achieved (``Achievement``), in the active language."""
    address = _address("learn-course", course.slug)
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": course.title,
        "description": course.summary,
        "criteria": {"id": address, "narrative": course.summary},
        "inLanguage": translation.get_language() or "nl",
    }


def issuer_of(centre: Centre) -> dict[str, Any]:
    """Return who issues (``Profile``)."""
    return {
        "id": _address("badge-issuer", centre.slug),
        "type": ["Profile"],
        "name": centre.name,
        "url": settings.BASE_URL,
        "email": centre.email,
    }


def has_status_list(centre: Centre, number: int) -> bool:
    """Whether badges of a centre can lead to the list of this number: no other is signed for who asks."""
    behind = {"centre": centre, "status_index__gte": number * STATUS_BITS}
    return number == 0 or any(
        places.objects.filter(**behind).exists() for places in (Certificate, SpentStatus)
    )


def status_list(centre: Centre, number: int) -> str:
    """Return the signed list that tells which badges of a centre were taken back, one bit for each."""
    bits = bytearray(STATUS_BITS // 8)
    first = number * STATUS_BITS
    here = {"centre": centre, "status_index__gte": first, "status_index__lt": first + STATUS_BITS}
    given = Certificate.objects.filter(**here).exclude(revoked_at=None).order_by()
    erased = SpentStatus.objects.filter(**here, revoked=True)
    rows = given.values_list("status_index", flat=True).union(erased.values_list("status_index", flat=True))
    for index in rows:
        at = index - first
        bits[at // 8] |= 128 >> at % 8  # the first bit is the leftmost
    packed = urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")
    address, issuer = _address("badge-status", centre.slug, number), issuer_of(centre)["id"]
    now = clock.now()
    said = {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": _moment(now),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": f"u{packed}",
        },
    }
    return _signed({**said, "iss": issuer, "jti": address, "nbf": _seconds(said["validFrom"])})


def public_keys() -> list[dict[str, Any]]:
    """Return every public key that badges were ever signed with, as JWK, the newest first."""
    return [key.public for key in BadgeKey.objects.all()]


def renew_key() -> BadgeKey:
    """Make a pair of keys; new badges are signed with it, old ones stay good."""
    key_id = new_id()
    pair = RSAKey.generate_key(KEY_BITS)
    about = {"kid": _address("badge-key", key_id), "use": "sig", "alg": ALGORITHM}
    return BadgeKey.objects.create(
        pk=key_id, private=pair.as_dict(private=True), public={**pair.as_dict(private=False), **about}
    )


def _signed(claims: dict[str, Any]) -> str:
    key = BadgeKey.objects.first() or renew_key()
    header = {"alg": ALGORITHM, "kid": key.public["kid"], "typ": "JWT"}
    return str(jwt.encode(header, claims, RSAKey.import_key(key.private), algorithms=[ALGORITHM]))


def _identity(certificate: Certificate) -> dict[str, Any]:
    salt = digest(f"badge-salt:{certificate.pk}")[:24]
    hashed = hashlib.sha256(f"{certificate.user.email.lower()}{salt}".encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "identityType": "emailAddress",
        "identityHash": f"sha256${hashed}",
        "hashed": True,
        "salt": salt,
    }


def _person(user_id: UUID) -> UUID:
    """A name for the person that is the same on all their badges and leads nowhere."""
    return UUID(hex=digest(f"badge-holder:{user_id}")[:32])


def _address(name: str, *args: Any) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) - timedelta(seconds=1)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(moment: str) -> int:
    return int(datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S%z").timestamp())
