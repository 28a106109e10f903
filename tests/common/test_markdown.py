"""Markdown that editors write, shown safely (common.markdown)."""

import re
import time
from html.parser import HTMLParser

import pytest
from django.template import Context, Template

from common.markdown import ATTRIBUTES, SCHEMES, TAGS, is_ours, to_html, to_text
from tests.common.script_corpus import SCRIPTS

ELSEWHERE = ("https://evil.example/x.png", "//evil.example/x.png", "data:image/svg+xml,x")


class Elements(HTMLParser):
    """Every element of a piece of HTML with its attributes, as a browser would open them."""

    def __init__(self, html):
        super().__init__()
        self.all = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.all.append((tag, dict(attrs)))


def elements(source, **options):
    return Elements(to_html(source, **options)).all


def scheme_of(address):
    """The scheme that a browser sees: it skips control characters around, and tabs and line ends within."""
    seen = re.sub(r"[\t\r\n]", "", address).strip("".join(map(chr, range(33))))
    found = re.match(r"([a-z][a-z0-9+.-]*):", seen, re.IGNORECASE)
    return found[1].lower() if found else ""


def test_the_reader_of_schemes_sees_what_a_browser_would():
    assert scheme_of(" \x01java\tscript:x") == "javascript"
    assert scheme_of("/a:b") == scheme_of("embed%20src=javascript:x") == ""


WRAPPED = (
    "{}",
    "[link]({})",
    "[link](<{}>)",
    "![picture]({})",
    "![{}](https://evil.example/x.png)",
    "<{}>",
    "# {}",
    "`{}`",
    "| a |\n|---|\n| {} |",
    "[a]: {}\n\n[a]",
    '[x](/y "{}")',
)


@pytest.mark.parametrize("way", WRAPPED)
def test_no_script_of_the_corpus_gets_through(way):
    """Every element, attribute and scheme that comes out is on the list, however the script came in."""
    for script in SCRIPTS:
        for tag, attributes in elements(way.format(script)):
            assert tag in TAGS, script
            assert set(attributes) <= ATTRIBUTES.get(tag, set()) | {"rel"}, script
            for name in ("href", "src"):
                assert scheme_of(attributes.get(name) or "") in {"", *SCHEMES}, script


def test_the_second_net_cleans_what_a_parser_would_let_through():
    """Proof that the first net does not stand alone: the cleaner itself refuses the corpus."""
    from common.markdown import _clean

    for script in SCRIPTS:
        assert all(tag in TAGS for tag, _ in Elements(_clean(script)).all), script
    assert _clean('<img src="https://evil.example/x.png" alt="a">') == '<img alt="a">'
    assert _clean('<p style="color:red" class="x" onclick="y()">a</p>') == "<p>a</p>"


def test_pictures_come_from_this_site_only():
    assert elements("![onze tuin](/beeld/tuin.webp)") == [
        ("p", {}),
        ("img", {"src": "/beeld/tuin.webp", "alt": "onze tuin", "loading": "lazy"}),
    ]
    for address in ELSEWHERE:
        assert to_html(f"![een <b> tuin](<{address}>)").strip() in (
            "<p>een &lt;b&gt; tuin</p>",
            f"<p>![een &lt;b&gt; tuin](&lt;{address}&gt;)</p>",  # the parser does not read it as a picture
        )


@pytest.mark.parametrize(
    "address", ["/\\evil.example/x", "/\t/evil.example/x", "//evil.example", "x.png", ""]
)
def test_what_a_browser_could_take_for_another_site_is_not_ours(address):
    assert not is_ours(address)


def test_headings_begin_where_the_page_says():
    source = "# One\n\n## Two\n\n###### Six"
    assert [tag for tag, _ in elements(source)] == ["h2", "h3", "h6"]
    assert [tag for tag, _ in elements(source, top_level=3)] == ["h3", "h4", "h6"]


def test_links_tell_nothing_of_the_page_they_stand_on():
    assert elements("[bel](tel:112) [mail](mailto:a@b.example) [lees](/kennis/)") == [
        ("p", {}),
        *(
            ("a", {"href": to, "rel": "noopener noreferrer nofollow"})
            for to in ("tel:112", "mailto:a@b.example", "/kennis/")
        ),
    ]


def test_tables_lists_and_struck_words():
    html = to_html("|wie|wat|\n|-:|-|\n|a|b|\n\n3. drie\n\n~~weg~~")
    assert '<th scope="col">wie</th>' in html
    assert "</th>" not in to_html("| | |\n|---|---|\n| a | b |")  # a head that says nothing is none
    assert '<ol start="3">' in html
    assert "<s>weg</s>" in html
    assert "style" not in html


def test_the_words_alone():
    source = "# Kop\n\nEen *mooie*\n[link](/x) & meer.\n\n- punt\n\n```\ncode\n```\n![tuin](/a.webp)"
    assert to_text(source) == "Kop\nEen mooie link & meer.\npunt\ncode\ntuin"


def test_no_text_keeps_the_server_busy():
    """What makes other parsers grind: deep nesting and half-open brackets."""
    begun = time.process_time()
    for piece in ("[", "![", "> ", "*a_ ", "`", "- ", "[a](", "<a ", "|a"):
        to_html(piece * 5_000)
    assert time.process_time() - begun < 5


def test_in_a_template():
    drawn = Template("{% load ui %}{{ text|markdown:3 }}{{ none|markdown }}").render(
        Context({"text": "# Kop <script>", "none": None})
    )
    assert drawn == "<h3>Kop &lt;script&gt;</h3>\n"
