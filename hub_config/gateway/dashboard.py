"""The page of a Dask dashboard, built here: pure. What it shows comes over a web socket, as data.

A dashboard is a server of the researcher's own making, inside the sandbox. None of its pages and scripts reach a
browser: this page draws what it says with this installation's own BokehJS, under a policy that runs no script which
the data may hold.
"""

import html
from typing import Final

# Dask's own names of the pages that its dashboard has, and ours.
PAGES: Final = {
    "status": "Status",
    "workers": "Workers",
    "tasks": "Tasks",
    "system": "System",
    "profile": "Profile",
    "graph": "Graph",
}
# BokehJS in parts, in the order in which they load.
SCRIPTS: Final = ("bokeh.min.js", "bokeh-widgets.min.js", "bokeh-tables.min.js")
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} – Dask dashboard</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="icon" type="image/x-icon" href="{base}static/favicons/favicon.ico">
<link rel="stylesheet" href="{base}gateway/dashboard.css">
<script src="{base}gateway/guard.js"></script>
{scripts}
<script defer src="{base}gateway/dashboard.js"></script>
</head><body>
<header><nav aria-label="Pages of the dashboard"><ul>{links}</ul></nav></header>
<h1>{title}</h1>
<p id="state" role="status">Opening …</p>
<main id="dashboard" data-page="{page}"></main>
</body></html>
"""


def build(base: str, port: str, page: str) -> str:
    """One page of the dashboard on a port.

    Args:
        base: the workspace's address.
        port: where the dashboard listens in the sandbox.
        page: one of ``PAGES``.
    """
    own = html.escape(base)
    links = "".join(
        f'<li><a href="{own}proxy/{port}/{name}"{" aria-current=page" if name == page else ""}>{title}</a></li>'
        for name, title in PAGES.items()
    )
    scripts = "\n".join(f'<script defer src="{own}gateway/bokeh/{name}"></script>' for name in SCRIPTS)
    return _PAGE.format(base=own, title=PAGES[page], page=page, links=links, scripts=scripts)
