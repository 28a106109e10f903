"""What a centre wanted to know, and what came out."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from common import clock
from common.ids import new_id
from people.enums import HelpCategory
from people.models import Centre
from places.models import District
from simulation.enums import UNDER_WAY, Failure, WhatIfState

LEAST_GOAL, MOST_GOAL = 50, 100
LEAST_HOURS, MOST_HOURS = 4, 14 * 24


class WhatIf(models.Model):
    """How many more volunteers for one kind of help in one neighbourhood, for so many % within so many hours?

    ``question`` is what is reckoned with, as it was when it was asked: totals of the centre and how it asks,
    the days and the seeds (`simulation.town.what_if.Question`). The same question gives the same answer.
    ``lived`` are the towns that were lived through so far; whoever goes on after a break goes on from there.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="what_ifs")
    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=20, choices=HelpCategory.choices)
    goal = models.PositiveSmallIntegerField(
        default=95, validators=[MinValueValidator(LEAST_GOAL), MaxValueValidator(MOST_GOAL)]
    )
    hours = models.PositiveSmallIntegerField(
        default=48, validators=[MinValueValidator(LEAST_HOURS), MaxValueValidator(MOST_HOURS)]
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=WhatIfState.choices, default=WhatIfState.WAITING)
    failure = models.CharField(max_length=10, choices=Failure.choices, blank=True)
    question = models.JSONField()
    place = models.PositiveSmallIntegerField()
    """The number of the neighbourhood among those of the question."""
    attempt = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    lived = models.JSONField(default=list)
    needed = models.JSONField(null=True, blank=True)
    """Per seed how many more, null where the most that are tried are not enough; [] for too few requests."""

    class Meta:
        indexes = [models.Index(fields=["centre", "asked_at"], name="what_ifs_of_a_centre")]
        constraints = [
            models.UniqueConstraint(
                fields=["centre"], condition=Q(state__in=sorted(UNDER_WAY)), name="one_what_if_of_a_centre"
            ),
            # Of the whole installation: a reckoning keeps one processor busy.
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=WhatIfState.RUNNING), name="one_what_if_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.district_id} {self.state}"
