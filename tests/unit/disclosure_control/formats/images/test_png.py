import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.images.png import SIGNATURE, examine, same_pixels


def picture(colour: str = "red", *, secret: str = "") -> bytes:
    info = PngImagePlugin.PngInfo()
    if secret:
        info.add_text("Comment", secret)
        info.add_text("Packed", secret, zip=True)
        info.add_itxt("Long", secret, zip=True)
    with io.BytesIO() as sink:
        Image.new("RGB", (20, 10), colour).save(sink, "PNG", pnginfo=info)
        return sink.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_hidden_texts_are_read_and_left_out_of_the_rebuild() -> None:
    examined = examine(picture(secret="NHS number 9434765919"))
    assert [finding.rule for finding in examined.findings] == ["artefact.hidden-content"]
    assert all("9434765919" in text.text for text in examined.texts)
    assert len(examined.texts) == 3
    assert examined.clean is not None
    assert examine(examined.clean).findings == ()
    assert same_pixels(examined.clean, picture())


def test_bytes_after_the_end_are_said_and_left_out() -> None:
    examined = examine(picture() + b"name,nhs\nAnn,9434765919\n")
    assert [(f.rule, f.where, f.counts) for f in examined.findings] == [
        ("artefact.left-over", "after the end of the picture", {"bytes": 24})
    ]
    assert examined.clean is not None
    assert b"9434765919" not in examined.clean


def test_unknown_chunks_are_said() -> None:
    content = picture()
    end = content.rindex(b"IEND") - 4
    examined = examine(content[:end] + chunk(b"daTa", b"rows") + content[end:])
    assert examined.findings[0].where == "chunks of another kind"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg/>",
        SIGNATURE,
        picture()[:-20],
        picture().replace(b"IDAT", b"IDAX"),
        SIGNATURE
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b""),
    ],
    ids=["empty", "other", "bare", "cut", "damaged", "bomb"],
)
def test_a_picture_that_does_not_decode_completely_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        examine(content)


def test_pixels_are_compared_and_not_bytes() -> None:
    assert same_pixels(picture(), picture(secret="x"))
    assert not same_pixels(picture(), picture("blue"))
