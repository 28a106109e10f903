"""What people hand in (common.uploads): threat 12, bombs and what hides in a photo."""

import io
import random
import struct
import zlib

import pytest
from django import forms
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from PIL import Image, ImageCms, PngImagePlugin

from common import uploads
from common.uploads import (
    MAX_PICTURE_BYTES,
    PictureField,
    PictureKind,
    TextUnreadable,
    UploadTooLarge,
    UploadUnreadable,
    clean_picture,
    clean_text,
    picture_response,
)

# The decoder warns of what it skips.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")

MARKER = b"Planted Marker 52.0291"
RED, BLUE = (220, 20, 20), (20, 20, 220)


def encoded(image, kind, **options):
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def telltale(kind):
    """A picture with a place, a camera, a comment and a profile in every pocket that its kind has."""
    image = Image.new("RGB", (64, 32), RED)
    image.paste(BLUE, (0, 0, 32, 32))
    exif = Image.Exif()
    exif[0x010E] = MARKER.decode()  # description
    exif[0x0110] = MARKER.decode()  # camera
    exif[0x0112] = 6  # turn it a quarter
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (52.0, 1.0, 44.8), 3: "E", 4: (5.0, 4.0, 48.0), 29: MARKER.decode()}
    )
    options = {
        "exif": exif,
        "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    }
    if kind == "JPEG":
        options |= {"comment": MARKER, "quality": 95}
    if kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Comment", MARKER.decode())
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", MARKER.decode())
    if kind == "WEBP":
        options |= {"xmp": MARKER, "lossless": True}
    # Behind the end of the picture, where decoders do not look.
    return encoded(image, kind, **options) + MARKER


@pytest.mark.parametrize("kind", PictureKind)
@pytest.mark.parametrize("came_as", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_upright_pixels_is_kept(came_as, kind):
    came_in = telltale(came_as)
    assert MARKER in came_in
    assert Image.open(io.BytesIO(came_in)).getexif().get_ifd(0x8825)
    made = clean_picture(io.BytesIO(came_in), kind=kind)
    assert MARKER not in made.content
    kept = Image.open(io.BytesIO(made.content))
    assert (kept.get_format_mimetype(), kept.size) == (kind.value, (32, 64))
    assert (made.kind, made.width, made.height) == (kind, 32, 64)
    assert not kept.getexif()
    assert not {"exif", "xmp", "icc_profile", "comment", "Comment", "XML:com.adobe.xmp"} & set(kept.info)
    above, below = kept.convert("RGB").getpixel((16, 10)), kept.convert("RGB").getpixel((16, 54))
    assert above[2] > 180 > 60 > above[0]
    assert below[0] > 180 > 60 > below[2]


def png_that_says(width, height, data=b""):
    """A PNG whose head claims a size, with as little behind it as one likes."""

    def chunk(kind, content):
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def jpeg_that_says(width: int, height: int) -> bytes:
    """A small JPEG whose frame says that it is as large as this."""
    small = encoded(Image.new("RGB", (8, 8)), "JPEG")
    frame = small.index(b"\xff\xc0") + 5
    return small[:frame] + struct.pack(">HH", height, width) + small[frame + 4 :]


@pytest.mark.parametrize(
    "bomb",
    [
        jpeg_that_says(10_001, 5_000),
        png_that_says(50_000, 50_000),
        png_that_says(12_000, 12_000),  # between the decoder's own two limits
        png_that_says(5_001, 5_000),
        png_that_says(100_000, 10),
        encoded(Image.new("1", (20_000, 20_000)), "PNG"),  # 50 kB that would be 400 million pixels
        b"x" * (MAX_PICTURE_BYTES + 1),
    ],
)
def test_bombs_are_refused_before_they_are_decoded(bomb, monkeypatch):
    decoded = []
    monkeypatch.setattr(Image.Image, "load", lambda *_: decoded.append(1))
    with pytest.raises(UploadTooLarge) as refused:
        clean_picture(io.BytesIO(bomb))
    assert decoded == []
    assert refused.value.status == 413


def test_words_packed_to_a_bomb_inside_a_picture_are_refused():
    """A compressed comment of 100 MB in a file of 100 kB."""
    bomb = png_that_says(1, 1, b"\0\0\0\0")
    packed = b"Comment\0\0" + zlib.compress(b"a" * 100_000_000)
    chunk = (
        struct.pack(">I", len(packed)) + b"zTXt" + packed + struct.pack(">I", zlib.crc32(b"zTXt" + packed))
    )
    with pytest.raises(UploadUnreadable):
        clean_picture(io.BytesIO(bomb[:33] + chunk + bomb[33:]))


NO_PICTURES = {
    "nothing": b"",
    "words": b"hello",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "html": b"<!doctype html><script>alert(1)</script>",
    "html behind a head": b"GIF89a<script>alert(1)</script>",
    "gif": encoded(Image.new("P", (4, 4)), "GIF"),
    "tiff": encoded(Image.new("RGB", (4, 4)), "TIFF"),
    "pdf": b"%PDF-1.7\n",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 4 4\n",
    "half a jpeg": encoded(Image.effect_noise((64, 64), 50).convert("RGB"), "JPEG")[:900],
    "half a png": png_that_says(64, 64, b"\0" * 10),
}


@pytest.mark.parametrize("content", NO_PICTURES.values(), ids=NO_PICTURES)
def test_what_is_no_picture_of_the_three_kinds_is_refused_whatever_it_calls_itself(content):
    with pytest.raises(UploadUnreadable) as refused:
        clean_picture(SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg"))
    assert refused.value.status == 400


def test_damage_anywhere_is_a_refusal_and_never_an_error():
    """Bytes changed at random: a picture or a refusal, nothing else."""
    chance = random.Random(7)
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = telltale(kind)
        for _ in range(120):
            damaged = bytearray(whole)
            for _ in range(chance.randint(1, 12)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            try:
                clean_picture(io.BytesIO(bytes(damaged)))
            except (UploadTooLarge, UploadUnreadable):
                continue


def test_a_photo_of_a_phone_becomes_small_and_what_one_sees_through_stays_so():
    photo = encoded(Image.linear_gradient("L").resize((4000, 3000)).convert("RGB"), "JPEG", quality=80)
    made = clean_picture(io.BytesIO(photo))
    assert (made.width, made.height) == (1600, 1200)
    assert clean_picture(io.BytesIO(photo), side=200).width == 200
    logo = encoded(Image.new("RGBA", (20, 20), (*RED, 0)), "PNG")
    assert Image.open(io.BytesIO(clean_picture(io.BytesIO(logo)).content)).getpixel((5, 5))[3] == 0
    on_white = Image.open(io.BytesIO(clean_picture(io.BytesIO(logo), kind=PictureKind.JPEG).content))
    assert min(on_white.getpixel((5, 5))) > 245
    tiny = clean_picture(io.BytesIO(encoded(Image.new("L", (1, 1)), "PNG")))
    assert (tiny.width, tiny.height) == (1, 1)


class PhotoForm(forms.Form):
    photo = PictureField(required=False)


def test_the_field_gives_a_picture_or_says_what_is_wrong():
    def sent(content):
        return PhotoForm({}, {"photo": SimpleUploadedFile("x.png", content)} if content is not None else {})

    good = sent(telltale("PNG"))
    assert good.is_valid()
    assert good.cleaned_data["photo"].kind is PictureKind.WEBP
    assert 'accept="image/webp,image/jpeg,image/png"' in str(good["photo"])
    assert sent(None).is_valid()
    assert sent(png_that_says(50_000, 50_000)).errors["photo"] == [str(UploadTooLarge.message)]
    assert sent(b"hello").errors["photo"] == [str(UploadUnreadable.message)]


def test_texts_are_read_as_old_and_new_spreadsheets_write_them():
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        assert clean_text(io.BytesIO("naam;café €\r\n".encode(encoding))) == "naam;café €\r\n"
    for binary in (
        b"\x00\x01",
        "naam".encode("utf-16-le"),  # without the mark that says so
        b"\xff\xfen",
        encoded(Image.new("L", (4, 4)), "PNG"),
        b"PK\x03\x04",
    ):
        with pytest.raises(TextUnreadable):
            clean_text(io.BytesIO(binary))
    with pytest.raises(UploadTooLarge):
        clean_text(io.BytesIO(b"x" * 11), limit=10)


def test_a_kept_picture_can_be_taken_for_nothing_else():
    response = picture_response(b"x", "image/webp")
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, max-age=600"
    assert "immutable" in picture_response(b"x", "image/png", public=True)["Cache-Control"]
    for kind in ("image/svg+xml", "text/html", ""):
        with pytest.raises(ValueError, match="PictureKind"):
            picture_response(b"x", kind)


@csrf_exempt
def take(request):
    return HttpResponse(",".join(str(file.size) for file in request.FILES.values()))


urlpatterns = [
    path("upload/", take),
    path("api/v1/upload/", take),
    path("photo/", lambda _request: picture_response(b"x", "image/webp")),
    path("", include("backend.urls")),
]
handler400 = "backend.refusals.bad_request"


@pytest.mark.urls(__name__)
class TestRequests:
    """Through the whole stack of middleware."""

    @pytest.mark.parametrize("address", ["/upload/", "/api/v1/upload/"])
    def test_files_that_are_too_large_together_are_cut_off(self, address, monkeypatch):
        monkeypatch.setattr(uploads, "MAX_REQUEST_BYTES", 100_000)
        files = [SimpleUploadedFile(f"{i}.bin", b"x" * 40_000) for i in range(3)]
        client = Client(raise_request_exception=False)
        assert client.post(address, {"a": files[0], "b": files[1]}).content == b"40000,40000"
        for file in files:
            file.seek(0)
        refused = client.post(address, dict(zip("abc", files, strict=True)))
        assert refused.status_code == 413
        assert "b/c" not in refused.content.decode()

    def test_the_headers_of_a_picture_stay_its_own(self):
        response = Client().get("/photo/")
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_counter_counts_all_files_of_a_request(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_REQUEST_BYTES", 5)
    handler = uploads.BoundedUploadHandler()
    assert handler.receive_data_chunk(b"abc", 0) == b"abc"
    with pytest.raises(RequestDataTooBig):
        handler.receive_data_chunk(b"abc", 0)
