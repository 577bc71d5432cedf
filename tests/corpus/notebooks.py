"""Notebooks, and what an output can carry."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.corpus.case import MARKER, NHS, Case, counts, people
from tests.corpus.pictures import picture


def written(*cells: Any, **metadata: Any) -> bytes:
    book = new_notebook(cells=list(cells), metadata={"language_info": {"name": "python"}, **metadata})
    return str(nbformat.writes(book)).encode()


def shown(data: dict[str, Any], **metadata: Any) -> Any:
    return new_code_cell("show()", outputs=[new_output("display_data", data=data, metadata=metadata)])


def leaks() -> Iterator[Case]:
    import plotly.express as px

    hidden = "artefact.hidden-content"
    scatter = json.loads(px.scatter(people(), x="age", y="pay").to_json())
    place = "cell 1, output 1 (application/vnd.plotly.v1+json)"
    yield Case("plotly.ipynb", written(shown({"application/vnd.plotly.v1+json": scatter})), "figure.points", place)
    noted = written(shown({"text/plain": "ok"}, rows=f"{MARKER} {NHS}"))
    yield Case("metadata.ipynb", noted, hidden, "cell 1, output 1 (metadata)", hidden=True)
    wrong = new_output("error", ename="KeyError", evalue=MARKER, traceback=[f"KeyError: {MARKER} {NHS}"])
    trace = written(new_code_cell("x", outputs=[wrong]))
    yield Case("traceback.ipynb", trace, hidden, "cell 1, output 1 (traceback)", hidden=True)
    cell = new_markdown_cell("text", attachments={"a.png": {"image/png": base64.b64encode(MARKER.encode()).decode()}})
    yield Case("attachment.ipynb", written(cell), hidden, "cell 1, attachments", hidden=True)
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"a": {"value": f"{MARKER} {NHS}"}}}}
    yield Case("widgets.ipynb", written(widgets=state), hidden, "the metadata: widgets", hidden=True)
    given = {"parameters": {"who": f"{MARKER} {NHS}"}}
    yield Case("parameters.ipynb", written(papermill=given), hidden, "the metadata: papermill", hidden=True)
    page = written(shown({"text/html": f"<p>ok</p><!-- {MARKER} -->"}))
    yield Case("comment.ipynb", page, hidden, "cell 1, output 1 (text/html), line 1", hidden=True)
    code = written(shown({"application/javascript": f"send('{MARKER}')"}))
    yield Case("program.ipynb", code, hidden, "cell 1, output 1 (application/javascript)", hidden=True)
    few = counts().assign(women=[3, 340, 210])
    place = "cell 1, output 1 (text/html), table 1, row 2"
    yield Case("small.ipynb", written(shown({"text/html": few.to_html()})), "table.small-count", place)
    image = base64.b64encode(picture(secret=f"{MARKER} {NHS}")).decode()
    place = "cell 1, output 1 (image/png), chunks tEXt"
    yield Case("picture.ipynb", written(shown({"image/png": image})), hidden, place, hidden=True)
    source = written(new_code_cell("x = 1\nwho = '943 476 5919'"))
    yield Case("source.ipynb", source, "pii.nhs-number", "cell 1, line 2")


def twins() -> Iterator[Case]:
    image = base64.b64encode(picture()).decode()
    outputs = [
        new_output("stream", name="stdout", text="fitted\n"),
        new_output("execute_result", data={"text/plain": "area  n", "text/html": counts().to_html()}),
        new_output("display_data", data={"image/png": image, "text/plain": "<Figure size 640x480 with 1 Axes>"}),
    ]
    yield Case("clean.ipynb", written(new_markdown_cell("# Results"), new_code_cell("fit()", outputs=outputs)))
