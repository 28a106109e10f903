"""Writing every encrypted value anew with the newest key, so that an old key can go."""

from collections.abc import Callable, Iterator
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db.models import Model, TextField, Value
from django.db.models.functions import Cast

from common.encryption import EncryptedJSONField, EncryptedTextField, renewed

_BATCH = 500


def encrypted_columns() -> Iterator[tuple[type[Model], str]]:
    """Every model and the name of each of its encrypted fields."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField | EncryptedJSONField):
                yield model, field.name


def renew_column(
    model: type[Model],
    name: str,
    *,
    only_count: bool = False,
    told: Callable[[int], None] = lambda _rows: None,
) -> tuple[int, int]:
    """Encrypt one column anew, row by row, while everything runs.

    A value that changes meanwhile is left alone: it has just been written with the newest key.

    Args:
        model: the table.
        name: its encrypted field.
        only_count: change nothing.
        told: called after each batch with the number of rows looked at.

    Returns:
        How many values were (or, with ``only_count``, are to be) renewed, and how many no key opens.
    """
    old = lost = 0
    for seen, (pk, token) in enumerate(_tokens(model, name), start=1):
        try:
            fresh = renewed(token)
        except InvalidToken:
            lost += 1
            fresh = token
        if fresh != token:
            old += 1
            if not only_count:
                _swap(model, name, pk, token, fresh)
        if seen % _BATCH == 0:
            told(seen)
    return old, lost


def _tokens(model: type[Model], name: str) -> Iterator[tuple[Any, str]]:
    """The values as the database holds them, read in steps by primary key, so that no cursor stays open."""
    rows = model._base_manager.annotate(_token=_stored(name)).exclude(_token=None).exclude(_token="")
    after: Any = None
    while True:
        batch = list(
            (rows if after is None else rows.filter(pk__gt=after))
            .order_by("pk")
            .values_list("pk", "_token")[:_BATCH]
        )
        yield from batch
        if len(batch) < _BATCH:
            return
        after = batch[-1][0]


def _swap(model: type[Model], name: str, pk: Any, token: str, fresh: str) -> None:
    same = model._base_manager.annotate(_token=_stored(name)).filter(pk=pk, _token=token)
    same.update(**{name: Value(fresh, output_field=TextField())})


def _stored(name: str) -> Cast:
    """The column as plain text: neither decrypted on the way out nor encrypted on the way in."""
    return Cast(name, TextField())
