"""The types of models that may leave, and which fields each has: a field that is not here is left out.

Names are those of scikit-learn 1.3 to 1.9. A type that keeps rows of what it learnt from is not here, nor is one that
nobody has read: what is not here stops the file.
"""

from collections.abc import Mapping
from typing import Final

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
_SEARCHED: Final = (
    "alphas copy_X cv eps fit_intercept max_iter n_alphas n_jobs positive precompute random_state selection tol verbose"
    f" alpha_ alphas_ dual_gap_ l1_ratio l1_ratio_ {_LINEAR}"
)
_STEPS: Final = (
    "alpha average early_stopping epsilon eta0 fit_intercept l1_ratio learning_rate loss max_iter n_iter_no_change"
    f" penalty power_t random_state shuffle tol validation_fraction verbose warm_start t_ {_LINEAR}"
)
_GENERAL: Final = f"alpha fit_intercept max_iter solver tol verbose warm_start _base_loss {_LINEAR}"
_NEURAL: Final = (
    "activation alpha batch_size beta_1 beta_2 early_stopping epsilon hidden_layer_sizes learning_rate"
    " learning_rate_init loss max_fun max_iter momentum n_iter_no_change nesterovs_momentum power_t random_state"
    " shuffle solver tol validation_fraction verbose warm_start _label_binarizer t_ n_layers_ out_activation_ coefs_"
    " intercepts_ loss_curve_ best_loss_ loss_ validation_scores_ best_validation_score_"
)
_BOOSTED: Final = (
    "alpha ccp_alpha criterion init learning_rate loss max_depth max_features max_leaf_nodes min_impurity_decrease"
    " min_samples_leaf min_samples_split min_weight_fraction_leaf n_estimators n_iter_no_change random_state subsample"
    " tol validation_fraction verbose warm_start max_features_ n_trees_per_iteration_ _loss init_ estimators_"
    " train_score_ n_estimators_"
)
_BINNED: Final = (
    "categorical_features class_weight early_stopping interaction_cst l2_regularization learning_rate loss max_bins"
    " max_depth max_features max_iter max_leaf_nodes min_samples_leaf monotonic_cst n_iter_no_change quantile"
    " random_state scoring tol validation_fraction verbose warm_start is_categorical_ _preprocessor"
    " _is_categorical_remapped _label_encoder n_trees_per_iteration_ _n_features _loss do_early_stopping_"
    " _use_validation_data _bin_mapper _baseline_prediction _predictors train_score_ validation_score_"
)
_WEIGHTED: Final = (
    "algorithm estimator learning_rate loss n_estimators random_state estimator_params estimator_ estimators_"
    " estimator_weights_ estimator_errors_"
)
_CLUSTERS: Final = (
    "algorithm batch_size compute_labels copy_x init init_size max_iter max_no_improvement n_clusters n_init"
    " random_state reassignment_ratio tol verbose _tol _n_init _algorithm _n_threads cluster_centers_ _n_features_out"
    " inertia_ n_steps_"
)
_LOSS: Final = "closs link n_classes xp device approx_hessian constant_hessian interval_y_true interval_y_pred quantile"
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
    "linear_model._coordinate_descent.LassoCV": _SEARCHED,
    "linear_model._coordinate_descent.ElasticNetCV": _SEARCHED,
    "linear_model._ridge.RidgeCV": (
        "alpha_per_target alphas cv fit_intercept gcv_mode scoring store_cv_results store_cv_values alpha_ best_score_"
        f" {_LINEAR}"
    ),
    "linear_model._ridge.RidgeClassifierCV": (
        "alpha_per_target alphas class_weight cv fit_intercept gcv_mode scoring store_cv_results store_cv_values alpha_"
        f" best_score_ _label_binarizer {_LINEAR}"
    ),
    "linear_model._logistic.LogisticRegressionCV": (
        "Cs class_weight cv dual fit_intercept intercept_scaling l1_ratios max_iter multi_class n_jobs penalty"
        " random_state refit scoring solver tol use_legacy_attributes verbose Cs_ C_ l1_ratio_ l1_ratios_"
        f" {_LINEAR}"
    ),
    "linear_model._bayes.BayesianRidge": (
        "alpha_1 alpha_2 alpha_init compute_score copy_X fit_intercept lambda_1 lambda_2 lambda_init max_iter tol"
        f" verbose X_offset_ X_scale_ scores_ alpha_ lambda_ sigma_ {_LINEAR}"
    ),
    "linear_model._huber.HuberRegressor": f"alpha epsilon fit_intercept max_iter tol warm_start scale_ {_LINEAR}",
    "linear_model._stochastic_gradient.SGDClassifier": f"class_weight n_jobs {_STEPS}",
    "linear_model._stochastic_gradient.SGDRegressor": _STEPS,
    "linear_model._glm.glm.PoissonRegressor": _GENERAL,
    "linear_model._glm.glm.GammaRegressor": _GENERAL,
    "linear_model._glm.glm.TweedieRegressor": f"link power {_GENERAL}",
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
    "ensemble._gb.GradientBoostingClassifier": _BOOSTED,
    "ensemble._gb.GradientBoostingRegressor": _BOOSTED,
    "ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingClassifier": _BINNED,
    "ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingRegressor": _BINNED,
    "ensemble._hist_gradient_boosting.binning._BinMapper": (
        "n_bins subsample is_categorical known_categories n_threads is_categorical_ missing_values_bin_idx_"
    ),
    "ensemble._weight_boosting.AdaBoostClassifier": _WEIGHTED,
    "ensemble._weight_boosting.AdaBoostRegressor": _WEIGHTED,
    "dummy.DummyClassifier": "constant random_state strategy _strategy sparse_output_ class_prior_",
    "dummy.DummyRegressor": "constant quantile strategy constant_",
    "neural_network._multilayer_perceptron.MLPClassifier": _NEURAL,
    "neural_network._multilayer_perceptron.MLPRegressor": _NEURAL,
    "cluster._kmeans.KMeans": _CLUSTERS,
    "cluster._kmeans.MiniBatchKMeans": _CLUSTERS,
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
_LOSSES: Final = (
    "HalfSquaredError AbsoluteError PinballLoss HuberLoss HalfPoissonLoss HalfGammaLoss HalfTweedieLoss"
    " HalfTweedieLossIdentity HalfBinomialLoss HalfMultinomialLoss ExponentialLoss"
)
_LINKS: Final = "IdentityLink LogLink LogitLink HalfLogitLink MultinomialLogit"
TYPES: Final[Mapping[str, frozenset[str]]] = {
    **{f"sklearn.{name}": frozenset(f"{fields} {_EVERY}".split()) for name, fields in _FIELDS.items()},
    **{f"sklearn._loss.loss.{name}": frozenset(_LOSS.split()) for name in _LOSSES.split()},
    **{f"sklearn._loss.link.{name}": frozenset({"interval_y_pred"}) for name in _LINKS.split()},
    "sklearn._loss.link.Interval": frozenset({"low", "high", "low_inclusive", "high_inclusive"}),
}
# The compiled part of a loss, which has at most one number.
COMPILED_LOSSES: Final = frozenset(f"sklearn._loss._loss.Cy{name}" for name in _LOSSES.split())
# Fields that honest models have and that never leave.
LEFT_OUT: Final[Mapping[str, str]] = {
    "labels_": "the group of each person",
    "outliers_": "who was set aside",
    "oob_decision_function_": "its answer for each person",
    "oob_prediction_": "its answer for each person",
    "cv_results_": "its errors for each person",
    "cv_values_": "its errors for each person",
    "bin_thresholds_": "the cut points of its columns",
    "n_bins_non_missing_": "the cut points of its columns",
    "random_state": "the seed of its random numbers",
    "_random_seed": "the seed of its random numbers",
    "scores_": "the models that it was chosen from",
    "coefs_paths_": "the models that it was chosen from",
    "mse_path_": "the models that it was chosen from",
    "_best_coefs": "weights of another step",
    "_best_intercepts": "weights of another step",
    "_optimizer": "weights of another step",
}
# What a model asks for and needs nothing of.
EMPTIED: Final[Mapping[str, tuple[str, ...]]] = {
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper": ("bin_thresholds_",)
}
# What these fields hold is the lowest or highest value of somebody.
END_POINTS: Final = frozenset({"min_", "data_min_", "data_max_", "data_range_", "max_abs_"})
NUMBER_TYPES: Final = frozenset(
    {f"numpy.{kind}{bits}" for kind in ("float", "int", "uint") for bits in (32, 64)}
    | {f"builtins.{kind}" for kind in ("float", "int", "str", "bool")}
)
