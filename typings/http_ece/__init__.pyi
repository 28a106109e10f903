"""What we use of http-ece, which has no types of its own."""

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

class ECEException(Exception): ...

def encrypt(
    content: bytes,
    *,
    salt: bytes | None = ...,
    private_key: EllipticCurvePrivateKey,
    dh: bytes,
    auth_secret: bytes,
    version: str = ...,
) -> bytes: ...
def decrypt(content: bytes, *, private_key: EllipticCurvePrivateKey, auth_secret: bytes) -> bytes: ...
