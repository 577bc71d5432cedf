"""A delivery becomes a dataset version, or is refused with the rule, the column and the count.

Identifiers and attributes are split at the door: from here on they lie in two Parquet files which share nothing but a
random row key, and only linkage opens the identifiers.
"""

import csv
import secrets
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars

from tre.audit.events import Action, Event
from tre.catalogue.contract import Contract, read_contract
from tre.catalogue.ports import DatasetStore, DatasetVersion
from tre.catalogue.quality import Dimension, Measure, cast, measure
from tre.core import clock, digest
from tre.core.errors import BadInput, NotFound


def ingest(
    contract_path: Path, delivery_path: Path, store: DatasetStore, *, datasets: Path, actor: str, now: datetime
) -> DatasetVersion:
    """Check a delivery against its contract and register it as the dataset's next version.

    Args:
        delivery_path: CSV (UTF-8, with a header) or Parquet.
        datasets: the folder under which versions lie.

    Raises:
        BadInput: the contract or the delivery cannot be read, or the delivery breaks its contract. Nothing is
            registered; a refusal is written to the audit log.
    """
    text = _read_text(contract_path)
    contract = read_contract(text)
    frame = read_delivery(delivery_path, contract)
    typed, measures = cast(frame, contract)
    measures = [*measures, *measure(typed, contract), _row_count(typed, contract)]
    delivery_digest = digest.of_file(delivery_path)
    broken = [item for item in measures if not item.kept]
    if broken:
        store.note(_refusal(contract, delivery_digest, broken, actor, now))
        raise BadInput(refusal_text(contract, broken), hint="Nothing was registered; ask the department to mend it.")
    number = _next_number(store, contract)
    folder = datasets / contract.dataset / str(number)
    _write(folder, typed, contract, text)
    version = DatasetVersion(
        dataset=contract.dataset,
        version=number,
        title=contract.title,
        contract_digest=contract.digest,
        delivery_digest=delivery_digest,
        rows=len(typed),
        registered_at=clock.text(now),
        folder=folder,
        measures=tuple(measures),
    )
    details = {
        "version": number,
        "contract_digest": contract.digest,
        "delivery_digest": delivery_digest,
        "rows": len(typed),
        "attributes_digest": digest.of_file(version.attributes_path),
    }
    store.add_version(version, Event(Action.DATASET_INGESTED, actor, contract.dataset, now, details))
    return version


def read_delivery(path: Path, contract: Contract) -> polars.DataFrame:
    """The delivery as given, after its header was compared with the contract.

    Raises:
        BadInput: it cannot be read, or its columns are not the contract's.
    """
    try:
        if path.suffix == ".parquet":
            frame = polars.read_parquet(path)
        else:
            _check_header(path)
            frame = polars.read_csv(path, infer_schema=False)
    except (OSError, UnicodeDecodeError, polars.exceptions.PolarsError) as error:
        raise BadInput(
            f"The delivery '{path.name}' cannot be read ({type(error).__name__}).",
            hint="Deliver CSV in UTF-8 with a header, or Parquet.",
        ) from None
    expected = {column.name for column in contract.columns}
    missing, extra = sorted(expected - set(frame.columns)), sorted(set(frame.columns) - expected)
    if missing or extra:
        parts = [
            f"{len(names)} {what}: {', '.join(names[:5])}" for what, names in _labelled_names(missing, extra) if names
        ]
        raise BadInput(f"The columns of '{path.name}' are not the contract's ({'; '.join(parts)}).")
    return frame


def _labelled_names(missing: list[str], extra: list[str]) -> list[tuple[str, list[str]]]:
    return [("missing", missing), ("not in the contract", [name[:40] for name in extra])]


def _check_header(path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise BadInput(f"The delivery '{path.name}' has a column twice: {', '.join(name[:40] for name in twice)}.")


def refusal_text(contract: Contract, broken: Sequence[Measure]) -> str:
    """What is wrong, a clause per broken rule: rule, column and count."""
    clauses = [f"{item.rule} in column '{item.column}': {item.failed} of {item.checked}" for item in broken[:8]]
    more = f"; and {len(broken) - 8} more" if len(broken) > 8 else ""
    return f"The delivery breaks the contract of '{contract.dataset}' ({'; '.join(clauses)}{more})."


def _refusal(contract: Contract, delivered: str, broken: Sequence[Measure], actor: str, now: datetime) -> Event:
    rules = [{"rule": item.rule, "column": item.column, "count": item.failed} for item in broken]
    details = {"contract_digest": contract.digest, "delivery_digest": delivered, "broken_rules": rules}
    return Event(Action.DATASET_REFUSED, actor, contract.dataset, now, details)


def _row_count(frame: polars.DataFrame, contract: Contract) -> Measure:
    short = max(0, contract.min_rows - len(frame))
    return Measure(Dimension.COMPLETENESS, f"at least {contract.min_rows} rows", "(rows)", len(frame), short)


def _next_number(store: DatasetStore, contract: Contract) -> int:
    try:
        return store.version(contract.dataset).version + 1
    except NotFound:
        return 1


def _write(folder: Path, typed: polars.DataFrame, contract: Contract, text: str) -> None:
    if folder.exists():  # left by an ingest that was cut off before it registered
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700)
    keyed = typed.with_columns(polars.Series("row_key", [secrets.token_hex(12) for _ in range(len(typed))]))
    keyed = keyed.sort("row_key")  # delivery order could join the two files again
    identifiers = [column.name for column in contract.identifiers]
    attributes = [column.name for column in contract.attributes]
    keyed.select("row_key", *identifiers).write_parquet(folder / "identifiers.parquet")
    keyed.select("row_key", *attributes).write_parquet(folder / "attributes.parquet")
    (folder / "contract.yaml").write_text(text)


def _read_text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"The contract '{path.name}' cannot be read.") from None
