"""What is written in a picture, read by Tesseract where it is installed; a picture that was not read is said."""

import hashlib
import io
import subprocess
from collections import OrderedDict
from pathlib import Path
from typing import Final

from PIL import Image

from disclosure_control.core.content import ContentBuilder, TextKind
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Location

PROGRAM: Final = Path("/usr/bin/tesseract")
TIMEOUT_S: Final = 60.0
_SMALL: Final = 2_000  # pixels; letters of figures below this width are too small to be read well
_LARGE: Final = 6_000
_MOST_KEPT: Final = 500
# The lines of pictures that were read, by their pixels: a rebuilt file has the same pictures as the file itself.
_READ: Final[OrderedDict[bytes, list[str]]] = OrderedDict()


def read_picture(image: Image.Image, reading: ContentBuilder) -> None:
    """Add the lines that are written in a picture, or say why they were not read."""
    if not PROGRAM.exists():
        reading.findings.append(make_finding("figure.not-read", "the picture"))
        return
    try:
        lines = _kept_lines(image)
    except (OSError, subprocess.SubprocessError):
        reading.findings.append(make_finding("figure.not-read", "the picture", "Reading what is written in it failed."))
        return
    for i, line in enumerate(lines, 1):
        reading.text(Location(part=("written in the picture",), line=i), line, TextKind.LABEL)


def _kept_lines(image: Image.Image) -> list[str]:
    key = hashlib.sha256(f"{image.mode} {image.size} ".encode() + image.tobytes()).digest()
    if key not in _READ:
        _READ[key] = _lines(image)
        if len(_READ) > _MOST_KEPT:
            _READ.popitem(last=False)
    return _READ[key]


def _lines(image: Image.Image) -> list[str]:
    grey = image.convert("L")
    longest = max(grey.size)
    if longest < _SMALL or longest > _LARGE:
        factor = 2 if longest < _SMALL else _LARGE / longest
        grey = grey.resize((max(1, round(grey.width * factor)), max(1, round(grey.height * factor))))
    with io.BytesIO() as sink:
        grey.save(sink, format="PNG")
        content = sink.getvalue()
    process = subprocess.run(
        [str(PROGRAM), "stdin", "stdout", "--psm", "11", "-l", "eng"],
        input=content,
        capture_output=True,
        timeout=TIMEOUT_S,
        check=True,
        env={"PATH": "/usr/bin:/bin", "OMP_THREAD_LIMIT": "1"},
    )
    return [line.strip() for line in process.stdout.decode("utf-8", "replace").splitlines() if line.strip()]
