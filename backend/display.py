"""The reader's own choice of colours and letter size, kept in two cookies, with or without JavaScript."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

THEME_COOKIE = "sk_theme"
TEXT_COOKIE = "sk_text"
YEAR = 365 * 24 * 60 * 60
THEMES: dict[str, str | Promise] = {
    "auto": _("As my device"),
    "light": _("Light"),
    "dark": _("Dark"),
    "contrast": _("High contrast"),
}
TEXTS: dict[str, str | Promise] = {"normal": _("Normal letters"), "large": _("Large letters")}


@dataclass(frozen=True)
class Display:
    """``theme`` is a key of ``THEMES``, ``text`` one of ``TEXTS``; anything else becomes the first."""

    theme: str = "auto"
    text: str = "normal"

    @classmethod
    def of(cls, request: HttpRequest) -> "Display":
        """Read the cookies of a request."""
        return cls().changed(request.COOKIES.get(THEME_COOKIE), request.COOKIES.get(TEXT_COOKIE))

    def changed(self, theme: str | None, text: str | None) -> "Display":
        """The same with another theme or letter size; unknown or missing ones leave it as it is."""
        return Display(
            theme=theme if theme in THEMES else self.theme,
            text=text if text in TEXTS else self.text,
        )

    def remember(self, response: HttpResponse) -> None:
        """Keep the choice in the reader's browser for a year."""
        for name, value in ((THEME_COOKIE, self.theme), (TEXT_COOKIE, self.text)):
            response.set_cookie(
                name,
                value,
                max_age=YEAR,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
            )

    @property
    def themes(self) -> list[tuple[str, str | Promise, bool]]:
        """Key, words and whether chosen, of every theme."""
        return [(key, words, key == self.theme) for key, words in THEMES.items()]

    @property
    def texts(self) -> list[tuple[str, str | Promise, bool]]:
        """Key, words and whether chosen, of every letter size."""
        return [(key, words, key == self.text) for key, words in TEXTS.items()]
