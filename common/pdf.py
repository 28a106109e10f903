"""Small documents in the house style: a certificate, a passport, a statement of hours.

A document is a list of parts in reading order, made by :class:`Paper`. The page on screen stays the
accessible form of what a document says; the file carries its language, its title and text that can be
searched and copied. The same parts at the same moment give the same bytes.
"""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache, partial
from io import BytesIO
from typing import Any, Self
from xml.sax.saxutils import escape, quoteattr

import segno
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from common import clock

# The light tokens of backend/static/css/tokens.css: paper has one look.
TEXT = HexColor("#1c2a2e")
MUTED = HexColor("#515f65")
LINE = HexColor("#e0d8ca")
PRIMARY = HexColor("#0d5965")
WARM = HexColor("#b4432e")

# Bitstream Vera, which comes with reportlab: Latin with every accent and the euro sign.
REGULAR, BOLD = "Vera", "VeraBd"
MARGIN = 20 * mm
CODE_SIZE = 32 * mm
# A frame of reportlab keeps this much white around what it holds, in points.
FRAME = 6


# Cyrillic letters in Latin ones, as Ukrainian passports have them (2010), with the Russian letters beside.
_LETTERS = (
    "а=a,б=b,в=v,г=h,ґ=g,д=d,е=e,є=ie,ж=zh,з=z,и=y,і=i,ї=i,й=i,к=k,л=l,м=m,н=n,о=o,п=p,р=r,с=s,т=t,у=u,ф=f,"
    "х=kh,ц=ts,ч=ch,ш=sh,щ=shch,ь=,ю=iu,я=ia,ё=e,ы=y,э=e,ъ="
)
_CYRILLIC = {pair[0]: pair[2:] for pair in _LETTERS.split(",")}


def _style(name: str, **looks: Any) -> ParagraphStyle:
    plain = {"fontName": REGULAR, "fontSize": 10.5, "leading": 16, "textColor": TEXT, "spaceAfter": 3 * mm}
    return ParagraphStyle(name, **{**plain, **looks})


STYLES = {
    "title": _style("title", fontName=BOLD, fontSize=24, leading=30, textColor=PRIMARY),
    "heading": _style(
        "heading",
        fontName=BOLD,
        fontSize=13,
        leading=18,
        textColor=PRIMARY,
        spaceBefore=5 * mm,
        keepWithNext=1,
    ),
    "lead": _style("lead", fontSize=12.5, leading=19, spaceAfter=4 * mm),
    "name": _style("name", fontName=BOLD, fontSize=19, leading=26, spaceBefore=2 * mm, spaceAfter=4 * mm),
    "text": _style("text"),
    "small": _style("small", fontSize=8.5, leading=13, textColor=MUTED),
    "cell": _style("cell", fontSize=9.5, leading=14, spaceAfter=0),
    "cell-head": _style("cell-head", fontName=BOLD, fontSize=9.5, leading=14, spaceAfter=0),
    "cell-right": _style("cell-right", fontSize=9.5, leading=14, spaceAfter=0, alignment=2),
    "head-right": _style("head-right", fontName=BOLD, fontSize=9.5, leading=14, spaceAfter=0, alignment=2),
}


