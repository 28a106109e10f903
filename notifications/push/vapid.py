"""Who sends: push services take messages that are signed with the key a device subscribed under (RFC 8292).

``PUSH_KEYS`` holds private keys, newest first. The newest is what browsers subscribe under; the others go on
signing for devices that subscribed under them, so that a key can be replaced without losing anybody.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from joserfc import jwt
from joserfc.jwk import ECKey

from common import clock
from notifications.push.sealing import packed, unpacked

CURVE = ec.SECP256R1()
SECRET_BYTES = 32
VALID_FOR = timedelta(hours=12)
"""Of one signature; push services refuse more than 24 hours."""


@dataclass(frozen=True, slots=True)
class ServerKey:
    """One of our keys: how browsers know it, and what signs."""

    public: str
    signing: ECKey


def new_secret() -> str:
    """Return a private key as ``PUSH_KEYS`` holds them."""
    number = ec.generate_private_key(CURVE).private_numbers().private_value
    return packed(number.to_bytes(SECRET_BYTES, "big"))


def newest_key() -> ServerKey | None:
    """The key that browsers subscribe under; ``None`` where push is not set up."""
    return next(iter(_keys(tuple(settings.PUSH_KEYS))), None)


def key_of(public: str) -> ServerKey | None:
    """The key with this public half, as long as ``PUSH_KEYS`` holds it."""
    return next((key for key in _keys(tuple(settings.PUSH_KEYS)) if key.public == public), None)


def authorization(key: ServerKey, endpoint: str) -> str:
    """Return the header that says to the push service of ``endpoint`` that we send this."""
    origin = urlsplit(endpoint)
    claims = {
        "aud": f"{origin.scheme}://{origin.netloc}",
        "exp": int((clock.now() + VALID_FOR).timestamp()),
        "sub": settings.PUSH_CONTACT,
    }
    token = jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, key.signing)
    return f"vapid t={token}, k={key.public}"


@lru_cache(maxsize=4)
def _keys(secrets: tuple[str, ...]) -> tuple[ServerKey, ...]:
    return tuple(_key(secret) for secret in secrets)


def _key(secret: str) -> ServerKey:
    private = ec.derive_private_key(int.from_bytes(unpacked(secret), "big"), CURVE)
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    parts = {"x": packed(point[1:33]), "y": packed(point[33:]), "d": secret}
    return ServerKey(public=packed(point), signing=ECKey.import_key({"kty": "EC", "crv": "P-256", **parts}))
