"""Two coordinators answer one daily proposal while it is made anew: each is asked once, nobody waits."""

import pytest
from django.db import connection, transaction
from django.db.models.deletion import Collector

from events.worker import Worker
from help_requests.models import HelpRequest
from matching import services
from matching.enums import PairState
from matching.models import DailyProposal, Offer, ProposedPair
from tests.concurrency.racing import race
from tests.factories.matching import Town, open_request
from tests.factories.people import CoordinatorFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_pair_confirmed_by_many_at_once_is_asked_once():
    town = Town(volunteers=1)
    (pair,) = services.make_proposal(town.centre, by=town.coordinator).pairs.all()
    coordinators = [town.coordinator, *(CoordinatorFactory(town.centre) for _ in range(5))]

    def confirm(coordinator):
        services.confirm_pair(ProposedPair.objects.get(pk=pair.pk), by=coordinator)

    assert race(coordinators, confirm) == {"won": 6}
    assert Offer.objects.count() == 1


def test_answering_and_making_anew_at_once_loses_nothing():
    town = Town(volunteers=6)
    for _ in range(5):
        open_request(town.centre)
    proposal = services.make_proposal(town.centre, by=town.coordinator)
    work = [
        lambda: services.confirm_all(proposal, by=town.coordinator),
        lambda: services.make_proposal(town.centre, by=town.coordinator),
    ]
    outcomes = race(work * 3, lambda do: do())
    assert outcomes == {"won": 6}
    Worker().run_due()
    confirmed = ProposedPair.objects.filter(state=PairState.CONFIRMED)
    assert DailyProposal.objects.count() == 1
    assert set(confirmed.values_list("offer", flat=True)) == set(Offer.objects.values_list("pk", flat=True))
    assert len(set(Offer.objects.values_list("request", flat=True))) == Offer.objects.count()


def test_nobody_answers_a_pair_that_goes(monkeypatch):
    """Making anew reads the pairs it takes out, then deletes them: no answer can come in between."""
    town = Town(volunteers=1)
    made = services.make_proposal(town.centre, by=town.coordinator)
    HelpRequest.objects.filter(pk=town.request.pk).update(cell=None)  # drops out of the new proposal
    delete, free = Collector.delete, []

    def while_it_goes(collector):
        if connection.vendor == "postgresql":  # SQLite has one writer: nobody else gets this far
            free.extend(race(list(made.pairs.all()), lock_now).elements())
        return delete(collector)

    def lock_now(pair):
        with transaction.atomic():
            HelpRequest.objects.select_for_update(nowait=True).get(pk=pair.request_id)

    monkeypatch.setattr(Collector, "delete", while_it_goes)
    services.make_proposal(town.centre, by=town.coordinator)
    assert free == (["OperationalError"] if connection.vendor == "postgresql" else [])
    assert not ProposedPair.objects.exists()
