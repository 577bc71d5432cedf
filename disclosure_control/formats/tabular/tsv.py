"""TSV: as CSV, with tabs."""

from disclosure_control.core.content import FileContent
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.tabular import delimited


def examine(content: bytes, inside: NestedFiles) -> FileContent:
    """Read a tab-separated file that may be anybody's.

    Raises:
        Unreadable: it is not text, or its lines do not all have the same number of cells.
    """
    return delimited.examine(content, inside, "\t")
