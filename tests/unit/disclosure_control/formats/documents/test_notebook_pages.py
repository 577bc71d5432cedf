"""Pages inside notebooks."""

import json

from disclosure_control.core.content import FileContent
from disclosure_control.formats.sniff import examine


def notebook_with(page: str) -> FileContent:
    """What is read of a notebook with one output that is a page."""
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": page}}
    cell = {"cell_type": "code", "metadata": {}, "source": "", "execution_count": None, "outputs": [output]}
    document = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return examine("book.ipynb", json.dumps(document).encode())


def test_a_style_in_a_page_hides_there_too() -> None:
    examined = notebook_with("<style>td:nth-child(2){display:none}</style><table><tr><td>1<td>secret</table>")
    assert b"secret" not in (examined.clean or b"")
    assert "secret" in [text.text for text in examined.texts]
