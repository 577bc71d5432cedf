"""ZIP archives: each file inside read as if handed in alone, and the archive rebuilt from the rebuilt files."""

import io
import zipfile
from pathlib import PurePosixPath
from typing import Final

from disclosure_control.core.content import ContentBuilder, FileContent, TextKind
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding, refusal
from disclosure_control.formats.archive import entries
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.text.invisible import visible

MEDIA_TYPE: Final = "application/zip"
_MOMENT: Final = (2000, 1, 1, 0, 0, 0)


def examine(content: bytes, inside: NestedFiles) -> FileContent:
    """Read an archive that may be anybody's.

    Raises:
        Unreadable: it cannot be unpacked within the limits, or holds bytes that belong to no file.
    """
    reading = ContentBuilder()
    rebuilt: dict[str, bytes] | None = {}
    for i, (name, data) in enumerate(entries(content).items(), 1):
        where = f"file {i} of the archive"
        reading.text(f"{where}, its name", name.replace("/", " ").replace("_", " "), TextKind.LABEL)
        clean = _one(name, data, where, reading, inside)
        rebuilt = None if rebuilt is None or clean is None else rebuilt | {name: clean}
    if not rebuilt and not reading.findings:
        reading.findings.append(make_finding("artefact.empty"))
    return reading.done(MEDIA_TYPE, None if not rebuilt else _packed(rebuilt))


def _one(name: str, data: bytes, where: str, reading: ContentBuilder, inside: NestedFiles) -> bytes | None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not name.isprintable() or name != visible(name):
        reading.findings.append(make_finding("artefact.unreadable", where, "Its name leads out of the archive."))
        return None
    if path.suffix.lower() == ".zip":
        reading.findings.append(make_finding("artefact.denied", where, "An archive inside an archive is not unpacked."))
        return None
    try:
        part = inside.examine(name, data)
    except Unreadable as error:
        reading.findings.append(refusal(error, where))
        return None
    reading.absorb(part, where)
    return part.clean


def _packed(files: dict[str, bytes]) -> bytes:
    with io.BytesIO() as sink:
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(zipfile.ZipInfo(name, _MOMENT), data, zipfile.ZIP_DEFLATED)
        return sink.getvalue()
