"""Webhooks and the import of tables."""

import base64
import hashlib
import hmac
import json
import zlib
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.utils import translation

from common import clock as time
from common.errors import Forbidden, InvalidInput
from common.outbound import OutboundFailed
from common.uploads import MAX_TEXT_BYTES
from events.models import EventRecord
from events.worker import Worker
from people.services.retention import delete_what_is_due
from tests.factories.people import UserFactory
from tests.factories.vacancies import Bank, contact_of, make_bank, published
from vacancies import own_data, services
from vacancies.enums import DeliveryState
from vacancies.events import DeliveryDue
from vacancies.models import Vacancy, Webhook, WebhookDelivery
from vacancies.services import importing, webhooks
from vacancies.web import carried

pytestmark = pytest.mark.django_db
URL = "https://kom.example/haak"


@pytest.fixture
def bank(clock) -> Bank:
    return make_bank()


@pytest.fixture
def given(monkeypatch) -> list[object]:
    """What the courier would have got; the call is the test's to make."""
    handed: list[object] = []
    monkeypatch.setattr("vacancies.receivers.hand_over", lambda delivery: handed.append(delivery.pk))
    return handed


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


def hook(bank: Bank, **values) -> Webhook:
    told = {"url": URL, "topics": list(webhooks.TOPICS), "by": bank.manager}
    return webhooks.keep_webhook(bank.organisation, **{**told, **values})


def test_what_happens_is_told_signed_and_without_persons(bank, given, committing):
    mine = hook(bank)
    webhooks.keep_webhook(bank.centre, url=URL, topics=[webhooks.PUBLISHED], by=bank.coordinator)
    other = make_bank(centre=bank.centre, name="Een ander")
    hook(other)
    vacancy = published(bank)
    person = UserFactory(name="Noor Vos")
    services.send_application(vacancy, message="Ik kom graag", by=person)
    with committing(execute=True):
        Worker().run_due()
    told = WebhookDelivery.objects.all()
    assert sorted((each.webhook.organisation_id == bank.organisation.pk, each.topic) for each in told) == [
        (False, "vacancy.published"), (True, "application.sent"), (True, "vacancy.published"),
    ]  # fmt: skip
    assert len(given) == 3
    sent: list[tuple[str, bytes, dict[str, str]]] = []

    def post(url, body, headers):
        sent.append((url, body, headers))
        return 204

    answer = told.get(topic="application.sent")
    assert webhooks.deliver(answer.pk, post)
    url, body, headers = sent[0]
    message = json.loads(body)
    assert (url, message["specversion"], message["type"]) == (URL, "1.0", "nl.samenkracht.application.sent")
    assert message["data"]["vacancy"] == str(vacancy.pk)
    assert not any(word in body.decode() for word in ("Noor", "graag", str(person.pk), person.email))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(mine.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    answer.refresh_from_db()
    assert (answer.state, answer.status) == (DeliveryState.DELIVERED, 204)


def test_a_failure_is_tried_again_and_given_up_at_last(bank, given, clock, committing):
    mine = hook(bank, topics=[webhooks.PUBLISHED])
    published(bank)

    def run() -> None:
        with committing(execute=True):
            Worker().run_due()

    def broken(*_call) -> int:
        raise OutboundFailed("kom.example: timed out")

    run()
    for pause in webhooks.BACK_OFF:
        assert not webhooks.deliver(given[-1], broken)
        attempts = len(given)
        clock.forward(seconds=pause.total_seconds() - 1)
        run()
        assert len(given) == attempts
        clock.forward(seconds=1)
        run()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, len(given)) == (DeliveryState.FAILED, 6, 6)
    assert delivery.error.startswith("OutboundFailed")
    mine.refresh_from_db()
    assert mine.active
    clock.forward(days=5)
    webhooks.deliver(delivery.pk, lambda *_call: 500)
    mine.refresh_from_db()
    assert (mine.active, mine.disabled_at is not None) == (False, True)
    assert webhooks.enable_webhook(mine, by=bank.manager).failing_since is None


