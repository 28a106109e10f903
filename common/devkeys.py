"""Keys for a development machine, made once and kept in the var folder."""

import base64
import hashlib
import json
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.fernet import Fernet


@dataclass(frozen=True)
class DevelopmentKeys:
    """Secrets of one development checkout."""

    secret_key: str
    field_key: str
    digest_key: str

    @property
    def push_key(self) -> str:
        """The private key that push messages are signed with: follows from the first key."""
        made = hashlib.sha256(b"push " + self.secret_key.encode()).digest()
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def development_keys(folder: Path) -> DevelopmentKeys:
    """Return the keys kept in ``folder/dev-keys.json``, making them on first use."""
    path = folder / "dev-keys.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = DevelopmentKeys(
            secret_key=secrets.token_urlsafe(50),
            field_key=Fernet.generate_key().decode(),
            digest_key=secrets.token_urlsafe(32),
        )
        # Two processes may start at once: write aside, then move; the first one there wins.
        aside = path.with_suffix(f".{secrets.token_hex(4)}")
        aside.write_text(json.dumps(asdict(made)))
        aside.chmod(0o600)
        with suppress(FileExistsError):
            path.hardlink_to(aside)
        aside.unlink()
    return DevelopmentKeys(**json.loads(path.read_text()))
