"""The shape of an index; an app makes the table by naming its document."""

import secrets
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


def new_stamp() -> int:
    """Return a number that no other row has, also where a number is given out twice after a rollback."""
    return secrets.randbits(63)


class Indexed(models.Model):
    """The words of one document as the index takes them: a line per term (``packing.pack``).

    A changed document gets a new row, so that the highest numbers are what is new to who has read the rest.
    The concrete class adds ``document``, a one-to-one key, with ``related_name="indexed"`` or as it likes.
    """

    id = models.BigAutoField(primary_key=True)
    stamp = models.BigIntegerField(default=new_stamp, editable=False)
    terms = models.TextField(editable=False)
    document: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)


class SynonymGroup(models.Model):
    """Words that mean the same to who searches, separated by commas; staff add to them."""

    words = models.CharField(_("words that mean the same"), max_length=300)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.words