def test_a_turn_that_passed_untried_takes_no_attempt_away(bank, given, clock, committing):
    """A burst to a slow address: the couriers let it be, again and again, and it still comes across."""
    hook(bank, topics=[webhooks.PUBLISHED])
    published(bank)
    turns = []
    for _ in range(len(webhooks.BACK_OFF) + 3):
        with committing(execute=True):
            Worker().run_due()
        turns.append(len(given))
        clock.forward(minutes=len(turns))
    assert turns == list(range(1, len(webhooks.BACK_OFF) + 4)), "each a minute later than the one before"
    untried = WebhookDelivery.objects.get()
    assert (untried.state, untried.attempts, untried.tried_at) == (DeliveryState.WAITING, 0, None)
    assert webhooks.deliver(untried.pk, lambda *_call: 200)
    untried.refresh_from_db()
    assert (untried.state, untried.attempts, untried.tried_at) == (DeliveryState.DELIVERED, 1, clock.now())


def test_what_no_courier_takes_or_whose_webhook_is_off_is_given_up_in_sight(bank, given, client):
    mine = hook(bank, topics=[webhooks.PUBLISHED])
    untaken, unwanted = (webhooks.try_webhook(mine, by=bank.manager) for _ in range(2))

    def turn(delivery: WebhookDelivery, number: int) -> str:
        webhooks.plan_attempt(DeliveryDue(delivery_id=delivery.pk, attempt=number))
        delivery.refresh_from_db()
        return delivery.state

    assert turn(untaken, webhooks.MOST_TURNS) == DeliveryState.WAITING
    assert turn(untaken, webhooks.MOST_TURNS + 1) == DeliveryState.FAILED
    assert not EventRecord.objects.filter(payload__attempt=webhooks.MOST_TURNS + 2).exists()
    Webhook.objects.update(active=False)
    assert turn(unwanted, 2) == DeliveryState.FAILED
    client.force_login(bank.manager)
    shown = client.get(f"/organisatie/{bank.organisation.pk}/webhooks/").content.decode()
    assert "2 berichten kwamen niet aan" in shown
    assert shown.count("Mislukt: nooit verstuurd") == 2


def test_an_attempt_that_nobody_lived_to_make_is_made_later(bank, given, clock, committing):
    hook(bank, topics=[webhooks.PUBLISHED])
    published(bank)
    with committing(execute=True):
        Worker().run_due()
    given.clear()  # killed here
    clock.forward(minutes=1)
    with committing(execute=True):
        Worker().run_due()
    assert len(given) == 1
    assert webhooks.deliver(given[0], lambda *_call: 200)
    clock.forward(days=3)
    with committing(execute=True):
        Worker().run_due()
    assert len(given) == 1


def test_who_says_gone_is_told_nothing_more(bank, given):
    mine = hook(bank)
    delivery = webhooks.try_webhook(mine, by=bank.manager)
    webhooks.deliver(delivery.pk, lambda *_call: 410)
    mine.refresh_from_db()
    assert not mine.active


@pytest.mark.parametrize(
    "url",
    [
        "http://kom.example/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://a.nl:8443/",
        "https://u:p@a.nl/", "https://2130706433/", "file:///etc/passwd", "https://a.nl/" + "x" * 300,
    ],
)  # fmt: skip
def test_an_address_inside_or_odd_is_refused(bank, url):
    with pytest.raises(InvalidInput):
        hook(bank, url=url)


def test_webhooks_are_the_managers(bank):
    with pytest.raises(Forbidden):
        hook(bank, by=contact_of(bank.organisation))
    with pytest.raises(Forbidden):
        webhooks.keep_webhook(bank.centre, url=URL, topics=[webhooks.PUBLISHED], by=bank.manager)
    with pytest.raises(InvalidInput):
        hook(bank, topics=["people.erased"])


