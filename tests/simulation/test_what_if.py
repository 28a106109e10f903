"""A what-if from the question to the answer: who may ask, one at a time, stopped, gone on with."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from common.errors import Forbidden, InvalidInput, InvalidTransition
from common.ids import new_id
from events.models import EventRecord
from events.worker import Worker
from matching.models import DispatchPolicy
from people.enums import Role, VolunteerState
from simulation import queries, services
from simulation.enums import TRANSITIONS, UNDER_WAY, Failure, Outcome, WhatIfState
from simulation.errors import AlreadyReckoning, CentreTooLarge, CentreTooSmall
from simulation.models import WhatIf
from simulation.queries import LEAST, STANDS_IN, Found, facts_of
from simulation.services import process
from simulation.services.reckoning import MOST_ATTEMPTS, SILENCE
from simulation.town.what_if import Lived, Question
from tests.factories import people
from tools.compile_messages import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_reckons_by_itself(monkeypatch) -> None:
    monkeypatch.setattr("simulation.receivers.hand_over", lambda *of: None)


def started() -> list[int]:
    """The attempts that were begun, of whichever what-if."""
    told = EventRecord.objects.filter(type="simulation.what_if_started").order_by("pk")
    return [each.payload["attempt"] for each in told]


def ask(centre, **wanted) -> WhatIf:
    usual = {"category": "garden", "district": centre.districts.get(name="Dichtbij")}
    return services.ask_what_if(centre, by=None, **{"goal": 95, "hours": 48} | usual | wanted)


def begun(centre, **wanted) -> WhatIf:
    what_if = ask(centre, **wanted)
    Worker().run_due()
    return fresh(what_if)


def fresh(what_if: WhatIf) -> WhatIf:
    return WhatIf.objects.get(pk=what_if.pk)


def saying(*lines):
    """A process that says these lines, and writes down that it was ended."""

    def process(letter, seconds):
        process.letter = letter
        try:
            yield from lines
        finally:
            process.ended = True

    return process


def lived(seed: int, more: int, filled: float = 80.0) -> dict[str, object]:
    return {"lived": [seed, more, 30, filled]}


class TestAsking:
    def test_it_is_kept_with_what_is_reckoned_with_and_waits(self, centre):
        DispatchPolicy.objects.create(centre=centre, wave_size=2, minutes_later=600)
        what_if = ask(centre)
        question = Question.from_json(json.loads(json.dumps(what_if.question)))
        assert (question.goal, question.hours, list(question.seeds)) == (95, 48, [1, 2, 3, 4, 5])
        assert question.facts == facts_of(centre)
        assert (question.rules.size, question.rules.later) == (2, 600)
        assert question.facts.places[what_if.place].name == "Dichtbij"
        assert what_if.state == WhatIfState.WAITING

    @pytest.mark.parametrize(
        ("role", "may"),
        [(Role.COORDINATOR, True), (Role.ADMINISTRATOR, True), (Role.ANALYST, True), (Role.TRAINER, False),
         (Role.CONFIDENTIAL_OFFICER, False)],
    )  # fmt: skip
    def test_who_may_is_of_that_centre(self, centre, role, may):
        here, elsewhere = people.staff(role, centre), people.staff(role, people.CentreFactory())
        if may:
            what_if = services.ask_what_if(centre, by=here, **self.wanted(centre))
            assert [each.pk for each in queries.what_ifs_for(here)] == [what_if.pk]
        else:
            with pytest.raises(Forbidden):
                services.ask_what_if(centre, by=here, **self.wanted(centre))
        with pytest.raises(Forbidden):
            services.ask_what_if(centre, by=elsewhere, **self.wanted(centre))
        assert not queries.what_ifs_for(elsewhere)

    def wanted(self, centre):
        return {"category": "garden", "district": centre.districts.first(), "goal": 90, "hours": 24}

    @pytest.mark.parametrize(
        ("wrong", "field"), [({"goal": 49}, "goal"), ({"goal": 101}, "goal"), ({"hours": 3}, "hours"),
                             ({"hours": 337}, "hours")]
    )  # fmt: skip
    def test_out_of_bounds_is_said_at_the_field(self, centre, wrong, field):
        with pytest.raises(InvalidInput) as refusal:
            ask(centre, **wrong)
        assert refusal.value.field == field

    def test_a_neighbourhood_without_anybody(self, centre):
        empty = people.DistrictFactory(name="Leeg")
        centre.districts.add(empty)
        with pytest.raises(InvalidInput) as refusal:
            ask(centre, district=empty)
        assert refusal.value.field == "district"

    def test_one_of_a_centre_at_a_time(self, centre):
        ask(centre)
        with pytest.raises(AlreadyReckoning):
            ask(centre, category="transport")
        other = WhatIf.objects.get()
        other.pk = new_id()
        with pytest.raises(IntegrityError), transaction.atomic():  # the database itself refuses it too
            other.save(force_insert=True)

    def test_small_numbers_of_a_centre_are_not_used(self, centre, django_assert_num_queries):
        people.VolunteerFactory(centre=centre, state=VolunteerState.LEFT)
        with django_assert_num_queries(3):
            facts = facts_of(centre)
        by_name = {place.name: place for place in facts.places}
        assert (by_name["Dichtbij"].helping, by_name["Dichtbij"].asking) == (LEAST, LEAST)
        assert (by_name["Verweg"].helping, by_name["Verweg"].asking) == (STANDS_IN, STANDS_IN)
        assert facts.helpers == facts.requests_a_year == LEAST + 2
        assert facts.liked == {"garden": 1.0, "transport": STANDS_IN / (LEAST + 2)}
        assert facts.asked == {"garden": LEAST + 1, "transport": STANDS_IN}

    def test_a_centre_of_a_few_is_not_reckoned(self, clock):
        centre = people.CentreFactory()
        people.VolunteerFactory.create_batch(LEAST - 1, centre=centre)
        with pytest.raises(CentreTooSmall):
            facts_of(centre)

    def test_the_days_follow_what_is_asked_and_what_fits_in_memory(self, centre):
        facts = facts_of(centre)
        few, many, huge = (replace(facts, helpers=helpers, requests_a_year=requests)
                           for helpers, requests in ((100, 600), (1500, 30_000), (9000, 90_000)))  # fmt: skip
        assert queries._days(few, "garden", 0) == queries.FEWEST_DAYS
        assert queries._days(replace(few, requests_a_year=50), "transport", 1) == queries.MOST_DAYS
        days = queries._days(many, "transport", 1)
        assert days * 30_000 / 365 * (1.3 * 1500 + 64) <= queries.MOST_PAIRS
        with pytest.raises(CentreTooLarge):
            queries._days(huge, "garden", 0)


class TestReckoning:
    def test_the_answer_is_written_down_with_every_town(self, centre):
        what_if = begun(centre)
        assert what_if.state == WhatIfState.RUNNING
        assert started() == [1]
        towns = [lived(seed, 0) for seed in range(1, 6)] + [lived(seed, 4, 96.0) for seed in range(1, 6)]
        told = saying(*towns, {"needed": [3, 4, 5, 4, 3]})
        services.reckon(what_if.pk, 1, told)
        found = Found(fresh(what_if))
        assert found.what_if.state == WhatIfState.DONE
        assert (found.outcome, found.people) == (Outcome.MORE, (4, 3, 5))
        assert (found.now.mean, found.then.mean, found.towns_done) == (80, 96, 5)
        assert told.ended
        assert told.letter["known"] == []

    @pytest.mark.parametrize(
        ("needed", "outcome"),
        [([0] * 5, Outcome.ENOUGH), ([], Outcome.TOO_FEW), ([3, None, 4, 4, 4], Outcome.NEVER),
         ([0, 0, 1, 0, 0], Outcome.MORE)],
    )  # fmt: skip
    def test_what_it_means(self, centre, needed, outcome):
        what_if = begun(centre)
        services.reckon(what_if.pk, 1, saying({"needed": needed}))
        assert Found(fresh(what_if)).outcome == outcome

    def test_centres_take_turns(self, centre):
        first = begun(centre)
        other = people.CentreFactory()
        values = {"district": first.district, "category": "garden", "place": 0, "question": {"seeds": [1]}}
        WhatIf.objects.create(centre=other, **values)
        with transaction.atomic():
            assert services.begin_next() is None
        assert started() == [1]
        services.reckon(first.pk, 1, saying({"needed": [0] * 5}))
        Worker().run_due()
        assert [each.state for each in WhatIf.objects.order_by("asked_at")] == ["done", "running"]
        assert started() == [1, 1]

    def test_a_stop_ends_the_process_and_makes_room(self, centre):
        what_if = begun(centre)

        def stopped(letter, seconds):
            yield lived(1, 0)
            services.stop_what_if(what_if, by=None)
            yield lived(2, 0)
            raise AssertionError("nobody reads on")

        services.reckon(what_if.pk, 1, stopped)
        found = fresh(what_if)
        assert (found.state, found.lived) == (WhatIfState.STOPPED, [[1, 0, 30, 80.0]])
        with pytest.raises(InvalidTransition):
            services.stop_what_if(what_if, by=None)
        assert begun(centre).state == WhatIfState.RUNNING

    def test_what_breaks_off_or_takes_too_long_is_told(self, centre):
        what_if = begun(centre)
        services.reckon(what_if.pk, 1, saying(lived(1, 0)))
        assert (fresh(what_if).state, fresh(what_if).failure) == (WhatIfState.FAILED, Failure.BROKE_OFF)
        what_if = begun(centre)
        with override_settings(WHAT_IF_MINUTES=0):
            services.reckon(what_if.pk, 1, saying(lived(1, 0)))
        assert fresh(what_if).failure == Failure.TOO_LONG

    def test_another_goes_on_after_a_silence_and_the_first_is_not_heard_any_more(self, centre, clock):
        what_if = begun(centre)
        assert services.note_lived(what_if.pk, 1, Lived(1, 0, 30, 80.0))
        clock.forward(minutes=2)
        Worker().run_due()
        assert fresh(what_if).attempt == 1  # heard two minutes ago
        clock.forward(seconds=SILENCE.total_seconds())
        Worker().run_due()
        assert (fresh(what_if).attempt, fresh(what_if).state) == (2, WhatIfState.RUNNING)
        assert started() == [1, 2]
        assert not services.note_lived(what_if.pk, 1, Lived(2, 0, 30, 80.0))
        assert not services.finish(what_if.pk, 1, [1])
        going_on = saying({"needed": [4] * 5})
        services.reckon(what_if.pk, 2, going_on)
        assert going_on.letter["known"] == [[1, 0, 30, 80.0]]
        assert fresh(what_if).needed == [4] * 5

    def test_it_is_not_tried_for_ever(self, centre, clock):
        what_if = begun(centre)
        for _ in range(MOST_ATTEMPTS + 1):
            clock.forward(minutes=4)
            Worker().run_due()
        assert (fresh(what_if).state, fresh(what_if).failure) == (WhatIfState.FAILED, Failure.BROKE_OFF)
        assert started() == list(range(1, MOST_ATTEMPTS + 1))

    def test_nor_longer_than_it_may(self, centre, clock):
        what_if = begun(centre)
        for _ in range(30):
            clock.forward(minutes=1)
            services.note_lived(what_if.pk, 1, Lived(1, 0, 30, 80.0))
            Worker().run_due()
        assert fresh(what_if).failure == Failure.TOO_LONG

    def test_the_states_are_those_of_the_table(self):
        assert set(TRANSITIONS) == set(WhatIfState)
        assert {state for state, to in TRANSITIONS.items() if to} == UNDER_WAY

    def test_every_step_leaves_an_event(self, centre):
        what_if = begun(centre)
        services.reckon(what_if.pk, 1, saying({"needed": [0] * 5}))
        kinds = EventRecord.objects.filter(type__startswith="simulation.").order_by("pk")
        assert [each.type.partition(".")[2] for each in kinds] == [
            "what_if_asked", "what_if_started", "what_if_look_due", "what_if_ended",
        ]  # fmt: skip


class TestProcess:
    """The process itself, with a town so small that it lives through some in a second."""

    @pytest.fixture
    def letter(self, centre):
        facts = replace(facts_of(centre), requests_a_year=500, helpers=20)
        question = Question(facts=facts, days=40, seeds=(1, 2), goal=50.0)
        return {"question": question.as_json(), "category": "garden", "place": 0, "known": []}

    def test_it_knows_no_settings_and_gives_what_the_search_gives(self, letter):
        letter = json.loads(json.dumps(letter))
        lines = list(process.in_a_process(letter, 60))
        assert lines[-1].keys() == {"needed"}
        assert [line["lived"][:2] for line in lines[:2]] == [[1, 0], [2, 0]]
        again = list(process.in_a_process(letter | {"known": [line["lived"] for line in lines[:-1]]}, 60))
        assert again == lines[-1:]

    def test_it_is_gone_when_its_time_is_over_or_nobody_reads(self, letter, monkeypatch):
        children = []
        popen = subprocess.Popen

        def kept(*args, **kwargs):
            children.append(popen(*args, **kwargs))
            return children[-1]

        monkeypatch.setattr(subprocess, "Popen", kept)
        assert list(process.in_a_process(letter, 0.0)) == []
        more_than_a_pipe_holds = letter | {"known": [[1, 0]] * 50_000}
        assert list(process.in_a_process(more_than_a_pipe_holds, 0.0)) == []
        lines = process.in_a_process(letter, 60)
        next(lines)
        lines.close()
        assert [child.poll() is not None for child in children] == [True, True, True]

    def test_it_ends_by_itself_when_the_worker_dies(self, letter):
        command = [sys.executable, "-m", "simulation.town"]
        child = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"]},
        )  # fmt: skip
        json.dump(letter | {"seconds": 60}, child.stdin)
        child.stdin.close()
        child.stdout.readline()
        child.stdout.close()  # as the pipe of a worker that was killed
        assert child.wait(30) == 0


@pytest.mark.django_db(transaction=True)
def test_the_worker_hands_over_to_a_thread_that_reckons_and_lets_go(centre, monkeypatch):
    monkeypatch.setattr(process, "in_a_process", saying({"needed": [0] * 5}))
    monkeypatch.setattr("simulation.receivers.hand_over", process.hand_over)
    what_if = begun(centre)
    for thread in threading.enumerate():
        if thread.name == "what-if":
            thread.join(60)
    assert fresh(what_if).state == WhatIfState.DONE
