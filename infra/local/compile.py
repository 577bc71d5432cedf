"""Import what hubs, workspaces and runs load when they start, so that its compiled form is kept beside it.

uv leaves modules uncompiled. A process that may write there mends that as it goes; a sandbox cannot, and would compile
Jupyter anew at every start. Compiling everything that is installed takes four times as long, for modules nobody loads.
"""

from importlib import import_module

LOADED = (
    "jupyterhub.app",
    "jupyterlab.labapp",
    "ipykernel.kernelapp",
    "papermill.cli",
    "matplotlib.pyplot",
    "pandas",
    "polars",
    "duckdb",
    "dask.dataframe",
    "distributed",
    "statsmodels.api",
    "presidio_analyzer",
    "spacy",
    "splink",
    "hub_config.__main__",
    "tre.cli",
    "disclosure_control",
)

for name in LOADED:
    import_module(name)