TABLE = """Titel;Taak;Uren;Datum;Categorie;Hoe vaak;Vanuit huis;Onbekend
Taalmaatje;Je oefent samen Nederlands.;2,5;;language;recurring;ja;x
=HYPERLINK("http://kwaad");Je klikt.;1;;;;;
Collectant;Je loopt langs de deuren.;veel;;;;;
Kok;Je kookt.;2;31-12-2025;food;one_off;nee;
;Zonder titel;2;;;;;
Wasmand;Je vouwt was.;30;;;recurring;;
Gids;Je leidt rond.;2;1-1-99999999999999999999;;;;
"""


def test_good_lines_are_kept_and_the_others_explained(bank):
    tried = importing.import_vacancies(bank.organisation, TABLE, dry_run=True, by=bank.manager)
    assert not Vacancy.objects.exists()
    kept = importing.import_vacancies(bank.organisation, TABLE, dry_run=False, by=bank.manager)
    assert [(line.number, line.good, line.field) for line in kept] == [
        (2, True, ""), (3, False, "title"), (4, False, "hours"), (5, True, ""), (6, False, "title"),
        (7, False, "hours"), (8, False, "on_date"),
    ]  # fmt: skip
    assert [line.good for line in tried] == [line.good for line in kept]
    found = {each.title: each for each in Vacancy.objects.all()}
    assert set(found) == {"Taalmaatje", "Kok"}
    assert (found["Taalmaatje"].hours, found["Taalmaatje"].online) == (2.5, True)
    assert found["Kok"].on_date.isoformat() == "2025-12-31"
    with pytest.raises(Forbidden):
        importing.import_vacancies(bank.organisation, TABLE, dry_run=True, by=UserFactory())


def test_a_mended_table_is_read_again_and_nothing_is_kept_twice(bank):
    """Rows count as the spreadsheet counts them; all that is wrong is told, by the name of the column."""
    text = (
        "Titel;Uren;Categorie;Hoe vaak;Datum\n\nKok;veel;iets met koken;;\n"
        "Gids;2;food;one_off;1-3-2026\n gids ;2;;one_off;2026-03-01\nGids;2;;one_off;2-3-2026\n"
    )
    first = importing.import_vacancies(bank.organisation, text, dry_run=False, by=bank.manager)
    assert [(line.number, line.good, line.known) for line in first] == [
        (3, False, False), (4, True, False), (5, False, True), (6, True, False),
    ]  # fmt: skip
    wrong = first[0].problem
    assert wrong.startswith("Uren: ")
    assert "Categorie: " in wrong
    assert "koken en eten" in wrong  # what there is to choose from
    mended = text.replace("veel;iets met koken", "3;Koken")  # the first word is enough
    again = importing.import_vacancies(bank.organisation, mended, dry_run=False, by=bank.manager)
    assert [line.good for line in again] == [True, False, False, False]
    assert sorted(Vacancy.objects.values_list("title", flat=True)) == ["Gids", "Gids", "Kok"]
    Vacancy.objects.filter(title="Kok").update(state="closed")  # a closed one may come back
    assert importing.import_vacancies(bank.organisation, mended, dry_run=True, by=bank.manager)[0].good


@pytest.mark.parametrize("text", ["", "geen;kolommen\na;b", 'titel\n"half', "titel\n" + "x\n" * 501])
def test_what_is_no_table_is_refused_kindly(bank, text):
    with pytest.raises(InvalidInput) as refusal:
        importing.import_vacancies(bank.organisation, text, dry_run=True, by=bank.manager)
    assert refusal.value.field == "file"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_of_any_spreadsheet_is_checked_and_then_kept_without_choosing_it_again(
    client, bank, encoding
):
    client.force_login(bank.manager)
    address = f"/organisatie/{bank.organisation.pk}/importeren/"
    file = BytesIO("Titel;Zomaar\nGastvrouw in café Zoë;x\n".encode(encoding))
    file.name = "vacatures.csv"
    checked = client.post(address, {"file": file, "dry_run": "on"})
    assert not Vacancy.objects.exists()
    shown = checked.content.decode()
    assert "Zomaar" in shown  # a column that nobody reads is named
    kept = client.post(address, {"checked": checked.context["again"].initial["checked"]})
    assert kept.status_code == 200
    assert Vacancy.objects.get().title == "Gastvrouw in café Zoë"