class Paper:
    """A document in the making. Each call adds a part and gives the document back; ``build`` gives the bytes.

    What is handed in is plain text: nothing in it is taken for markup, and a letter that the typeface lacks
    becomes its plain form.

    Attributes:
        title: of the document, in its properties and as its first line.
        publisher: who gives it out, at the foot of each page.
        language: of the text; the active one by default.
        made_at: the moment in its properties; now by default.
        wide: lie the page on its side, as a certificate does.
    """

    def __init__(
        self,
        title: str,
        *,
        publisher: str,
        language: str = "",
        made_at: datetime | None = None,
        wide: bool = False,
    ) -> None:
        _typeface()
        self.title = title
        self.publisher = publisher
        self.language = language or get_language() or "nl"
        self.made_at = made_at or clock.now()
        self.size = landscape(A4) if wide else A4
        self._parts: list[Flowable] = [_Mark(), Spacer(1, 5 * mm), _line(title, "title")]

    def heading(self, text: str) -> Self:
        """Add the heading of a section; it stays with what follows."""
        return self._add(_line(text, "heading"))

    def lead(self, text: str) -> Self:
        """Add the sentence that says what the document is."""
        return self._add(_line(text, "lead"))

    def name(self, text: str) -> Self:
        """Add the name of whom it is about, in large letters."""
        return self._add(_line(text, "name"))

    def paragraph(self, text: str) -> Self:
        """Add running text; an empty line in it starts a new paragraph."""
        for part in text.split("\n\n"):
            self._add(_line(part, "text"))
        return self

    def small(self, text: str) -> Self:
        """Add a quieter sentence, such as what a figure does not say."""
        return self._add(_line(text, "small"))

    def facts(self, facts: Sequence[tuple[str, str]]) -> Self:
        """Add a list of names with what they are. Nothing for an empty list."""
        if not facts:
            return self
        rows = [[_line(name, "cell-head"), _line(value, "cell")] for name, value in facts]
        return self._table(rows, (0.34, 0.66), heads=0)

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float], *, right: int = 0
    ) -> Self:
        """Add a table whose head comes back on each page.

        Args:
            head: the names of the columns.
            rows: the cells, as words.
            shares: the part of the width of each column, together 1.
            right: how many of the last columns hold figures and keep to the right.
        """
        plain = len(head) - right
        lines = [[*_cells(head[:plain], "cell-head"), *_cells(head[plain:], "head-right")]]
        lines += [[*_cells(row[:plain], "cell"), *_cells(row[plain:], "cell-right")] for row in rows]
        return self._table(lines, shares, heads=1)

    def space(self, millimetres: float = 6) -> Self:
        """Add white."""
        return self._add(Spacer(1, millimetres * mm))

    def check(self, url: str, words: str) -> Self:
        """Add the seal: a code to scan, beside ``words`` and the same address to click or type."""
        link = f'<link href={quoteattr(url)} color="#0b5360">{escape(url)}</link>'
        beside = [_line(words, "text"), Paragraph(link, STYLES["small"])]
        code_width = CODE_SIZE + 6 * mm
        seal = Table([[_Code(url), beside]], colWidths=[code_width, self._width - code_width])
        seal.setStyle(
            TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (0, 0), 0)])
        )
        return self.space(4)._add(seal)

    def build(self) -> bytes:
        """The finished document."""
        into = BytesIO()
        document = SimpleDocTemplate(
            into,
            pagesize=self.size,
            leftMargin=MARGIN - FRAME,
            rightMargin=MARGIN - FRAME,
            topMargin=16 * mm,
            bottomMargin=22 * mm,
            title=self.title,
            author=self.publisher,
            subject=self.title,
            creator="Samenkracht",
            lang=self.language,
            displayDocTitle=1,
            invariant=1,
        )
        document.build(
            self._parts, canvasmaker=partial(_Pages, publisher=self.publisher, made_at=self.made_at)
        )
        return into.getvalue()

    @property
    def _width(self) -> float:
        return self.size[0] - 2 * MARGIN

    def _add(self, part: Flowable) -> Self:
        self._parts.append(part)
        return self

    def _table(self, rows: list[list[Paragraph]], shares: Sequence[float], *, heads: int) -> Self:
        table = Table(rows, colWidths=[share * self._width for share in shares], repeatRows=heads)
        looks: list[tuple[Any, ...]] = [
            ("LINEBELOW", (0, 0), (-1, -1), 0.6, LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ]
        if heads:
            looks.append(("LINEBELOW", (0, 0), (-1, 0), 1.2, PRIMARY))
        table.setStyle(TableStyle(looks))
        return self._add(table)._add(Spacer(1, 4 * mm))


class _Pages(Canvas):
    """Draws the foot of each page once it is known how many there are."""

    def __init__(self, *given: Any, publisher: str, made_at: datetime, **options: Any) -> None:
        super().__init__(*given, **options)
        self._width: float = options["pagesize"][0]
        self._publisher = drawable(publisher)
        self._kept: list[dict[str, Any]] = []
        stamp = f"D:{made_at.astimezone(UTC):%Y%m%d%H%M%S}Z"
        self.setDateFormatter(lambda *_moment: stamp)

    def showPage(self) -> None:  # noqa: N802 reportlab's own name
        self._kept.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # the types leave it out

    def save(self) -> None:
        for number, page in enumerate(self._kept, start=1):
            self.__dict__.update(page)
            self._foot(number, len(self._kept))
            super().showPage()
        super().save()

    def _foot(self, number: int, count: int) -> None:
        width, at = self._width, 14 * mm
        self.setStrokeColor(LINE)
        self.setLineWidth(0.6)
        self.line(MARGIN, at + 5 * mm, width - MARGIN, at + 5 * mm)
        self.setFillColor(MUTED)
        self.setFont(REGULAR, 8)
        self.drawString(MARGIN, at, self._publisher)
        words = _("Page %(number)d of %(count)d") % {"number": number, "count": count}
        self.drawRightString(width - MARGIN, at, drawable(words))


class _Mark(Flowable):
    """The house's heart, in two halves, with its name beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.width, self.height = 60 * mm, 11 * mm

    def draw(self) -> None:
        canvas, middle = self.canv, 5.5 * mm
        for colour, side in ((PRIMARY, -mm), (WARM, mm)):
            half = canvas.beginPath()
            half.moveTo(middle, 0.5 * mm)
            half.curveTo(
                middle + side * 3, 3 * mm, middle + side * 5.5, 5 * mm, middle + side * 5.2, 7.8 * mm
            )
            half.curveTo(middle + side * 4.6, 11 * mm, middle + side * 0.8, 11 * mm, middle, 8 * mm)
            half.close()
            canvas.setFillColor(colour)
            canvas.drawPath(half, stroke=0, fill=1)
        canvas.setFillColor(TEXT)
        canvas.setFont(BOLD, 12)
        canvas.drawString(14 * mm, 3.8 * mm, "Samenkracht")


class _Code(Flowable):
    """A QR code, drawn in squares."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.rows = [bytes(row) for row in segno.make(url, error="m", micro=False).matrix]
        self.width = self.height = CODE_SIZE

    def draw(self) -> None:
        side = CODE_SIZE / len(self.rows)
        squares = self.canv.beginPath()
        for down, row in enumerate(self.rows):
            for along, dark in enumerate(row):
                if dark:
                    squares.rect(along * side, CODE_SIZE - (down + 1) * side, side, side)
        self.canv.setFillColor(TEXT)
        self.canv.drawPath(squares, stroke=0, fill=1)


def drawable(text: str) -> str:
    """``text`` in letters that the typeface has: others in their plain or Latin form, or a question mark."""
    known = _typeface().face.charToGlyph
    signs = unicodedata.normalize("NFC", text)
    return "".join(
        sign if ord(sign) in known or sign.isspace() else _plain_form(sign, known) for sign in signs
    )


def _plain_form(sign: str, known: dict[int, int]) -> str:
    if (latin := _CYRILLIC.get(sign.lower())) is not None:
        return latin.capitalize() if sign.isupper() else latin
    parts = [part for part in unicodedata.normalize("NFKD", sign) if ord(part) in known]
    return "".join(parts) or "?"


def _line(text: str, style: str) -> Paragraph:
    return Paragraph(escape(drawable(text)).replace("\n", "<br/>"), STYLES[style])


def _cells(texts: Sequence[str], style: str) -> list[Paragraph]:
    return [_line(text, style) for text in texts]


@cache
def _typeface() -> TTFont:
    """The typeface, made known once in a process."""
    regular = TTFont(REGULAR, "Vera.ttf")
    pdfmetrics.registerFont(regular)
    pdfmetrics.registerFont(TTFont(BOLD, "VeraBd.ttf"))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return regular
