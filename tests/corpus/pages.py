"""HTML with charts, styled tables and things that are not seen."""

import json
from collections.abc import Iterator

from tests.corpus.case import MARKER, NHS, Case, counts, means, people

PAGE = "<!DOCTYPE html><html><head><title>Results</title></head><body><h1>Results</h1>{}</body></html>"


def leaks() -> Iterator[Case]:
    import altair
    import plotly.express as px
    import plotly.io
    from bokeh.embed import file_html
    from bokeh.plotting import figure
    from bokeh.resources import CDN

    records = people()
    histogram = px.histogram(records, x="pay")
    inside = plotly.io.to_html(histogram, include_plotlyjs="cdn").encode()
    yield Case("plotly-histogram.html", inside, "figure.points", "script", hidden=False)
    whole = plotly.io.to_html(px.scatter(records, x="age", y="pay", hover_data=["patient_id"]), include_plotlyjs=True)
    yield Case("plotly-scatter.html", whole.encode(), "figure.points", "script")
    drawn = altair.Chart(records).mark_bar().encode(x="area", y="count()")
    yield Case("altair-bars.html", drawn.to_html().encode(), "microdata.records", "script")
    yield Case("altair.json", drawn.to_json().encode(), "microdata.records", "chart data 1")
    plot = figure(width=300, height=300)
    plot.scatter(records["age"], records["pay"])
    yield Case("bokeh.html", file_html(plot, CDN, "t").encode(), "figure.points", "script")
    yield Case("plotly.json", histogram.to_json().encode(), "figure.points", "chart data 1")
    hidden = "artefact.hidden-content"
    comment = PAGE.format(f"<!-- {MARKER} {NHS} --><p>Fine.</p>")
    yield Case("comment.html", comment.encode(), hidden, "line 1: a comment", hidden=True)
    unseen = PAGE.format(f'<p>Fine.</p>\n<div style="display: none">patient {NHS}</div>')
    yield Case("unseen.html", unseen.encode(), hidden, "line 2")
    script = PAGE.format(f"<script>var rows = '{MARKER}';</script><p>Fine.</p>")
    yield Case("script.html", script.encode(), "artefact.active-content", "line 1: script", hidden=True)
    handler = PAGE.format(f"<p onclick=\"send('{MARKER}')\">Fine.</p>")
    yield Case("handler.html", handler.encode(), "artefact.active-content", "line 1", hidden=True)
    attribute = PAGE.format(f'<p title="{NHS}" data-row="{MARKER}">Fine.</p>')
    yield Case("attribute.html", attribute.encode(), "pii.nhs-number", "attribute of p", hidden=True)
    frame = PAGE.format(f'<iframe src="https://example.org/{MARKER}"></iframe><p>Fine.</p>')
    yield Case("frame.html", frame.encode(), "artefact.active-content", "iframe", hidden=True)
    yield from _split()
    few = counts().assign(women=[3, 340, 210])
    yield Case("styler.html", few.style.to_html().encode(), "table.small-count", "table 1, row 2")
    yield Case("table.html", few.to_html().encode(), "table.small-count", "table 1, row 2")


def _split() -> Iterator[Case]:
    """A number whose parts stand in several elements, and words that some parsers take for a style sheet."""
    number = NHS.replace(" ", "")
    letters = "".join(f"<b>{digit}</b>" for digit in number)
    for name, split in {
        "wbr": f"{number[:6]}<wbr>{number[6:]}",
        "comment": f"{number[:6]}<!-- -->{number[6:]}",
        "empty": f"{number[:6]}<a></a>{number[6:]}",
        "script": f"{number[:6]}<script></script>{number[6:]}",
        "letters": letters,
    }.items():
        yield Case(f"split-{name}.html", PAGE.format(f"<p>NHS {split}</p>").encode(), "pii.nhs-number", "line 1")
    for name in ("xmp", "plaintext", "textarea"):
        page = PAGE.format(f"<p>Fine.</p>\n<{name}><style>NHS {number}</{name}>")
        yield Case(f"raw-{name}.html", page.encode(), "pii.nhs-number", "line 2")


def twins() -> Iterator[Case]:
    import altair
    import plotly.graph_objects as go
    import plotly.io

    yield Case("clean.html", PAGE.format(counts().to_html(index=False)).encode())
    yield Case("clean-styler.html", means().style.hide().to_html().encode())
    bars = go.Figure(go.Bar(x=["North", "South"], y=[250, 650]))
    yield Case("clean-plotly.html", plotly.io.to_html(bars, include_plotlyjs="cdn").encode())
    yield Case("clean-altair.html", altair.Chart(means()).mark_bar().encode(x="area", y="mean_age").to_html().encode())
    yield Case("clean-plotly.json", json.dumps(json.loads(bars.to_json())).encode())