def test_a_long_table_is_checked_and_kept_in_portions(client, bank, monkeypatch):
    monkeypatch.setattr(importing, "MOST_LINES", 2)
    client.force_login(bank.manager)
    address = f"/organisatie/{bank.organisation.pk}/importeren/"
    file = BytesIO(b"titel\nEen\n\nTwee\nDrie\nVier\nVijf\n")
    file.name = "vacatures.csv"
    first = client.post(address, {"file": file, "dry_run": "on"})
    assert (first.context["good"], first.context["left"]) == (2, 3)
    assert "Controleer de volgende regels" in (shown := first.content.decode())
    assert shown.count('aria-labelledby="report"') == 1  # two landmarks of one name are no help
    client.post(address, first.context["again"].initial)
    assert sorted(Vacancy.objects.values_list("title", flat=True)) == ["Een", "Twee"]
    further = first.context["further"].initial | {"dry_run": ""}
    second = client.post(address, further)
    assert [line.number for line in second.context["lines"]] == [5, 6]
    assert "Bewaar de volgende regels" in second.content.decode()
    third = client.post(address, second.context["further"].initial)
    assert (third.context["left"], Vacancy.objects.count()) == (0, 5)
    with pytest.raises(InvalidInput):  # a program splits its table itself
        importing.import_vacancies(bank.organisation, "titel\na\nb\nc", dry_run=True, by=bank.manager)


