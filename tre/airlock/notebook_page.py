"""A notebook as one page: what nbconvert makes of it, rebuilt by the check's own allow-list. It runs nothing."""

from typing import Final

import nbformat
from nbconvert import HTMLExporter

import disclosure_control as sdc
from disclosure_control.formats.sniff import examine
from tre.core.errors import BadInput

MAX_BYTES: Final = 50_000_000


def notebook_page(content: bytes) -> bytes:
    """The page of a notebook that may be anybody's: text, tables and pictures that it carries, and nothing else.

    The notebook is rebuilt first, so that the page holds no more than what would be released.

    Raises:
        BadInput: it is no notebook, cannot be rebuilt, or is too large.
    """
    if len(content) > MAX_BYTES:
        raise BadInput("The notebook is too large for a page.")
    try:
        rebuilt = examine("notebook.ipynb", content).clean or b""
        book = nbformat.reads(rebuilt.decode(), as_version=4)  # type: ignore[no-untyped-call]
        exporter = HTMLExporter(template_name="basic")  # type: ignore[no-untyped-call]
        page, _ = exporter.from_notebook_node(book)
        return examine("page.html", f"<main>{page}</main>".encode()).clean or b""
    except sdc.DisclosureError as error:
        raise BadInput(error.message, hint=error.hint) from error
