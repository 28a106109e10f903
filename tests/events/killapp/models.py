"""What handlers leave behind."""

from typing import ClassVar

from django.db import models


class Mark(models.Model):
    """One effect of one handler. Nothing keeps it unique: a doubled effect is a second row."""

    number = models.IntegerField()
    handler = models.CharField(max_length=20)

    objects: ClassVar[models.Manager["Mark"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.handler} {self.number}"
