"""The one guard for files that people hand in (threat 12 of docs/trust.md).

A picture is what its bytes decode to, not what its name or the browser says. It is measured before it is
decoded, and what is kept is never what came in but a new picture made of its pixels: upright, no larger
than needed, without the place where it was taken, the camera, comments or anything hidden behind it. Such
pictures are small (tens of kilobytes) and are kept in the database, with ``kind``, ``width`` and ``height``
beside them: so backup, erasure and several processes need nothing of their own.
"""

import codecs
import io
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from django import forms
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from common.errors import DomainError

MEGABYTE = 1_000_000
MAX_PICTURE_BYTES = 15 * MEGABYTE
# All files of one request together; larger ones are cut off while they come in.
MAX_REQUEST_BYTES = 25 * MEGABYTE
MAX_TEXT_BYTES = 5 * MEGABYTE
# A JPEG can be decoded at a fraction of its size, the others not: the memory they take is the limit.
MAX_PIXELS = {"JPEG": 50_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
MAX_SIDE = 30_000
KEPT_SIDE = 1_600
QUALITY = 82
# What is kept is never more than this, however busy the picture: so it can also be sent along as a file.
KEPT_BYTES = 1_500_000


class Readable(Protocol):
    """An upload, or any other open file of bytes."""

    def read(self, size: int = ..., /) -> bytes:
        """Return at most so many of its bytes."""
        ...


class PictureKind(StrEnum):
    """The kinds of picture that are kept; the value is the media type."""

    WEBP = "image/webp"
    JPEG = "image/jpeg"
    PNG = "image/png"

    @property
    def encoder(self) -> str:
        """The name of the format to who writes it."""
        return self.name


class UploadTooLarge(DomainError):
    """More bytes or pixels than are taken in."""

    status = 413
    code = "upload-too-large"
    message = _("This file is too large. Choose a smaller one, at most 15 MB.")


class UploadUnreadable(DomainError):
    """Not one of the kinds that are taken, or damaged."""

    status = 400
    code = "upload-unreadable"
    message = _("We cannot read this file. Choose a photo in JPEG, PNG or WebP.")


class TextUnreadable(UploadUnreadable):
    """Not a text."""

    code = "text-unreadable"
    message = _("We cannot read this file as text.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that we made ourselves. Width and height in pixels, to reserve its place on a page."""

    content: bytes
    kind: PictureKind
    width: int
    height: int


def clean_picture(file: Readable, *, kind: PictureKind = PictureKind.WEBP, side: int = KEPT_SIDE) -> Picture:
    """Make a picture of our own from an upload, its longest side at most ``side`` pixels.

    Raises:
        UploadTooLarge: too many bytes or pixels; found out before anything is decoded.
        UploadUnreadable: no JPEG, PNG or WebP, or a damaged one.
    """
    content = _read(file, MAX_PICTURE_BYTES)
    try:
        return _made_anew(content, kind, side)
    except Image.DecompressionBombError:
        raise UploadTooLarge from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        # What the decoders raise for damaged data.
        raise UploadUnreadable from None


def clean_text(file: Readable, *, limit: int = MAX_TEXT_BYTES) -> str:
    """Return the words of a file of text: UTF-8, with or without mark, or as spreadsheets write it.

    Raises:
        UploadTooLarge: more than ``limit`` bytes.
        TextUnreadable: it holds what is no text.
    """
    content = _read(file, limit)
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            if any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n" for sign in text):
                break
            return text
    raise TextUnreadable


def picture_response(content: bytes, kind: str, *, public: bool = False) -> HttpResponse:
    """Answer with a kept picture, in a way that a browser can take it for nothing else.

    A public picture may be kept for a year, so its address changes with the picture; another one stays for
    ten minutes in the person's own browser. Raises ``ValueError`` for a kind that we do not make.
    """
    response = HttpResponse(content, content_type=PictureKind(kind).value)
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-site"
    # Opened by itself it is a document: one that may do nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "public, max-age=31536000, immutable" if public else "private, max-age=600"
    return response


class PictureField(forms.FileField):
    """A form field for a picture; what it gives is a ``Picture`` of our own making, or ``None``.

    The form is to be drawn with ``enctype="multipart/form-data"``.
    """

    widget = forms.FileInput

    def __init__(self, *, side: int = KEPT_SIDE, **options: Any) -> None:
        super().__init__(**options)
        self.side = side
        self.widget.attrs.setdefault("accept", ",".join(PictureKind))

    def to_python(self, data: Any) -> Picture | None:  # type: ignore[override]
        """Make the picture. Raises ``ValidationError`` with the sentence of what is wrong with the upload."""
        file = super().to_python(data)
        if file is None:
            return None
        try:
            return clean_picture(file, side=self.side)
        except DomainError as error:
            raise forms.ValidationError(str(error.message), code=error.code) from None


class BoundedUploadHandler(FileUploadHandler):
    """Stops a request whose files together are too large, before they fill the disk.

    First in ``FILE_UPLOAD_HANDLERS``; the others get what it passes on.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._came_in = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count and pass on. Raises ``RequestDataTooBig``."""
        self._came_in += len(raw_data)
        if self._came_in > MAX_REQUEST_BYTES:
            raise RequestDataTooBig("the files of this request are too large")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind."""


def _read(file: Readable, limit: int) -> bytes:
    content: bytes = file.read(limit + 1)
    if len(content) > limit:
        raise UploadTooLarge
    return content


def _made_anew(content: bytes, kind: PictureKind, side: int) -> Picture:
    with Image.open(io.BytesIO(content), formats=tuple(MAX_PIXELS)) as came_in:
        width, height = came_in.size
        # MPO is what phones call a JPEG with a second picture behind it.
        limit = MAX_PIXELS.get(came_in.format or "", MAX_PIXELS["JPEG"])
        if width * height > limit or max(width, height) > MAX_SIDE:
            raise UploadTooLarge
        came_in.draft("RGB", (side, side))  # JPEG: decode no more than is needed
        upright = ImageOps.exif_transpose(came_in)
        upright.thumbnail((side, side))
        return _encoded(_bare(upright, with_alpha=kind is not PictureKind.JPEG), kind)


def _bare(image: Image.Image, *, with_alpha: bool) -> Image.Image:
    """The pixels alone, in the colours of the web: a new picture without anything that came along."""
    image = _in_web_colours(image)
    see_through = image.has_transparency_data
    image = image.convert("RGBA" if see_through else "RGB")
    if see_through and with_alpha:
        bare = Image.new("RGBA", image.size)
        bare.paste(image)
    else:
        bare = Image.new("RGB", image.size, "white")
        bare.paste(image, mask=image if see_through else None)
    return bare


def _in_web_colours(image: Image.Image) -> Image.Image:
    """Phones write wider colours with a profile beside them; without it they would look dull."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        with suppress(ImageCms.PyCMSError, OSError):  # a profile of no use: the colours as they stand
            wide = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            changed = ImageCms.profileToProfile(image, wide, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return changed or image
    return image


def _encoded(image: Image.Image, kind: PictureKind) -> Picture:
    """As it is, or as much smaller as it takes: of noise nothing can be left out."""
    written = io.BytesIO()
    image.save(written, kind.encoder, quality=QUALITY, optimize=True)
    if len(written.getvalue()) > KEPT_BYTES:
        return _encoded(image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4))), kind)
    return Picture(written.getvalue(), kind, image.width, image.height)
