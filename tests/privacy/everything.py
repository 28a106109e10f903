"""Looks for words in everything that is kept: tables, decrypted; caches, Redis, files; the outbox."""

import json
import pickle
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import redis
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import caches
from django.db import connection

from common.encryption import decrypt
from events.models import IdempotentCall


def places_of(words: list[str]) -> set[str]:
    """Return where one of the words stands, whatever the spelling of its letters."""
    wanted = [word.lower() for word in words]
    return {place for place, text in _everything() if any(word in text.lower() for word in wanted)}


def _everything() -> Iterator[tuple[str, str]]:
    yield from _tables()
    for session in Session.objects.all():
        yield "sessions", json.dumps(session.get_decoded(), default=str)
    for call in IdempotentCall.objects.all():
        yield "kept answers", b64decode(call.answer["body"]).decode(errors="replace")
    for name in settings.CACHES:
        yield f"cache {name}", repr(getattr(caches[name], "_cache", ""))
    if settings.REDIS_URL:
        yield from (("redis", repr(key)) for key in redis.Redis.from_url(settings.REDIS_URL).scan_iter())
    for message in getattr(mail, "outbox", []):
        yield "mail", f"{message.to} {message.subject} {message.body}"
    if settings.ERASURE_LOG.exists():
        yield "erasure log", settings.ERASURE_LOG.read_text()
    for file in settings.VAR_DIR.rglob("*"):
        # The database's own file has a test of its own (test_sqlite_file).
        if file.is_file() and ".sqlite3" not in file.name:
            yield f"file {file.name}", file.read_bytes().decode(errors="replace")


def _tables() -> Iterator[tuple[str, str]]:
    """Every row of every table that the database knows, models or not."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    cached = table == "cache_entries" and name == "value"
                    yield f"{table}.{name}", _unpacked(value) if cached else _readable(value)


def _unpacked(value: str) -> str:
    """What Django's cache in the database has put away."""
    return repr(pickle.loads(b64decode(value)))


def _readable(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    if text.startswith("gAAAA"):
        try:
            return decrypt(text)
        except InvalidToken:
            return text
    return text


def all_models() -> set[type]:
    """The models of the domain's apps."""
    own = (
        "events",
        "places",
        "people",
        "safeguarding",
        "academy",
        "help_requests",
        "vacancies",
        "matching",
        "recognition",
        "simulation",
        "notifications",
    )
    return {model for label in own for model in apps.get_app_config(label).get_models()}


def text_of(response: Any) -> str:
    """Everything that an answer says; of a ZIP (XLSX and ODS are such) what is packed in it."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK\x03\x04"):
        with ZipFile(BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    head = f"{response.status_code} {sorted(response.headers.items())}"
    return f"{head}\n{body.decode(errors='replace')}"
