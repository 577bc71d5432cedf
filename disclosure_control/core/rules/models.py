"""The rules of models: what is said of regressions that were computed again, and of fitted models in files."""

from typing import Final

from disclosure_control.core.outcome import Outcome
from disclosure_control.core.rules.rule import Rule

_REVIEW: Final = Outcome.REVIEW
_FAIL: Final = Outcome.FAIL

MODELS: Final = (
    Rule(
        "model.degrees-of-freedom",
        _FAIL,
        "A model has fewer residual degrees of freedom than the policy's minimum.",
        "Use fewer terms or more data.",
    ),
    Rule(
        "model.few-units",
        _FAIL,
        "A model was fitted to fewer people or businesses than the policy's minimum.",
        "Fit it to more data.",
    ),
    Rule(
        "model.exact-fit",
        _FAIL,
        "A model reproduces its data exactly, so its coefficients tell them.",
        "Use fewer terms or more data.",
    ),
    Rule(
        "model.small-group",
        _REVIEW,
        "A term of a model marks fewer people or businesses than the policy's minimum.",
        "Combine categories, or explain why the coefficient tells nothing of those few.",
    ),
    Rule(
        "model.small-leaf",
        _FAIL,
        "A leaf, class or cluster of a model holds fewer people than the policy's minimum, or nobody knows how many.",
        "Fit it with a larger min_samples_leaf, or with fewer clusters.",
    ),
    Rule(
        "model.class-disclosure",
        _REVIEW,
        "Everybody in a leaf of a fitted tree has one class or one value, so the model tells it for each of them.",
        "Fit a shallower tree with larger leaves, or explain why the class is not sensitive.",
    ),
    Rule(
        "model.single-values",
        _REVIEW,
        "Thresholds or answers of a model are single people's values (bins, medians, quantiles), with many digits.",
        "Round the columns before the model is fitted, or fit it to means; or explain why the values are common.",
    ),
    Rule(
        "model.holds-records",
        _FAIL,
        "A fitted model keeps rows of the data it learnt from, or may.",
        "Hand in measures of its quality, or a model whose parts are coefficients.",
    ),
    Rule(
        "model.arrays",
        _REVIEW,
        "A fitted model holds arrays, and long ones can be records.",
        "Say what each array is.",
    ),
)
