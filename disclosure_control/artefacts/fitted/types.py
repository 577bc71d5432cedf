"""The types of models that may leave, and which fields each has: a field that is not here is left out.

Names are those of scikit-learn 1.3 to 1.9. A type that keeps rows of what it learnt from is not here, nor is one that
nobody has read: what is not here stops the file.
"""

from collections.abc import Mapping
from typing import Final

from disclosure_control.artefacts.fitted.values import Thing, TypeName, Value, parts

_EVERY: Final = "n_features_in_ feature_names_in_ n_outputs_ classes_ n_classes_ n_iter_ _sklearn_version"
_LINEAR: Final = "coef_ intercept_"
_TREE: Final = (
    "criterion splitter max_depth min_samples_split min_samples_leaf min_weight_fraction_leaf max_features"
    " max_leaf_nodes random_state min_impurity_decrease class_weight ccp_alpha monotonic_cst max_features_ tree_"
)
_FOREST: Final = (
    "n_estimators bootstrap oob_score n_jobs random_state verbose warm_start class_weight max_samples criterion"
    " max_depth min_samples_split min_samples_leaf min_weight_fraction_leaf max_features max_leaf_nodes"
    " min_impurity_decrease monotonic_cst ccp_alpha estimator estimator_ estimator_params estimators_ _n_samples"
    " _n_samples_bootstrap oob_score_"
)
_FIELDS: Final[Mapping[str, str]] = {
    "linear_model._base.LinearRegression": f"fit_intercept copy_X tol n_jobs positive rank_ singular_ {_LINEAR}",
    "linear_model._ridge.Ridge": (
        f"alpha fit_intercept copy_X max_iter tol solver positive random_state solver_ {_LINEAR}"
    ),
    "linear_model._ridge.RidgeClassifier": (
        "alpha fit_intercept copy_X max_iter tol solver positive random_state class_weight solver_ _label_binarizer"
        f" {_LINEAR}"
    ),
    "linear_model._coordinate_descent.Lasso": (
        "alpha l1_ratio fit_intercept precompute max_iter copy_X tol warm_start positive random_state selection"
        f" dual_gap_ {_LINEAR}"
    ),
    "linear_model._coordinate_descent.ElasticNet": (
        "alpha l1_ratio fit_intercept precompute max_iter copy_X tol warm_start positive random_state selection"
        f" dual_gap_ {_LINEAR}"
    ),
    "linear_model._logistic.LogisticRegression": (
        "penalty C l1_ratio dual tol fit_intercept intercept_scaling class_weight random_state solver max_iter"
        f" multi_class verbose warm_start n_jobs {_LINEAR}"
    ),
    "svm._classes.LinearSVC": (
        "dual tol C multi_class fit_intercept intercept_scaling class_weight verbose random_state max_iter penalty"
        f" loss {_LINEAR}"
    ),
    "svm._classes.LinearSVR": (
        f"tol C epsilon fit_intercept intercept_scaling verbose random_state max_iter dual loss {_LINEAR}"
    ),
    "discriminant_analysis.LinearDiscriminantAnalysis": (
        "solver shrinkage priors n_components store_covariance tol covariance_estimator priors_ _max_components means_"
        f" covariance_ xbar_ explained_variance_ratio_ scalings_ _n_features_out {_LINEAR}"
    ),
    "naive_bayes.GaussianNB": "priors var_smoothing epsilon_ theta_ var_ class_count_ class_prior_",
    "decomposition._pca.PCA": (
        "n_components copy whiten svd_solver tol iterated_power n_oversamples power_iteration_normalizer random_state"
        " _fit_svd_solver mean_ noise_variance_ n_samples_ n_components_ components_ explained_variance_"
        " explained_variance_ratio_ singular_values_"
    ),
    "tree._classes.DecisionTreeClassifier": _TREE,
    "tree._classes.DecisionTreeRegressor": _TREE,
    "tree._classes.ExtraTreeClassifier": _TREE,
    "tree._classes.ExtraTreeRegressor": _TREE,
    "ensemble._forest.RandomForestClassifier": _FOREST,
    "ensemble._forest.RandomForestRegressor": _FOREST,
    "ensemble._forest.ExtraTreesClassifier": _FOREST,
    "ensemble._forest.ExtraTreesRegressor": _FOREST,
    "preprocessing._data.StandardScaler": "with_mean with_std copy n_samples_seen_ mean_ var_ scale_",
    "preprocessing._data.RobustScaler": (
        "with_centering with_scaling quantile_range unit_variance copy center_ scale_"
    ),
    "preprocessing._data.MinMaxScaler": (
        "feature_range copy clip n_samples_seen_ scale_ min_ data_min_ data_max_ data_range_"
    ),
    "preprocessing._data.MaxAbsScaler": "copy clip n_samples_seen_ max_abs_ scale_",
    "preprocessing._label.LabelEncoder": "",
    "preprocessing._label.LabelBinarizer": "neg_label pos_label sparse_output y_type_ sparse_input_",
    "preprocessing._encoders.OneHotEncoder": (
        "categories sparse_output dtype handle_unknown drop min_frequency max_categories feature_name_combiner"
        " _infrequent_enabled categories_ _drop_idx_after_grouping drop_idx_ _n_features_outs"
    ),
    "preprocessing._encoders.OrdinalEncoder": (
        "categories dtype handle_unknown unknown_value encoded_missing_value min_frequency max_categories"
        " _infrequent_enabled categories_ _missing_indices"
    ),
    "impute._base.SimpleImputer": (
        "missing_values add_indicator keep_empty_features strategy fill_value copy _fit_dtype _fill_dtype indicator_"
        " statistics_"
    ),
    "pipeline.Pipeline": "steps transform_input memory verbose",
    "compose._column_transformer.ColumnTransformer": (
        "transformers remainder sparse_threshold n_jobs transformer_weights verbose verbose_feature_names_out"
        " force_int_remainder_cols _columns _transformer_to_input_indices _remainder sparse_output_ transformers_"
        " output_indices_"
    ),
}
TYPES: Final[Mapping[str, frozenset[str]]] = {
    f"sklearn.{name}": frozenset(f"{fields} {_EVERY}".split()) for name, fields in _FIELDS.items()
}
# What these fields hold is the lowest or highest value of somebody.
END_POINTS: Final = frozenset({"min_", "data_min_", "data_max_", "data_range_", "max_abs_"})
NUMBER_TYPES: Final = frozenset(
    {f"numpy.{kind}{bits}" for kind in ("float", "int", "uint") for bits in (32, 64)}
    | {f"builtins.{kind}" for kind in ("float", "int", "str", "bool")}
)


def unknown(model: Value) -> list[str]:
    """The names of a model's types that are not in the table, each once."""
    named: dict[str, str] = {}
    for _, value in parts(model):
        if isinstance(value, Thing) and value.type not in TYPES:
            named[value.type] = value.name
        elif isinstance(value, TypeName) and value.name not in NUMBER_TYPES:
            named[value.name] = value.name
    return list(named.values())


def take_out(model: Value) -> list[tuple[str, Value]]:
    """Take every field out of a model that its type does not have, and give them with the names of their types."""
    taken: list[tuple[str, Value]] = []
    for _, value in list(parts(model)):
        if isinstance(value, Thing):
            spare = [name for name in value.fields if name not in TYPES[value.type]]
            taken += [(value.name, value.fields.pop(name)) for name in spare]
    return [(owner, value) for owner, value in taken if value is not None]
