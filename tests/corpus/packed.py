"""Records in letters that nobody can read: packed in every alphabet, in every kind of text; and what only looks so."""

import base64
import bz2
import gzip
import hashlib
import json
import lzma
import textwrap
import zlib
from collections.abc import Callable

from tests.corpus.case import NHS, Case, people

_RULE = "artefact.packed"
_ROWS = people(120).to_csv(index=False).encode()
_ALPHABETS: dict[str, Callable[[bytes], str]] = {
    "base64": lambda data: base64.b64encode(data).decode(),
    "base64url": lambda data: base64.urlsafe_b64encode(data).decode(),
    "base32": lambda data: base64.b32encode(data).decode(),
    "base85": lambda data: base64.b85encode(data).decode(),
    "hex": lambda data: data.hex(),
    "escapes": lambda data: "".join(f"\\x{byte:02x}" for byte in data),
    "percent": lambda data: "".join(f"%{byte:02X}" for byte in data),
    "bits": lambda data: " ".join(f"{byte:08b}" for byte in data[:400]),
    "number": lambda data: str(int.from_bytes(data[:400], "big")),
}
_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "zlib": zlib.compress,
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}
_PLAIN = base64.b64encode(_ROWS).decode()
_TWICE = base64.b64encode(gzip.compress(_PLAIN.encode())).decode()


def leaks() -> list[Case]:
    """Each is named at its place, and what can be unpacked is read."""
    digests = textwrap.wrap(_ROWS.hex(), 64)
    return [
        *(Case(f"packed-{name}.md", f"All went well.\n\n{write(_ROWS)}\n".encode(), _RULE, "line 3")
          for name, write in _ALPHABETS.items()),
        *(Case(f"packed-{name}.log", f"start\nstate {_base64(pack(_ROWS))}\n".encode(), _RULE, "line 2")
          for name, pack in _PACKERS.items()),
        Case("packed-bytes.py", f"W = {zlib.compress(_ROWS)!r}\n".encode(), _RULE, "line 1"),
        Case("packed-wrapped.txt", "\n".join(textwrap.wrap(_PLAIN, 76)).encode(), _RULE, "line 1"),
        Case("packed-digests.log", "\n".join(f"step sha256={part}" for part in digests).encode(), _RULE, "line 1"),
        Case("packed-twice.md", f"x\n{_TWICE}\n".encode(), "microdata.records", "line 2, unpacked"),
        Case("packed.json", json.dumps({"model": "ols", "state": _PLAIN}).encode(), _RULE, "string 4"),
        Case("packed.html", f"<p>Fine.</p><p>{_PLAIN}</p>".encode(), _RULE, "line 1"),
        Case("packed.csv", f"step,state\n1,{_PLAIN}\n".encode(), _RULE, "line 2, column 2"),
        Case("packed-nhs.md", f"x\n{_base64(f'the number is {NHS}'.encode())}\n".encode(), "pii.nhs-number",
             "line 2, unpacked"),
        Case("packed.ipynb", json.dumps(_notebook(f'W = """{_PLAIN}"""')).encode(), _RULE, "cell 1, line 1"),
    ]  # fmt: skip


def twins() -> list[Case]:
    """Long words that research outputs have."""
    digests = [hashlib.sha256(str(i).encode()).hexdigest() for i in range(4)]
    names = "\n".join(f"thisIsAVeryLongVariableName_{i} = adjustedHazardRatio2019Model{i}" for i in range(60))
    return [
        Case("packed-digest.md", f"Made by commit {hashlib.sha1(b'x', usedforsecurity=False).hexdigest()}.\n".encode()),
        Case("unpacked-digests.txt", "\n".join(digests).encode()),
        Case("packed-long-names.py", f"{names}\n".encode()),
        Case(
            "packed-paths.log",
            b"read /data/projects/wages2019/integrated/Tables/Final_Version2/output_tables_2019.csv\n" * 9,
        ),
        Case("packed-rules.txt", (("=" * 78 + "\n" + "-" * 78 + "\n") * 20 + "done\n").encode()),
        Case(
            "packed-formula.txt",
            b"y ~ C(areaName2011)+C(ageGroup5Year)+C(sex)+bs(bodyMassIndex,df=4)+C(yearOfBirth)\n" * 8,
        ),
        Case("packed-genes.txt", b"ACGTTGCATGTCGCATGATGCATGAGAGCTACGTTGCATGTCGCATGATGCATGAGAGCT\n" * 9),
    ]


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _notebook(source: str) -> dict[str, object]:
    cell = {"cell_type": "code", "metadata": {}, "source": source, "execution_count": None, "outputs": []}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
