"""Markdown of editors to HTML that is safe on any page: lessons, articles, explanations.

Twice held: the parser knows no raw HTML at all, and what it makes is cleaned by an allow-list of tags,
attributes and schemes once more. So a text may come from an import or from another centre. What comes
out fits the page it stands on:

* headings begin at a level of the page's choosing, so that the page keeps one ``h1``;
* links lead to web, mail or phone, and tell the other side nothing of the page they stand on;
* pictures come from this site only; of another one its alternative text remains.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

DEEPEST = 6
TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol",
    "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "loading"},
    "ol": {"start"},
    "th": {"scope"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
LINK_REL = "noopener noreferrer nofollow"
WORDS = ("text", "code_inline", "code_block", "fence")


class _Renderer(RendererHTML):
    """As CommonMark asks, except for pictures from elsewhere and the scope of a table's heads."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Draw a picture of our own, only once it comes in sight; of another, say what it showed."""
        token = tokens[idx]
        if not is_ours(str(token.attrs.get("src", ""))):
            return escapeHtml(self.renderInlineAsText(token.children, options, env))
        token.attrSet("loading", "lazy")
        return super().image(tokens, idx, options, env)

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Say to screen readers that the head is one of its column; an empty one is no head."""
        return '<th scope="col">' if tokens[idx + 1].content else "<td>"

    def th_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Close what was opened."""
        return "</th>\n" if tokens[idx - 1].content else "</td>\n"


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer)
    return parser.enable(["table", "strikethrough"])


def to_html(source: str, *, top_level: int = 2) -> SafeString:
    """Return the HTML of a text in markdown; ``#`` becomes the heading of ``top_level``.

    Bounded in time: the parser's work grows with the length of the text, which its form or import limits.
    """
    tokens = _parser().parse(source)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + top_level - 1, DEEPEST)}"
    html = _parser().renderer.render(tokens, _parser().options, {})
    return mark_safe(_clean(str(html)))  # noqa: S308  (cleaned in the same line)


def to_text(source: str) -> str:
    """Return the bare words of a text in markdown, paragraphs as lines: for search, summaries and mails."""
    return "\n".join(words for token in _parser().parse(source) if (words := _words_of(token)))


def is_ours(address: str) -> bool:
    """Whether an address of a picture lies on this site: a path, not a protocol-relative address or a scheme.

    Browsers read a backslash as a slash and skip control characters, so neither may be in it.
    """
    plain = all(sign.isprintable() and sign != "\\" for sign in address)
    return plain and address.startswith("/") and not address.startswith("//")


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes=SCHEMES,
        link_rel=LINK_REL,
        strip_comments=True,
    )


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """The second net for pictures: an ``img`` without ``src`` shows its alternative text."""
    return None if (tag, attribute) == ("img", "src") and not is_ours(value) else value


def _words_of(token: Token) -> str:
    if token.children is None:
        return token.content.strip() if token.type in WORDS else ""
    parts: list[Any] = [_inline_words(child) for child in token.children]
    return "".join(parts).strip()


def _inline_words(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return token.content if token.type in (*WORDS, "image") else ""
