"""What a file is: by its ending, by its first bytes and by a full parse, which must agree."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

from disclosure_control.artefacts import delimited, json_file, notebook, plain_text, png
from disclosure_control.errors import Unreadable
from disclosure_control.examined import Examined

# The first bytes of formats that a text file never begins with.
_MAGIC: Final = (
    (png.SIGNATURE, "image/png"),
    (b"%PDF", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"\x7fELF", "application/x-executable"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"\x89HDF", "application/x-hdf5"),
    (b"\x80\x04", "application/x-python-pickle"),
    (b"\x80\x05", "application/x-python-pickle"),
    (b"ARROW1", "application/vnd.apache.arrow.file"),
)
_EXAMINERS: Final[dict[str, Callable[[bytes, int], Examined]]] = {
    ".csv": lambda content, min_units: delimited.examine(content, ",", min_units),
    ".tsv": lambda content, min_units: delimited.examine(content, "\t", min_units),
    ".json": lambda content, _: json_file.examine(content),
    ".ipynb": lambda content, _: notebook.examine(content),
    ".png": lambda content, _: png.examine(content),
    ".txt": lambda content, _: plain_text.examine(content),
    ".md": lambda content, _: plain_text.examine(content),
    ".log": lambda content, _: plain_text.examine(content),
}
ENDINGS: Final = tuple(_EXAMINERS)


def media_type_by_magic(content: bytes) -> str | None:
    """The type that the first bytes tell, None for anything that may be text."""
    return next((kind for magic, kind in _MAGIC if content.startswith(magic)), None)


def examine(name: str, content: bytes, min_units: int) -> Examined:
    """Read a file that may be anybody's.

    Raises:
        Unreadable: it is of no known kind, not what its name says, or cannot be parsed to its end.
    """
    ending = PurePosixPath(name).suffix.lower()
    examiner = _EXAMINERS.get(ending)
    if examiner is None:
        raise Unreadable(f"Files ending in {ending[:20] or 'nothing'} cannot be checked.", rule="artefact.unknown")
    magic = media_type_by_magic(content)
    if magic is not None and (magic, ending) != ("image/png", ".png"):
        raise Unreadable(f"The name ends in {ending}, the content is {magic}.", rule="artefact.mismatch")
    return examiner(content, min_units)
