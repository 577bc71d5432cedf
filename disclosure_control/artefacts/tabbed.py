"""TSV: as CSV, with tabs."""

from disclosure_control.artefacts import delimited
from disclosure_control.artefacts.inside import Inside
from disclosure_control.examined import Examined


def examine(content: bytes, inside: Inside) -> Examined:
    """Read a tab-separated file that may be anybody's.

    Raises:
        Unreadable: it is not text, or its lines do not all have the same number of cells.
    """
    return delimited.examine(content, inside, "\t")