def test_a_table_full_of_accents_fits_the_form_that_carries_it(client, bank, settings):
    text = "titel;taak\n" + "\n".join(f"Café {number};{'één ' * 500}" for number in range(450))
    packed = carried.pack(text)
    assert len(urlencode({"checked": text})) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # too much
    assert len(urlencode({"checked": packed})) == len(f"checked={packed}") < carried.MOST_CARRIED
    assert carried.unpack(packed) == text
    assert carried.pack("é" * (MAX_TEXT_BYTES // 2)) is None  # as one byte a sign it was half as large
    bomb = base64.urlsafe_b64encode(zlib.compress(b"x" * (MAX_TEXT_BYTES + 1))).decode()
    for wrong in ("geen", "!", packed[:-9], bomb):
        with pytest.raises(ValueError):
            carried.unpack(wrong)
    client.force_login(bank.manager)
    address = f"/organisatie/{bank.organisation.pk}/importeren/"
    assert "Kies eerst het bestand." in client.post(address, {"checked": bomb}).content.decode()
    # What is too large all the same is told so in words.
    refused = client.post(address, {"checked": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    assert (refused.status_code, "Dat is te veel in één keer" in refused.content.decode()) == (413, True)


def test_the_example_is_a_table_that_is_good(client, bank, clock):
    client.force_login(bank.manager)
    address = f"/organisatie/{bank.organisation.pk}/importeren/voorbeeld.csv"
    with translation.override("nl"):
        made = client.get(address, headers={"accept-language": "nl"}).content.decode("utf-8-sig")
        lines = importing.import_vacancies(bank.organisation, made, dry_run=False, by=bank.manager)
    assert [(line.number, line.problem) for line in lines] == [(2, "")]
    assert importing.read_table(made).unread == []
    made = Vacancy.objects.get()
    assert (made.hours, made.starts_on) == (Decimal("1.5"), time.today() + timedelta(days=30))


def test_pages_of_connections(client, bank, given):
    client.force_login(bank.manager)
    address = f"/organisatie/{bank.organisation.pk}/"
    file = BytesIO(TABLE.encode("utf-8-sig"))
    file.name = "vacatures.csv"
    report = client.post(f"{address}importeren/", {"file": file})
    assert report.status_code == 200
    assert Vacancy.objects.count() == 2
    assert client.post(f"{address}importeren/", {}).status_code == 422
    made = client.post(f"{address}webhooks/", {"url": URL, "topics": ["vacancy.published"]})
    secret = Webhook.objects.get().secret
    assert secret in made.content.decode()
    again = client.get(f"{address}webhooks/").content.decode()
    assert URL in again
    assert secret not in again
    assert client.post(f"{address}webhooks/", {"url": "http://x", "topics": []}).status_code == 422
    client.post(f"{address}webhooks/{Webhook.objects.get().pk}/weghalen/")
    assert not Webhook.objects.exists()


def test_a_centre_has_webhooks_of_its_own(client, bank, given, committing):
    client.force_login(bank.coordinator)
    address = "/balie/webhooks/"
    made = client.post(address, {"url": URL, "topics": list(webhooks.TOPICS)}).content.decode()
    mine = Webhook.objects.get()
    assert (mine.centre, mine.organisation) == (bank.centre, None)
    assert mine.secret in made
    hook(make_bank(centre=bank.centre, name="Een ander"), url="https://ander.example/")
    assert client.post(f"{address}{mine.pk}/proberen/").status_code == 302
    published(bank)
    published(make_bank())  # of another centre
    with committing(execute=True):
        Worker().run_due()
    assert sorted(each.topic for each in mine.deliveries.all()) == ["vacancy.published", "webhook.trial"]
    shown = client.get(address).content.decode()
    assert shown.count("Een vacature is gepubliceerd</td>") == shown.count("Om te proberen</td>") == 1
    assert mine.secret not in shown
    assert "ander.example" not in shown  # the organisation's own
    assert client.post(f"{address}{mine.pk}/weghalen/").status_code == 302
    assert Webhook.objects.count() == 1


@pytest.mark.parametrize("who", ["manager", "stranger"])
def test_the_webhooks_of_a_centre_are_nobody_elses(client, bank, who):
    mine = webhooks.keep_webhook(bank.centre, url=URL, topics=[webhooks.PUBLISHED], by=bank.coordinator)
    other = webhooks.keep_webhook(bank.organisation, url=URL, topics=[webhooks.PUBLISHED], by=bank.manager)
    reader = bank.manager if who == "manager" else make_bank().coordinator
    client.force_login(reader)
    assert client.post(f"/balie/webhooks/{mine.pk}/weghalen/").status_code == 404
    asked = {"centre": str(bank.centre.pk), "url": URL, "topics": [webhooks.PUBLISHED]}
    assert client.post("/api/v1/webhooks", asked, "application/json").status_code == 404
    client.force_login(bank.coordinator)
    assert client.post(f"/balie/webhooks/{other.pk}/weghalen/").status_code == 404  # by its own page
    made = client.post("/api/v1/webhooks", asked, "application/json").json()
    assert (made["organisation"], made["centre"]) == (None, str(bank.centre.pk))
    assert made["secret"].startswith("whsec_")
    both = asked | {"organisation": str(bank.organisation.pk)}
    assert client.post("/api/v1/webhooks", both, "application/json").status_code == 400


def test_what_was_told_is_kept_for_its_term(bank, given, clock, settings):
    mine = hook(bank)
    old = webhooks.try_webhook(mine, by=bank.manager)
    clock.forward(days=settings.WEBHOOK_DELIVERY_KEPT_DAYS)
    young = webhooks.try_webhook(mine, by=bank.manager)
    delete_what_is_due()
    assert set(mine.deliveries.all()) == {old, young}
    clock.forward(seconds=1)
    delete_what_is_due()
    assert list(mine.deliveries.all()) == [young]


def test_the_pauses_grow():
    assert list(webhooks.BACK_OFF) == sorted(webhooks.BACK_OFF)
    assert sum(webhooks.BACK_OFF, timedelta()) > timedelta(days=1)


@pytest.mark.parametrize(
    ("term", "index"),
    [("webhook_deliveries", "delivery_created"), ("answers", "application_ended")],
)
def test_what_is_old_is_found_by_an_index_however_long_the_list(term, index):
    """As the database itself plans it; without the index it reads the whole table."""
    rows = {"webhook_deliveries": own_data._told, "answers": own_data._over}[term](time.now())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # of an empty table it would read that
    assert index in rows.explain()
