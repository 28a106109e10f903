"""A query that is put together once gives what Django would give, for whatever ids."""

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DataError, OperationalError, connection, transaction

from common.compiled import Compiled, with_numbers
from common.straight import only_row
from people.models import Volunteer
from tests.factories.people import VolunteerFactory

pytestmark = pytest.mark.django_db


def test_it_runs_with_other_ids_and_is_written_once(django_assert_num_queries):
    built = []

    def build(user, centre):
        built.append(user)
        return Volunteer.objects.filter(user=user, centre=centre).values_list("pk", "postcode")

    query = Compiled(build, "user", "centre")
    for volunteer in (VolunteerFactory(), VolunteerFactory()):
        with django_assert_num_queries(1):
            [(found, postcode)] = query.rows(user=volunteer.user_id, centre=volunteer.centre_id)
        assert (found, postcode) == (volunteer.pk, volunteer.postcode)
        assert query.rows(user=volunteer.user_id, centre=uuid4()) == []
    assert len(built) == 1


def test_values_come_as_django_gives_them():
    """A day, a moment, a yes or no and an id have no type of their own in every database."""
    fields = ("pk", "paused_until", "consented_at", "adult", "lat")
    volunteer = VolunteerFactory(
        paused_until=date(2025, 6, 30), consented_at=datetime(2025, 6, 3, 8, tzinfo=UTC)
    )

    query = Compiled(lambda user: Volunteer.objects.filter(user=user).values_list(*fields), "user")
    assert query.rows(user=volunteer.user_id) == list(
        Volunteer.objects.filter(pk=volunteer.pk).values_list(*fields)
    )
    [(_, day, moment, adult, _)] = query.rows(user=volunteer.user_id)
    assert (day, moment, adult) == (volunteer.paused_until, volunteer.consented_at, True)


def test_a_query_that_loses_one_of_its_ids_is_refused():
    query = Compiled(
        lambda user, centre: Volunteer.objects.filter(user=user).values_list("pk"), "user", "centre"
    )
    with pytest.raises(ValueError, match="each of its values"):
        query.rows(user=uuid4(), centre=uuid4())


def test_texts_and_moments_are_values_too_and_constants_keep_their_signs():
    moment = datetime(2025, 6, 3, 8, tzinfo=UTC)
    volunteer = VolunteerFactory(postcode="3431AB", consented_at=moment)
    query = Compiled(
        lambda postcode, since: (
            Volunteer.objects.filter(postcode=postcode, consented_at__gt=since)
            .exclude(postcode__in=["100%", "%s", "o'clock"])
            .values_list("pk")
        ),
        texts="postcode",
        moments="since",
    )
    assert query.rows(postcode="3431AB", since=moment - timedelta(seconds=1)) == [(volunteer.pk,)]
    assert query.rows(postcode="3431AB", since=moment) == []
    assert query.rows(postcode="3431' OR 'a'='a", since=moment - timedelta(seconds=1)) == []


def test_each_connection_prepares_it_once_and_its_plan_knows_the_constants():
    volunteer = VolunteerFactory()
    query = Compiled(
        lambda user: Volunteer.objects.filter(user=user, postcode="3431ZZ").values_list("pk"), "user"
    )
    assert [query.rows(user=volunteer.user_id) for _ in range(3)] == [[]] * 3
    if connection.vendor != "postgresql":  # nothing is prepared
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT parameter_types::text, generic_plans + custom_plans FROM pg_prepared_statements"
            " WHERE statement LIKE '%3431ZZ%' AND statement LIKE '%people_volunteer%'"
        )
        assert cursor.fetchall() == [("{uuid}", 3)]


STRAIGHT = "SELECT int8send(%s::bigint), int4send(array_length(%s::uuid[], 1)), convert_to(%s::text, 'UTF8')"
FORGOTTEN = "SELECT convert_to(%s::text, 'UTF8')"


def prepared_straight(query):
    """How often the connection holds this query. It comes from a pool: what others prepared is there too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'straight%%' AND statement = %s",
            [with_numbers(query).decode()],
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_one_row_asked_straight_is_as_any_query():
    if connection.vendor != "postgresql":  # nothing else is asked so
        return
    for inside in (nullcontext(), transaction.atomic()):
        with inside:
            for number, ids in ((7, [uuid4(), uuid4()]), (-1, [uuid4()])):
                found, length, text = only_row(STRAIGHT, [number, ids, "één, {twee} %"])
                assert int.from_bytes(found, signed=True) == number
                assert int.from_bytes(length) == len(ids)
                assert text.decode() == "één, {twee} %"
        assert prepared_straight(STRAIGHT) == 1
    with transaction.atomic():
        volunteer = VolunteerFactory()  # not committed
        [found] = only_row("SELECT int8send(count(*)) FROM people_volunteer WHERE id = %s", [volunteer.pk])
        assert int.from_bytes(found) == 1


@pytest.mark.django_db(transaction=True)
def test_what_goes_wrong_straight_is_told_as_by_django():
    if connection.vendor != "postgresql":
        return
    with pytest.raises(DataError, match="invalid input syntax"):
        only_row("SELECT uuid_send(%s::uuid)", ["no id"])
    assert only_row(FORGOTTEN, ["one"]) == [b"one"]
    connection.connection.pgconn.finish()
    with pytest.raises(OperationalError):
        only_row(FORGOTTEN, ["two"])
    connection.close()
    assert only_row(FORGOTTEN, ["three"]) == [b"three"]


@pytest.mark.django_db(transaction=True)
def test_it_is_prepared_again_where_the_server_forgot_it_and_never_where_nothing_may_be_prepared(monkeypatch):
    if connection.vendor != "postgresql":
        return
    assert only_row(FORGOTTEN, ["one"]) == [b"one"]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert [only_row(FORGOTTEN, [text]) for text in ("two", "three")] == [[b"two"], [b"three"]]
    assert prepared_straight(FORGOTTEN) == 1
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    other = f"{FORGOTTEN} AS other"
    assert only_row(other, ["four"]) == [b"four"]
    assert prepared_straight(other) == 0
