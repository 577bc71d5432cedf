"""Record linkage by Splink on DuckDB: the Fellegi–Sunter model, trained without any known pair.

u-probabilities come from random pairs with a fixed seed, m-probabilities from expectation maximisation on two blocks,
and each record is matched to at most one of the other side. Which comparison a column gets follows from its semantic
type: one table, below.
"""

import logging
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from tre.catalogue.contract import Column
from tre.catalogue.ports import Pair

SEED: Final = 20240229
MATCH_THRESHOLD: Final = 0.5  # probability; above it a pair is more likely one person than two
UNTRAINED_PRIOR_RECALL: Final = 0.8  # assumed recall of the exact rules that set the prior
LEFT: Final = "left_records"
RIGHT: Final = "right_records"


def _exact(name: str) -> Any:
    return compare.ExactMatch(name).configure(term_frequency_adjustments=True)


def _digits(name: str) -> Any:
    return compare.DamerauLevenshteinAtThresholds(name, [1, 2])


def _name(name: str) -> Any:
    return compare.JaroWinklerAtThresholds(name, [0.92, 0.8]).configure(term_frequency_adjustments=True)


COMPARISONS: Final[dict[str, Callable[[str], Any]]] = {
    "given-name": _name,
    "surname": _name,
    "date-of-birth": _digits,
    "street-number": _exact,
    "street": _name,
    "locality": _name,
    "postcode": _digits,
    "region": _exact,
    "person-number": _digits,
}

# Pairs are looked at when they agree on any of these; a rule counts only where both datasets have its columns.
BLOCKS: Final = (
    ("person-number",),
    ("given-name", "surname"),
    ("given-name", "date-of-birth"),
    ("surname", "date-of-birth"),
    ("surname", "postcode"),
    ("given-name", "postcode"),
    ("date-of-birth", "postcode"),
    ("street", "postcode"),
    ("locality", "date-of-birth"),
)
TRAINING_BLOCKS: Final = (("surname",), ("date-of-birth",))


class SplinkLinker:
    """The ``RecordLinker`` port, on Splink 5."""

    def match(self, left: Path, right: Path, shared: Sequence[Column]) -> list[Pair]:
        """Pairs, at most one for each record of either side; see the port."""
        logging.getLogger("splink").setLevel(logging.ERROR)
        with duckdb.connect() as connection, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            linker = self._linker(connection, left, right, shared)
            self._train(linker, shared)
            predicted = linker.inference.predict(threshold_match_probability=MATCH_THRESHOLD)
            rows = connection.execute(
                f"SELECT row_key_l, row_key_r, match_probability, source_dataset_l FROM {predicted.physical_name}"  # noqa: S608
            ).fetchall()
        # Splink orders a pair's sides by its own rule; which side is left is ours to restore.
        return [Pair(a, b, float(p)) if source == LEFT else Pair(b, a, float(p)) for a, b, p, source in rows]

    def _linker(
        self, connection: duckdb.DuckDBPyConnection, left: Path, right: Path, shared: Sequence[Column]
    ) -> Linker:
        api = DuckDBAPI(connection)
        frames = []
        for name, path in ((LEFT, left), (RIGHT, right)):
            columns = ", ".join(_cleaned(item.name) for item in shared)
            connection.execute(
                f"CREATE TABLE {name} AS SELECT row_key, {columns} FROM read_parquet(?) ORDER BY row_key",  # noqa: S608
                [str(path)],
            )
            frames.append(api.register(name, dataset_display_name=name))
        settings = SettingsCreator(
            link_type="link_only",
            unique_id_column_name="row_key",
            comparisons=[COMPARISONS[item.semantic_type](item.name) for item in shared],
            blocking_rules_to_generate_predictions=[block_on(*names) for names in _column_names(BLOCKS, shared)],
            retain_matching_columns=False,
        )
        return Linker(frames, settings, log_level=logging.ERROR)

    def _train(self, linker: Linker, shared: Sequence[Column]) -> None:
        certain = _column_names((("person-number",), ("given-name", "surname", "date-of-birth")), shared)
        if certain:
            linker.training.estimate_probability_two_random_records_match(
                [block_on(*names) for names in certain], recall=UNTRAINED_PRIOR_RECALL
            )
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
        for names in _column_names(TRAINING_BLOCKS, shared):
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*names), record_sample_proportion=1.0
            )


def _cleaned(name: str) -> str:
    return f"nullif(lower(trim(CAST({name} AS VARCHAR))), '') AS {name}"


def _column_names(blocks: Sequence[tuple[str, ...]], shared: Sequence[Column]) -> list[list[str]]:
    """The blocks in column names, without those that need a meaning which the datasets do not share."""
    names = {item.semantic_type: item.name for item in shared}
    return [[names[meaning] for meaning in block] for block in blocks if all(meaning in names for meaning in block)]
