"""How well attackers can tell whom a model learnt from: SACRO-ML's attacks on it, with its own data.

What a file shows says nothing of what a model learnt by heart. Two attacks ask: LiRA (Carlini and others 2022,
"Membership inference attacks from first principles") compares the model with others that did not learn from a person;
the worst case trains on the model's own answers. Both need the training data and people whom the model never saw, so
they are run where the data are, and their measures are handed in with the model.
SACRO-ML: Smith and others, https://github.com/AI-SDC/SACRO-ML
"""

import io
import logging
import tempfile
import warnings
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from disclosure_control.checking.check import check_path
from disclosure_control.core.errors import BadTable, DisclosureError, MissingExtra
from disclosure_control.core.policy import Policy
from disclosure_control.formats.models.skops.histogram_trees import PREDICTOR

if TYPE_CHECKING:
    import pandas as pd

EXTRA: Final = "models"
FEWEST: Final = 100  # people known and unknown to the model, each; of fewer an attack says nothing
_TRUSTED: Final = ["sklearn.tree._tree.Tree", PREDICTOR, "numpy.dtype"]
_SHADOWS, _REPEATS, _SEED = 50, 10, 20
_BY_CHANCE: Final = 0.05


@dataclass(frozen=True)
class Attack:
    """One attack.

    Attributes:
        name: what it is called.
        auc: how well it told apart whom the model learnt from, as the area under the curve; 0.5 is guessing.
        p_value: how likely it would do so by chance.
    """

    name: str
    auc: float
    p_value: float

    @property
    def succeeded(self) -> bool:
        """Whether it told people apart better than by chance."""
        return self.p_value < _BY_CHANCE


@dataclass(frozen=True)
class Assessment:
    """What attacks on a model found.

    Attributes:
        sha256: the digest of the file that was handed in.
        known: how many people the model learnt from.
        unknown: how many others it was tried with.
        accuracy: its share of right answers for those it learnt from, and for the others.
        attacks: what each found.
    """

    sha256: str
    known: int
    unknown: int
    accuracy: tuple[float, float]
    attacks: tuple[Attack, ...]

    def to_dict(self) -> dict[str, Any]:
        """The assessment as JSON-ready values.

        Returns:
            Its attributes, and the names of the attacks that succeeded.
        """
        return {**asdict(self), "succeeded": [attack.name for attack in self.attacks if attack.succeeded]}

    def to_text(self) -> str:
        """The assessment for people.

        Returns:
            A line for what was tried and one for each attack.
        """
        lines = [
            f"The model learnt from {self.known:,} people and was tried with {self.unknown:,} others.",
            f"It answers right for {self.accuracy[0]:.1%} of the first, for {self.accuracy[1]:.1%} of the others.",
        ]
        for attack in self.attacks:
            verdict = "tells them apart" if attack.succeeded else "cannot tell them apart"
            lines.append(f"{attack.name} {verdict}: area under the curve {attack.auc:.3f} (p = {attack.p_value:.3f}).")
        return "\n".join(lines)


