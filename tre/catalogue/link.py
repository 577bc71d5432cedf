"""Find the records of one person in two datasets; the result is a spine and its quality.

The spine gives every record of both datasets a person key; linked records share one. It holds no identifier and no
attribute. The matching itself is an adapter's (Splink); the truth, where one is known, only measures the result.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import polars

from tre.audit.events import Action, Event
from tre.catalogue.contract import Column, Contract, read_contract
from tre.catalogue.ports import DatasetVersion, Link, LinkStore, Pair, RecordLinker
from tre.core import clock, digest
from tre.core.errors import BadInput


def link(
    left: DatasetVersion,
    right: DatasetVersion,
    linker: RecordLinker,
    store: LinkStore,
    *,
    links: Path,
    actor: str,
    now: datetime,
    truth: Path | None = None,
) -> Link:
    """Link two dataset versions and register the spine.

    Args:
        links: the folder under which spines lie.
        truth: CSV with the two datasets' keys of every true pair, one column each in the order left, right.
            It measures precision, recall and F1 and is never shown to the linker.

    Raises:
        BadInput: the datasets share no identifier of the same meaning, or the truth cannot be read.
    """
    contracts = [read_contract(version.contract_path.read_text()) for version in (left, right)]
    shared = shared_identifiers(*contracts)
    pairs = one_to_one(linker.match(left.identifiers_path, right.identifiers_path, shared))
    quality = {
        "linked_pairs": float(len(pairs)),
        "left_linked_share": len(pairs) / left.rows,
        "right_linked_share": len(pairs) / right.rows,
        "mean_probability": sum(pair.probability for pair in pairs) / len(pairs) if pairs else 0.0,
    }
    if truth is not None:
        quality |= against_truth(pairs, _true_pairs(truth, left, right, contracts))
    identifier = f"link-{secrets.token_hex(4)}"
    path = links / f"{identifier}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    spine(left, right, pairs).write_parquet(path)
    result = Link(
        id=identifier,
        datasets=(left.dataset, right.dataset),
        versions=(left.version, right.version),
        spine_path=path,
        spine_digest=digest.of_file(path),
        quality=quality,
        made_at=clock.text(now),
    )
    details = {
        "datasets": [f"{version.dataset}/{version.version}" for version in (left, right)],
        "spine_digest": result.spine_digest,
        "linked_pairs": len(pairs),
    }
    store.add_link(result, Event(Action.LINK_MADE, actor, identifier, now, details))
    return result


def shared_identifiers(left: Contract, right: Contract) -> list[Column]:
    """The identifiers that mean the same in both contracts and bear the same name, the keys excepted.

    Raises:
        BadInput: there are fewer than two.
    """
    of_right = {(column.name, column.semantic_type) for column in right.identifiers if column.name != right.key}
    shared = [
        column
        for column in left.identifiers
        if column.semantic_type and column.name != left.key and (column.name, column.semantic_type) in of_right
    ]
    if len(shared) < 2:
        raise BadInput(
            f"'{left.dataset}' and '{right.dataset}' share fewer than two identifiers, so they cannot be linked.",
            hint="Give identifiers of the same meaning the same name and semanticType in both contracts.",
        )
    return shared


def one_to_one(pairs: Iterable[Pair]) -> list[Pair]:
    """The most probable pairs such that no record stands in two, ties broken by key."""
    taken_left: set[str] = set()
    taken_right: set[str] = set()
    best = []
    for pair in sorted(pairs, key=lambda pair: (-pair.probability, pair.left_key, pair.right_key)):
        if pair.left_key not in taken_left and pair.right_key not in taken_right:
            taken_left.add(pair.left_key)
            taken_right.add(pair.right_key)
            best.append(pair)
    return best


def spine(left: DatasetVersion, right: DatasetVersion, pairs: Sequence[Pair]) -> polars.DataFrame:
    """A row per record of either dataset: dataset, row_key, person_key; linked records share the person_key."""
    partner = {pair.right_key: pair.left_key for pair in pairs}
    left_keys = polars.read_parquet(left.identifiers_path, columns=["row_key"])["row_key"].to_list()
    right_keys = polars.read_parquet(right.identifiers_path, columns=["row_key"])["row_key"].to_list()
    person_of_left = {key: secrets.token_hex(16) for key in left_keys}
    people = [*person_of_left.values()]
    people += [person_of_left[partner[key]] if key in partner else secrets.token_hex(16) for key in right_keys]
    return polars.DataFrame(
        {
            "dataset": [left.dataset] * len(left_keys) + [right.dataset] * len(right_keys),
            "row_key": left_keys + right_keys,
            "person_key": people,
        }
    )


def against_truth(pairs: Sequence[Pair], truth: set[tuple[str, str]]) -> dict[str, float]:
    """Precision, recall and F1 of the pairs (shares, 0 to 1) against all true pairs of row keys.

    >>> against_truth([Pair("a", "x", 1.0), Pair("b", "y", 0.9)], {("a", "x"), ("b", "z")})
    {'precision': 0.5, 'recall': 0.5, 'f1': 0.5}
    """
    right = sum((pair.left_key, pair.right_key) in truth for pair in pairs)
    precision = right / len(pairs) if pairs else 0.0
    recall = right / len(truth) if truth else 0.0
    total = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / total if total else 0.0}


def _true_pairs(
    truth: Path, left: DatasetVersion, right: DatasetVersion, contracts: Sequence[Contract]
) -> set[tuple[str, str]]:
    try:
        truth_rows = polars.read_csv(truth, infer_schema=False)
    except (OSError, polars.exceptions.PolarsError):
        raise BadInput(f"The truth file '{truth.name}' cannot be read.") from None
    if truth_rows.width != 2:
        raise BadInput(f"The truth file '{truth.name}' must have two columns: the key of either dataset.")
    keys = []
    for version, contract in zip((left, right), contracts, strict=True):
        frame = polars.read_parquet(version.identifiers_path, columns=[contract.key, "row_key"])
        keys.append(dict(zip(frame[contract.key].to_list(), frame["row_key"].to_list(), strict=True)))
    pairs = zip(truth_rows[:, 0].to_list(), truth_rows[:, 1].to_list(), strict=True)
    return {(keys[0].get(left_person, ""), keys[1].get(right_person, "")) for left_person, right_person in pairs}
