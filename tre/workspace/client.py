"""What a researcher calls inside a workspace or run: find out what there is, load it, send outputs to the airlock.

It reads only what the workspace shows (``/data``) and needs nothing of the installation outside.
"""

import http.client
import json
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from tre.core.errors import BadInput, NotFound, TreError, Unavailable
from tre.workspace import paths

if TYPE_CHECKING:
    import pandas

Engine = Literal["pandas", "polars", "duckdb", "dask", "spark"]
DATA: Final = Path(paths.DATA)
RELAY: Final = Path(paths.RELAY)
_TIMEOUT_S: Final = 900.0
# Of a file, uncompressed; a partition of it takes a few times as much in memory.
_PARTITION: Final = "32MiB"


def datasets() -> "pandas.DataFrame":
    """The datasets of this project: a row per column, with type, meaning, quality and the conditions of use.

    Returns:
        A pandas frame with the columns dataset, column, type, description, quality, rows, conditions_of_use; a notebook
        shows it as a page for each dataset.

    Raises:
        Unavailable: there is no project data here, as outside of a workspace or run.
    """
    from tre.workspace.dataset_display import datasets_frame  # noqa: PLC0415 - loads pandas, which the command line need not

    return datasets_frame(_view_description()["datasets"])


def load(name: str, engine: Engine = "pandas", columns: list[str] | None = None) -> Any:
    """One dataset of this project's view.

    Args:
        name: as ``datasets()`` lists it.
        engine: what to load it with. In pandas the person's pseudonym is the index, so that everything computed from
            the frame still knows how many people it speaks of; in the others it is the column ``person_id``.
        columns: only these.

    Returns:
        A pandas DataFrame, polars LazyFrame, DuckDB relation, Dask DataFrame or Spark DataFrame.

    Raises:
        NotFound: there is no such dataset or column in this project.
        BadInput: the engine is none of those.
        Unavailable: there is no project data here, as outside of a workspace or run.
    """
    datasets_frame = {dataset["name"]: dataset for dataset in _view_description()["datasets"]}
    if name not in datasets_frame:
        raise NotFound(f"This project has no dataset '{name}'.", hint=f"It has: {', '.join(datasets_frame)}.")
    column_names = [column["name"] for column in datasets_frame[name]["columns"]]
    if columns is not None and (unknown := [column for column in columns if column not in column_names]):
        raise NotFound(f"'{name}' has no column '{unknown[0]}'.", hint=f"It has: {', '.join(column_names)}.")
    path, unit = DATA / f"{name}.parquet", str(_view_description()["unit"])
    return _open(engine, path, unit, [unit, *(columns if columns is not None else column_names)])


def _open(engine: str, path: Path, unit: str, names: list[str]) -> Any:
    match engine:
        case "pandas":
            import pandas  # noqa: PLC0415

            return pandas.read_parquet(path, columns=names).set_index(unit)
        case "polars":
            import polars  # noqa: PLC0415

            return polars.scan_parquet(path).select(names)
        case "duckdb":
            import duckdb  # noqa: PLC0415

            return duckdb.read_parquet(str(path)).project(", ".join(f'"{column}"' for column in names))
        case "dask":
            import dask.dataframe  # noqa: PLC0415

            # Otherwise one file is one partition, whatever its size.
            return dask.dataframe.read_parquet(path, columns=names, split_row_groups="adaptive", blocksize=_PARTITION)
        case "spark":
            from pyspark.sql import SparkSession  # noqa: PLC0415

            return SparkSession.builder.getOrCreate().read.parquet(str(path)).select(*names)
        case _:
            raise BadInput(
                f"There is no engine '{engine[:20]}'.", hint="Engines: pandas, polars, duckdb, dask and spark."
            )


def request(
    title: str,
    outputs: object = "outputs",
    *,
    context: str,
    update: str | None = None,
    controls: str = "",
    code: str = "",
) -> str:
    """Send a folder of outputs to the airlock; it answers once the check is done.

    Args:
        title: what the outputs are, in a line.
        outputs: the ``Outputs`` session that was finalised, or a folder below the home.
        context: who and what the outputs describe, and why they are needed; the checkers read it.
        update: the id of a request that was returned, to submit it again; the context then says what was changed.
        controls: what was done against disclosure. Not needed beside the record of an ``Outputs`` session.
        code: the notebook or script below the home that made the outputs; the checkers read it, it is never released.

    Returns:
        The request's id, as "req-…"; state and summary are printed.

    Raises:
        Unavailable: there is no way to the airlock from here, as in a run.
        TreError: the airlock refused; the message says why.
    """
    folder = str(getattr(outputs, "folder", outputs))
    answer = send(title, folder, context=context, update=update, controls=controls, code=code)
    print(f"Request {answer['id']}: {answer['state']}. {answer['summary']}")  # noqa: T201 - said to the researcher
    return str(answer["id"])