def assess_model(
    model: Path, known: "pd.DataFrame", unknown: "pd.DataFrame", target: str, policy: Policy | None = None
) -> Assessment:
    """Attack a classifier that a skops file holds.

    Args:
        model: the file; it is checked first, and what is attacked is what would be released.
        known: the rows it was fitted to, with its columns as they were given to it and the ``target``.
        unknown: rows of the same columns that it was not fitted to, of other people.
        target: the column that it tells.
        policy: the thresholds of the check; by default as in ``check_path``.

    Returns:
        How well the model answers, and what each attack found (membership inference by SACRO-ML).

    Raises:
        MissingExtra: SACRO-ML or skops is not installed.
        DisclosureError: the model cannot be released anyway, or is no classifier.
        BadTable: the rows do not fit the model, or are too few.
    """
    report = check_path(model, policy).files[0]
    if report.clean is None:
        raise DisclosureError(f"{model.name} stays inside whatever attacks find.", hint="See `tre check` on it.")
    fitted = _loaded(report.clean)
    for frame in (known, unknown):
        if target not in frame.columns or len(frame) < FEWEST:
            raise BadTable(f"The rows need a column {target!r}, and to be {FEWEST} or more.")
    classes = [frame[target].to_numpy() for frame in (known, unknown)]
    if not set(np.concatenate(classes).tolist()) <= set(fitted.classes_.tolist()):
        raise BadTable(f"The column {target!r} has classes that the model does not know.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            shares, final, columns = _answers(fitted, (known, unknown), target)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise BadTable("The model cannot be applied to these rows.") from error
        attacks = _run_attacks(final, columns, classes, shares)
    right = [float(np.mean(fitted.classes_[np.argmax(s, axis=1)] == c)) for s, c in zip(shares, classes, strict=True)]
    return Assessment(report.sha256, len(known), len(unknown), (right[0], right[1]), attacks)


def _loaded(clean: bytes) -> Any:
    """The rebuilt model, of whose types none but those of the table of types are left."""
    try:
        import skops.io  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("skops", EXTRA) from error
    fitted = skops.io.loads(clean, trusted=_TRUSTED)
    if not hasattr(fitted, "predict_proba") or not hasattr(fitted, "classes_"):
        raise DisclosureError("Only a classifier that tells shares of its classes can be attacked.")
    return fitted


def _answers(fitted: Any, frames: "tuple[pd.DataFrame, pd.DataFrame]", target: str) -> tuple[list[Any], Any, list[Any]]:
    """What the model answers, its last step, and the columns as that step gets them."""
    features = [frame.drop(columns=[target]) for frame in frames]
    names = getattr(fitted, "feature_names_in_", None)
    features = [frame if names is None else frame[list(names)] for frame in features]
    shares = [fitted.predict_proba(frame) for frame in features]
    if not hasattr(fitted, "steps"):
        return shares, fitted, [frame.to_numpy() for frame in features]
    transformed = [fitted[:-1].transform(frame) for frame in features]
    columns = [np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix) for matrix in transformed]
    return shares, fitted[-1], columns


def _run_attacks(final: Any, columns: list[Any], classes: list[Any], shares: list[Any]) -> tuple[Attack, ...]:
    try:
        with redirect_stdout(io.StringIO()):
            from sacroml.attacks.likelihood_attack import LIRAAttack  # noqa: PLC0415
            from sacroml.attacks.target import Target  # noqa: PLC0415
            from sacroml.attacks.worst_case_attack import WorstCaseAttack  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("SACRO-ML", EXTRA) from error
    np.random.seed(_SEED)
    samples = {"X_train": columns[0], "y_train": classes[0], "X_test": columns[1], "y_test": classes[1]}
    samples |= {"proba_train": shares[0], "proba_test": shares[1]}
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        # A folder of its own: SACRO-ML keeps models to compare with there, and would take those of another subject.
        with tempfile.TemporaryDirectory(prefix="assess-") as private, redirect_stdout(io.StringIO()):
            attacks: Mapping[str, Any] = {
                "LiRA": LIRAAttack(output_dir=private, write_report=False, n_shadow_models=_SHADOWS),
                "Worst case": WorstCaseAttack(output_dir=private, write_report=False, n_reps=_REPEATS),
            }
            # Each gets a target of its own: LiRA numbers the classes of the one that it is given.
            subjects = {name: Target(model=final, dataset_name="the model's data", **samples) for name in attacks}
            return tuple(_attack_result(name, attack.attack(subjects[name])) for name, attack in attacks.items())
    finally:
        logging.disable(before)


def _attack_result(name: str, log: Mapping[str, Any]) -> Attack:
    """The median of an attack's repetitions."""
    instances = log["attack_experiment_logger"]["attack_instance_logger"].values()
    auc, by_chance = ([float(instance[key]) for instance in instances] for key in ("AUC", "P_HIGHER_AUC"))
    return Attack(name, float(np.median(auc)), float(np.median(by_chance)))
