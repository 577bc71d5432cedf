"""Every kind of file in one table: its endings, first bytes, media type, parser, or why it cannot leave.

A parser is imported when the first file of its kind is read. Each takes the bytes and ``NestedFiles``, with which it
reads files inside its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import Final

from disclosure_control.core.content import FileContent
from disclosure_control.core.errors import MissingExtra
from disclosure_control.formats.nesting import NestedFiles

Examiner = Callable[[bytes, NestedFiles], FileContent]
# The extra that brings the parsers' libraries, and how those are called that are imported by another name.
EXTRA: Final = "files"
_DISTRIBUTIONS: Final = {"PIL": "pillow", "resvg_py": "resvg-py"}


@dataclass(frozen=True)
class Format:
    """One kind of file.

    Attributes:
        name: what people call it.
        endings: the ends of its files' names, in lower case.
        media_type: as registered, or in common use.
        parser: the module of this package whose ``examine`` reads it; empty where nothing is read.
        magic: what its first bytes can be; empty for text.
        denied: why it cannot leave; empty where it can.
        instead: what to hand in in its place.
        names: whole names of files that have no ending, in lower case.
    """

    name: str
    endings: tuple[str, ...]
    media_type: str
    parser: str = ""
    magic: tuple[bytes, ...] = ()
    denied: str = ""
    instead: str = ""
    names: tuple[str, ...] = ()

    def examiner(self) -> Examiner | None:
        """The parser's function, None where nothing is read.

        Raises:
            MissingExtra: a library that the parser needs is not installed.
        """
        if not self.parser:
            return None
        try:
            examine: Examiner = import_module(f"disclosure_control.formats.{self.parser}").examine
        except ModuleNotFoundError as error:
            library = (error.name or "").partition(".")[0]
            if library in ("", "disclosure_control"):
                raise
            raise MissingExtra(f"{_DISTRIBUTIONS.get(library, library)}, which reads {self.name},", EXTRA) from error
        return examine


ZIP: Final = b"PK\x03\x04"
PICKLES: Final = tuple(b"\x80" + bytes([version]) for version in range(2, 6))
_CODE: Final = (
    ".py .r .jl .sql .do .ado .sas .sps .sh .m .stan .rmd .qmd .toml .yaml .yml .ini .cfg .tex .bib .js .css .c .cpp .h"
    " .java .scala"
)
_TEXT_NAMES: Final = (
    "license licence copying notice authors contributors contributing readme changelog changes news todo codeowners"
)
_CODE_NAMES: Final = (
    ".gitignore .gitattributes .gitmodules .gitkeep .mailmap .dockerignore .editorconfig .rbuildignore .rprofile"
    " .flake8 .pylintrc .coveragerc .prettierrc .python-version makefile dockerfile snakefile description namespace"
)
_DATABASE: Final = "Deleted tables and rows stay in the file where nobody sees them."
_STATISTICS: Final = "It can hold whole data sets, and code that runs when it is opened."
_TABLES: Final = "Write each table that should leave as a csv, xlsx or parquet file."

FORMATS: Final = (
    Format("CSV", (".csv",), "text/csv", "tabular.delimited"),
    Format("tab-separated text", (".tsv", ".tab"), "text/tab-separated-values", "tabular.tsv"),
    Format(
        "Excel workbook",
        (".xlsx",),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "tabular.xlsx",
        (ZIP,),
    ),
    Format("Parquet", (".parquet", ".pq"), "application/vnd.apache.parquet", "tabular.parquet", (b"PAR1",)),
    Format("Feather", (".feather", ".arrow"), "application/vnd.apache.arrow.file", "tabular.feather", (b"ARROW1",)),
    Format("JSON", (".json", ".geojson"), "application/json", "tabular.json_file"),
    Format("text", (".txt", ".md", ".log", ".rst"), "text/plain", "text.plain_text", names=tuple(_TEXT_NAMES.split())),
    Format("code", tuple(_CODE.split()), "text/x-script", "text.code", names=tuple(_CODE_NAMES.split())),
    Format("notebook", (".ipynb",), "application/x-ipynb+json", "documents.notebook"),
    Format("HTML", (".html", ".htm"), "text/html", "documents.html"),
    Format("SVG", (".svg",), "image/svg+xml", "images.svg"),
    Format("PNG", (".png",), "image/png", "images.png", (b"\x89PNG\r\n\x1a\n",)),
    Format("JPEG", (".jpg", ".jpeg"), "image/jpeg", "images.jpeg", (b"\xff\xd8\xff",)),
    Format("WebP", (".webp",), "image/webp", "images.webp", (b"RIFF",)),
    Format("GIF", (".gif",), "image/gif", "images.gif", (b"GIF87a", b"GIF89a")),
    Format("PDF", (".pdf",), "application/pdf", "documents.pdf", (b"%PDF-",)),
    Format("ZIP archive", (".zip",), "application/zip", "zip_file", (ZIP,)),
    Format("safetensors", (".safetensors",), "application/x-safetensors", "models.safetensors_file"),
    Format("skops model", (".skops",), "application/x-skops", "models.skops_file", (ZIP,)),
    Format(
        "Word or PowerPoint",
        (".docx", ".pptx"),
        "application/vnd.openxmlformats-officedocument",
        "documents.office",
        (ZIP,),
        "It can hold hidden text, notes, tracked changes, authors and whole workbooks behind its charts.",
        "Save it as a PDF, or hand in its text as md and its figures as png.",
    ),
    Format(
        "ONNX model",
        (".onnx",),
        "application/x-onnx",
        "models.onnx_file",
        (),
        "A fitted model can hold rows of its training data.",
        "Hand in the scikit-learn model as skops, or a table of its coefficients or of its measured quality.",
    ),
    Format(
        "pickle",
        (".pkl", ".pickle", ".joblib", ".p", ".sav", ".dill"),
        "application/x-python-pickle",
        "",
        PICKLES,
        "It can hold whole training sets, and code that runs when it is opened. It was not opened.",
        "Write a table of coefficients or of measured quality as csv.",
    ),
    Format(
        "NumPy array",
        (".npy", ".npz"),
        "application/x-numpy",
        "",
        (b"\x93NUMPY",),
        "It can hold pickled objects, and its arrays say nothing of what they are.",
        _TABLES,
    ),
    Format("DuckDB", (".duckdb", ".ddb"), "application/vnd.duckdb", "", (), _DATABASE, _TABLES),
    Format(
        "SQLite",
        (".sqlite", ".sqlite3", ".db"),
        "application/vnd.sqlite3",
        "",
        (b"SQLite format 3\0",),
        _DATABASE,
        _TABLES,
    ),
    Format(
        "git bundle",
        (".bundle",),
        "application/x-git-bundle",
        "",
        (b"# v2 git bundle", b"# v3 git bundle"),
        "It holds every earlier version of every file, deleted ones too.",
        "Hand in the code's files as they are now.",
    ),
    Format("R data", (".rds", ".rdata", ".rda"), "application/x-r-data", "", (), _STATISTICS, _TABLES),
    Format(
        "Stata, SAS or SPSS data",
        (".dta", ".sas7bdat", ".xpt", ".por", ".zsav"),
        "application/x-statistics-data",
        "",
        (b"<stata_dta>",),
        _STATISTICS,
        _TABLES,
    ),
    Format(
        "HDF5",
        (".h5", ".hdf5", ".hdf", ".nc"),
        "application/x-hdf5",
        "",
        (b"\x89HDF\r\n\x1a\n",),
        "Deleted datasets stay in the file, and attributes can hold anything.",
        _TABLES,
    ),
    Format(
        "old or macro workbook",
        (".xls", ".xlsm", ".xlsb", ".doc", ".ppt", ".ods", ".odt"),
        "application/x-office",
        "",
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
        "It can hold macros, hidden sheets and earlier versions.",
        "Save tables as xlsx or csv, documents as pdf.",
    ),
    Format(
        "compressed file",
        (".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar"),
        "application/x-compressed",
        "",
        (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!"),
        "What is inside cannot be seen.",
        "Hand in the files themselves, or one zip of them.",
    ),
    Format(
        "EPS or PostScript",
        (".eps", ".ps"),
        "application/postscript",
        "",
        (b"%!PS",),
        "It is a program that draws, and holds every point it draws.",
        "Save the figure as png or pdf.",
    ),
    Format(
        "program",
        (".exe", ".so", ".dll", ".pyc", ".jar", ".whl"),
        "application/x-executable",
        "",
        (b"\x7fELF", b"MZ\x90", b"\xca\xfe\xba\xbe"),
        "It is a compiled program, in which anything can be hidden.",
        "Hand in the source.",
    ),
)

BY_ENDING: Final = {ending: kind for kind in FORMATS for ending in kind.endings}
BY_NAME: Final = {name: kind for kind in FORMATS for name in kind.names}
ALLOWED: Final = tuple(kind for kind in FORMATS if not kind.denied)


def by_name(name: str) -> Format | None:
    """The format that a file's name says: by its ending, or by the whole name where files have none.

    >>> by_name("work/.gitignore").name, by_name("LICENSE").name, by_name("rows")
    ('code', 'text', None)
    """
    path = PurePosixPath(name)
    return BY_ENDING.get(path.suffix.lower()) or BY_NAME.get(path.name.lower())


def by_magic(content: bytes) -> tuple[Format, ...]:
    """The formats whose first bytes these are; none for what may be text."""
    return tuple(kind for kind in FORMATS if any(content.startswith(magic) for magic in kind.magic))


def formats_table() -> str:
    """The formats as two tables in Markdown, for the documentation."""
    lines = ["| format | endings | media type |", "|---|---|---|"]
    lines += [f"| {kind.name} | {_endings(kind)} | `{kind.media_type}` |" for kind in ALLOWED]
    lines += ["", "| format | endings | why it cannot leave | instead |", "|---|---|---|---|"]
    lines += [f"| {k.name} | {_endings(k)} | {k.denied} | {k.instead} |" for k in FORMATS if k.denied]
    return "\n".join(lines) + "\n"


def _endings(kind: Format) -> str:
    return " ".join(f"`{ending}`" for ending in (*kind.endings, *kind.names))