def requests() -> "pandas.DataFrame":
    """This person's requests in this project.

    Returns:
        A pandas frame, a row a request: id, title, state, round, and what the checkers ask for.

    Raises:
        Unavailable: there is no way to the airlock from here, as in a run.
        TreError: the airlock refused; the message says why.
    """
    import pandas  # noqa: PLC0415

    return pandas.DataFrame(own_requests())


def request_package(name: str, reason: str) -> None:
    """Ask for a Python package that is not here; ``packages()`` tells what became of it.

    Args:
        name: as the package index calls it.
        reason: why it is needed, a line; who answers reads it.

    Raises:
        Unavailable: there is no way to the airlock from here, as in a run.
        TreError: the name or the reason cannot be used; the message says why.
    """
    answer = ask_for_package(name, reason)
    print(f"{answer['package']}: {answer['state']}.")  # noqa: T201 - said to the researcher


def ask_for_package(name: str, reason: str) -> dict[str, Any]:
    """What ``request_package`` does, without a word."""
    return _post("/airlock/packages", {"package": name, "reason": reason})


def packages() -> "pandas.DataFrame":
    """The packages that were asked for in this project.

    Returns:
        A pandas frame, a row a package: who asked, why, the state, and the answer.

    Raises:
        Unavailable: there is no way to the airlock from here, as in a run.
        TreError: the airlock refused; the message says why.
    """
    import pandas  # noqa: PLC0415

    return pandas.DataFrame(package_requests())


def package_requests() -> list[dict[str, Any]]:
    """What ``packages`` shows, as plain records."""
    records: list[dict[str, Any]] = _call("GET", "/airlock/packages", None)["packages"]
    return records


def send(
    title: str, folder: str, *, context: str, update: str | None = None, controls: str = "", code: str = ""
) -> dict[str, Any]:
    """What ``request`` does, without a word: the airlock's answer with id, state and summary. Raises as it does."""
    relative = os.path.relpath(Path(folder).absolute(), Path.home())
    message = {"title": title, "context": context, "folder": relative, "request": update}
    if controls:
        message["controls"] = controls
    if code:
        message["code"] = os.path.relpath(Path(code).absolute(), Path.home())
    return _post("/airlock/requests", message)


def own_requests() -> list[dict[str, Any]]:
    """What ``requests`` shows, as plain records."""
    records: list[dict[str, Any]] = _call("GET", "/airlock/requests", None)["requests"]
    return records


def in_workspace() -> bool:
    """Whether this runs inside a workspace, whose one way out is its relay."""
    return RELAY.parent.is_dir() and DATA.is_dir()


def _view_description() -> dict[str, Any]:
    try:
        datasets_frame: dict[str, Any] = json.loads((DATA / "view.json").read_text())
    except OSError:
        raise Unavailable("There is no project data here.", hint="Call this in a workspace or a run.") from None
    return datasets_frame


class _Relay(http.client.HTTPConnection):
    """HTTP over the workspace's one unix socket."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_TIMEOUT_S)
        self.sock.connect(str(RELAY))


def _post(path: str, message: dict[str, Any]) -> dict[str, Any]:
    return _call("POST", path, json.dumps(message))


def _call(method: str, path: str, body: str | None) -> dict[str, Any]:
    connection = _Relay("airlock")
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
    except FileNotFoundError:
        raise Unavailable(
            "There is no way to the airlock from here.",
            hint="In a run, outputs are submitted from outside: 'tre request create --run'.",
        ) from None
    except (OSError, ValueError, http.client.HTTPException):
        raise Unavailable("The airlock does not answer.", hint="Try again in a minute.") from None
    finally:
        connection.close()
    if response.status >= 400:
        raise TreError(str(answer.get("message", "The airlock refused the request.")), hint=str(answer.get("hint", "")))
    return answer
