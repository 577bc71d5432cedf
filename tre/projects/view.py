"""The columns that a project needs, under its own pseudonyms, and nothing else.

A view is one Parquet file per dataset: ``person_id`` (this project's pseudonym of a person, the same in all its
datasets) and the granted columns. Identifiers, row keys and person keys stay behind. Rows are ordered by pseudonym, so
that their order says nothing about the delivery and cannot join two projects.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import polars
import pyarrow as pa
import pyarrow.parquet as pq

from tre.catalogue.contract import Contract, read_contract
from tre.catalogue.ports import DatasetVersion, Link
from tre.catalogue.pseudonyms import VERSION, project_key, pseudonyms
from tre.catalogue.quality import Measure
from tre.core import digest
from tre.core.errors import BadInput
from tre.core.ids import DatasetId, ProjectId
from tre.projects.project import Project

DOMAIN: Final = "person"
UNIT: Final = "person_id"
POLICY_FILE: Final = "policy.toml"
NUMBERS: Final = "number"
DESCRIPTION_FILE: Final = "view.json"


def check_columns_can_be_granted(contract: Contract, columns: tuple[str, ...]) -> None:
    """Raise BadInput unless every column is in the contract and none is an identifier."""
    names = {column.name for column in contract.attributes}
    for name in columns:
        if name in {column.name for column in contract.identifiers}:
            raise BadInput(
                f"Column '{name}' of '{contract.dataset}' is an identifier and cannot be granted.",
                hint="The view carries the project's own pseudonym in its place.",
            )
        if name not in names:
            raise BadInput(
                f"Dataset '{contract.dataset}' has no column '{name}'.", hint=f"It has: {', '.join(sorted(names))}."
            )
    if not columns or len(set(columns)) != len(columns):
        raise BadInput(f"Grant at least one column of '{contract.dataset}', each once.")


def view(
    project: Project,
    versions: Mapping[DatasetId, DatasetVersion],
    link: Link | None,
    *,
    master: bytes,
    folder: Path,
    numbers: Path,
) -> dict[DatasetId, str]:
    """Write the project's view into ``folder`` and return each file's digest.

    Args:
        link: the spine over the datasets; needed when there is more than one.
        master: the environment's master key; it is used here and kept nowhere.
        folder: what workspaces see.
        numbers: where to write the numbers of people, by which outputs of several projects are compared.

    Raises:
        BadInput: a column cannot be granted, or several datasets have no link.
    """
    if len(versions) > 1 and link is None:
        raise BadInput("A project on more than one dataset needs them linked.", hint="Use 'tre link run' first.")
    key = project_key(master, project.id, DOMAIN)
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    digests: dict[DatasetId, str] = {}
    described = []
    people: set[str] = set()
    for dataset, version in versions.items():
        contract = read_contract(version.contract_path.read_text())
        columns = project.columns[dataset]
        check_columns_can_be_granted(contract, columns)
        path = folder / f"{dataset}.parquet"
        partial = path.with_suffix(".partial")
        rows, persons = _rows_of(version, link, columns)
        people |= set(persons)
        named = rows.insert_column(0, polars.Series(UNIT, pseudonyms(key, DOMAIN, persons))).sort(UNIT)
        named.write_parquet(partial)
        partial.replace(path)
        digests[dataset] = digest.of_file(path)
        described.append(_description(contract, version, columns, digests[dataset]))
    scheme = link.id if link else "rows of " + ", ".join(f"{v.dataset}@{v.version}" for v in versions.values())
    _write_numbers(people, scheme, project.id, master, numbers)
    (folder / POLICY_FILE).write_text(project.policy)
    described_view = {"project": project.id, "title": project.title, "unit": UNIT, "datasets": described}
    (folder / DESCRIPTION_FILE).write_text(json.dumps(described_view, indent=1, ensure_ascii=False))
    return digests


def _write_numbers(people: set[str], scheme: str, project: ProjectId, master: bytes, path: Path) -> None:
    """The number of each person of a view, which is the same in every project on the same link or dataset.

    By it the airlock compares outputs of several projects; it never enters a workspace. Numbers have 32 bits: of a
    million people some hundred pairs share one, and a difference of exactly such two would be missed.
    """
    persons = sorted(people)
    number_key = project_key(master, ProjectId(""), NUMBERS)
    digits = [name.removeprefix(f"{VERSION}:")[:8] for name in pseudonyms(number_key, NUMBERS, persons)]
    table = pa.table(
        {
            UNIT: pseudonyms(project_key(master, project, DOMAIN), DOMAIN, persons),
            "number": pa.array([int(eight, 16) for eight in digits], pa.uint32()),
        }
    )
    table = table.sort_by(UNIT).replace_schema_metadata({"scheme": scheme})
    pq.write_table(table, path)
    path.chmod(0o600)


def _rows_of(
    version: DatasetVersion, link: Link | None, columns: tuple[str, ...]
) -> tuple[polars.DataFrame, list[str]]:
    """The granted columns, and whose each row is."""
    rows = polars.read_parquet(version.attributes_path, columns=["row_key", *columns])
    if link is None:
        people = rows["row_key"].to_list()
    else:
        spine = polars.read_parquet(link.spine_path).filter(polars.col("dataset") == version.dataset)
        rows = rows.join(spine.select("row_key", "person_key"), on="row_key", how="inner", validate="1:1")
        people = rows["person_key"].to_list()
    return rows.select(columns), people


def _description(
    contract: Contract, version: DatasetVersion, columns: tuple[str, ...], sha256: str
) -> dict[str, object]:
    described = {column.name: column for column in contract.attributes}
    return {
        "name": contract.dataset,
        "title": contract.title,
        "description": contract.description,
        "owner": contract.owner,
        "version": version.version,
        "rows": version.rows,
        "sha256": sha256,
        "conditions_of_use": list(contract.conditions_of_use),
        "columns": [
            {
                "name": name,
                "type": described[name].type.value,
                "description": described[name].description,
                "quality": _quality(version.measures, name),
            }
            for name in columns
        ],
    }


def _quality(measures: Sequence[Measure], column: str) -> str:
    """What was measured of a column when its delivery was registered, in words."""
    of_column = [measure for measure in measures if measure.column == column]
    failed = [f"{m.rule}: not in {m.failed} of {m.checked} rows" for m in of_column if m.failed]
    return "; ".join(failed) or f"keeps its {len(of_column)} rules in every row"
