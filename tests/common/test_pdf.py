"""Documents in the house style: what they say, and what they say of themselves."""

from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from common.pdf import Paper, drawable


def read(data: bytes) -> PdfReader:
    return PdfReader(BytesIO(data))


def words(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(data).pages).split())


def passport(clock) -> Paper:
    return (
        Paper("Vrijwilligerspaspoort", publisher="Vrijwilligerscentrale", language="nl")
        .lead("Wat iemand voor buren deed.")
        .name("Zoë Łukasiewicz-Çelik")
        .heading("Uren")
        .facts([("Dit jaar", "12 uur & meer"), ("Vergoeding", "€ 5,60 <per uur>")])
        .table(["Soort", "Uren"], [["Vervoer", "10:30"]], [0.7, 0.3], right=1)
        .small("Zonder handtekening geldig.")
        .check("https://samenkracht.example/paspoort/abc/", "Klopt dit? Scan de code.")
    )


def test_a_document_says_what_was_put_in_with_accents_the_euro_and_signs_of_markup(clock):
    said = words(passport(clock).build())
    for part in ("Zoë Łukasiewicz-Çelik", "12 uur & meer", "€ 5,60 <per uur>", "10:30", "/paspoort/abc/"):
        assert part in said
    assert "<b>" in words(Paper("Titel", publisher="x").paragraph("<b>niet vet</b>").build())


def test_a_document_carries_its_title_language_moment_and_its_own_letters(clock):
    document = read(passport(clock).build())
    assert document.metadata.title == "Vrijwilligerspaspoort"
    assert document.metadata.author == "Vrijwilligerscentrale"
    assert document.metadata.creation_date == clock.now()
    assert document.trailer["/Root"]["/Lang"] == "nl"
    fonts = document.pages[0]["/Resources"]["/Font"].values()
    used = [font.get_object() for font in fonts if "Vera" in font.get_object()["/BaseFont"]]
    assert used
    assert all("/FontFile2" in font["/FontDescriptor"] for font in used)
    links = [note.get_object() for note in document.pages[0]["/Annots"]]
    assert [link["/A"]["/URI"] for link in links] == ["https://samenkracht.example/paspoort/abc/"]


def test_the_same_parts_at_the_same_moment_are_the_same_bytes(clock):
    first = passport(clock).build()
    assert passport(clock).build() == first
    clock.forward(seconds=1)
    assert passport(clock).build() != first


def test_each_page_says_which_of_how_many_it_is_and_repeats_the_head_of_a_table(clock):
    rows = [[f"regel {number}", str(number)] for number in range(80)]
    with translation.override("nl"):
        paper = Paper("Lang", publisher="Centrale").table(["Kolom", "Getal"], rows, [0.8, 0.2], right=1)
        pages = [page.extract_text() for page in read(paper.build()).pages]
    assert len(pages) == 3
    assert [f"Bladzijde {number} van 3" in page for number, page in enumerate(pages, 1)] == [True] * 3
    assert all("Kolom" in page and "Centrale" in page for page in pages)


@pytest.mark.parametrize(
    ("given", "drawn"),
    [("Işık", "Işık"), ("ắ", "a"), ("Олена Щур", "Olena Shchur"), ("日", "?"), ("a\nb", "a\nb")],
)
def test_a_letter_that_the_typeface_lacks_becomes_its_plain_form(given, drawn):
    assert drawable(given) == drawn


def test_a_wide_document_lies_on_its_side():
    box = read(Paper("Certificaat", publisher="x", wide=True).build()).pages[0].mediabox
    assert box.width > box.height
