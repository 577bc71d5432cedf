"""What ``tre.datasets()`` gives: a pandas frame that a notebook shows as a page for each dataset.

Columns, meaning, quality and conditions of use come from the view's own description; nothing of the data is read.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import pandas as pd


class Datasets(pd.DataFrame):
    """A row per column of the project's datasets. What is selected from it is an ordinary frame."""

    def _repr_html_(self) -> str:
        """The datasets as a notebook shows them."""
        return "".join(_page(dataset) for dataset in self.attrs["datasets"])


def datasets_frame(datasets: Iterable[Mapping[str, Any]]) -> Datasets:
    """The frame of a view's description."""
    descriptions = list(datasets)
    rows = [
        {
            "dataset": dataset["name"],
            "column": column["name"],
            "type": column["type"],
            "description": column["description"],
            "quality": column.get("quality", ""),
            "rows": dataset["rows"],
            "conditions_of_use": " ".join(dataset["conditions_of_use"]),
        }
        for dataset in descriptions
        for column in dataset["columns"]
    ]
    frame = Datasets(rows)
    frame.attrs["datasets"] = descriptions
    return frame


def _page(dataset: Mapping[str, Any]) -> str:
    about = [
        f"{dataset['rows']:,} rows in the delivery",
        *(f"{label} {dataset[key]}" for key, label in (("version", "version"), ("owner", "from")) if dataset.get(key)),
    ]
    conditions = "".join(f"<li>{_text(condition)}</li>" for condition in dataset["conditions_of_use"])
    columns = "".join(_row(column) for column in dataset["columns"])
    heads = "".join(
        f'<th scope="col" style="text-align:left">{head}</th>' for head in ("Column", "Type", "Meaning", "Quality")
    )
    return (
        f"<h4>{_text(dataset.get('title') or dataset['name'])} "
        f'<code>tre.load("{_text(dataset["name"])}")</code></h4>'
        f"<p>{_text(dataset.get('description', ''))} ({_text('; '.join(about))})</p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{columns}</tbody></table>"
        f"<p>Conditions of use:</p><ul>{conditions or '<li>None were set.</li>'}</ul>"
    )


def _row(column: Mapping[str, Any]) -> str:
    cells = [
        f"<code>{_text(column['name'])}</code>",
        *(_text(column.get(key, "")) for key in ("type", "description", "quality")),
    ]
    return "<tr>" + "".join(f'<td style="text-align:left;white-space:normal">{cell}</td>' for cell in cells) + "</tr>"


def _text(value: object) -> str:
    return escape(str(value))
