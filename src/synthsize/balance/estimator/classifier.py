"""VTSS as a scikit-learn classifier: any classifier, any generator, the synthetic size chosen by cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self, TypeVar, cast

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, is_classifier
from sklearn.linear_model import LogisticRegression
from sklearn.utils import Tags, check_random_state
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from synthsize.balance.criteria import Criterion, Scorer
from synthsize.balance.estimator.candidates import check_candidates, grid_multipliers, guided_multipliers
from synthsize.balance.estimator.fast_path import path_learner
from synthsize.balance.estimator.folds import check_folds, make_folds
from synthsize.balance.estimator.labelled import LabelledRows
from synthsize.balance.estimator.make_criterion import make_criterion
from synthsize.balance.estimator.multiplier_search import Search, search_multipliers
from synthsize.balance.estimator.routing import route_groups
from synthsize.balance.events import Event
from synthsize.balance.generators import make_generator
from synthsize.balance.learners import EstimatorLearner, Learner
from synthsize.balance.learners.estimator import EstimatorFits
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.procedure import Procedure, TrainingSet
from synthsize.balance.random_state import as_seed
from synthsize.balance.threads import one_blas_thread
from synthsize.errors import InputError

Method = TypeVar("Method", bound=Callable[..., Any])


def _offered_with(method: str) -> Callable[[Method], Method]:
    """Offer a method only where the wrapped classifier does."""

    def wrapped_has(self: VTSSClassifier) -> bool:
        wrapped = self.estimator_ if hasattr(self, "estimator_") else self._base_estimator()
        getattr(wrapped, method)  # its AttributeError says what is missing
        return True

    return cast("Callable[[Method], Method]", available_if(wrapped_has))


def _names_part_of(parameter: str, params: Mapping[str, Any]) -> bool:
    return any(name.startswith(f"{parameter}__") for name in params)


def _first_seed(random_state: Any) -> SeedSequence:
    """Return the seed of a whole fit, read as scikit-learn does where it knows the kind."""
    if isinstance(random_state, SeedSequence):
        return SeedSequence(
            random_state.entropy, spawn_key=random_state.spawn_key
        )  # spawning counts on the object
    if isinstance(random_state, np.random.Generator):
        return as_seed(random_state)
    draws = check_random_state(random_state).randint(np.iinfo(np.int32).max, size=4)
    return SeedSequence(draws.tolist())


class VTSSClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]
    """Train a binary classifier with as many synthetic minority rows as cross-validation asks for.

    Validation-tuned synthetic size [1]_. In each fold the generator is fitted on the fold's real training rows and one
    stream of synthetic minority rows is drawn; for each multiplier m the classifier is fitted on the real rows plus the
    first round(m (majority - minority rows)) rows of the stream, and scored on the fold's real validation rows. The
    multiplier with the best mean over all folds (the smallest of equals) is used to refit on all rows.

    Where `estimator` is a plain L2-penalised `LogisticRegression` or a plain `SVC(kernel="linear")`, all multipliers
    of a fold are fitted as one path: several times faster than one by one, the SVM the more so the more rows there are,
    and to a tighter tolerance. The refit is the estimator's own in any case. A subclass of either is fitted one by one.

    Parameters
    ----------
    estimator : classifier, default=None
        Anything with `fit` and `predict`; None stands for ``LogisticRegression(C=1.0)``. It is cloned, never changed.
        To standardise, prefer `scale` to a pipeline here: a pipeline's scaler would learn from synthetic rows too, and
        the generator would measure distances before it.
    generator : str, generator or over-sampler, default="smote"
        "smote", "adasyn", "borderline_smote", "jitter" or "random_oversample"; what `make_generator` returned, for
        other parameters; or an over-sampler of imbalanced-learn.
    multipliers : array-like of shape (M,), default=None
        Synthetic sizes to compare, in units of the class gap; not negative, increasing. None stands for
        0.00, 0.05, ..., 2.00. A multiplier of 0 adds nothing, 1 balances the classes.
    cv : int, splitter or iterable of (train, validation), default=5
        A number makes that many stratified, shuffled folds, which keep `groups` together where given; as many as there
        are minority rows, recorded in `events_`, where those are fewer.
    n_repeats : int, default=1
        How often those folds are drawn anew, if `cv` is a number. A splitter says itself how often it repeats. More
        repeats steady the choice; on real data ten of them gained next to nothing (docs/library.md).
    criterion : {"balanced_loss", "balanced_accuracy"}, scorer or scorer name, default="balanced_loss"
        "balanced_loss" is the mean of the two classes' mean losses on validation rows: log-loss if the classifier has
        `predict_proba`, else the hinge loss of its `decision_function`. Scorers are maximised.
    majority_weight : float, default=0.5
        Weight of the majority's mean loss in "balanced_loss"; the minority's has the rest.
    candidates : {"grid", "theory_guided"}, default="grid"
        Compare `multipliers`, or the few that the theory of logistic regression leaves worth trying on these rows;
        see `theory_guided_multipliers`. For other classifiers the latter is a guess.
    scale : bool, default=False
        Standardise features by the real training rows of each fold (and of the refit), before generator and classifier.
        Distances between rows, which most generators rest on, depend on the scale of the features.
    widen_at_edge : bool, default=False
        While the best multiplier is the largest, go on above it in the same steps, by the length of the first grid, at
        most three times; while it is the smallest, go down to 0.
    one_standard_error : bool, default=False
        Use the smallest multiplier whose mean lies within one standard error of the best, instead of the best.
    n_jobs : int, default=None
        Processes that share the folds. Results do not depend on it.
    random_state : int, RandomState, Generator, SeedSequence or None, default=None
        Draws the folds and the synthetic rows. The classifier keeps its own. A number or a numpy SeedSequence gives the
        same result at every fit; a numpy Generator or RandomState is drawn from: equal states give equal results, and a
        second fit another one.

    Attributes
    ----------
    best_multiplier_ : float
        The multiplier of the refit.
    best_index_ : int
        Its position in the validation curve.
    n_synthetic_ : int
        Synthetic rows in the refit.
    validation_curve_ : dict of ndarray
        "multiplier", "mean" and "standard_error", of shape (M,), and "by_fold", of shape (folds, M). The standard error
        treats folds as independent.
    one_standard_error_multiplier_ : float
    edge_ : {"none", "lower", "upper"}
        Whether the best mean lies at an end of the grid, so that a better one may lie outside it; nothing lies below
        m = 0.
    events_ : list of (repeat, fold, Event)
        Degenerate cases and what was done about them; repeat and fold are None for the data as a whole and the refit.
    fast_path_ : bool
        Whether the folds were fitted as paths.
    diagnosis_ : Diagnosis
        What the theory says about the rows, if `candidates` is "theory_guided".
    estimator_ : classifier
        Fitted on real and synthetic rows.
    classes_ : ndarray of shape (2,)
    minority_class_ : object
        The label of the rarer class; of two equally frequent ones, the second.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Where `X` has column names. `estimator` and `generator` see plain arrays.
    scaler_ : StandardScaler or None

    References
    ----------
    .. [1] Ma and Zhang (2026), Algorithm 1, arXiv:2601.16120.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from synthsize.balance import VTSSClassifier
    >>> X, y = make_classification(n_samples=600, weights=[0.9], random_state=0)
    >>> model = VTSSClassifier(scale=True, n_repeats=2, random_state=0).fit(X, y)
    >>> 0.0 <= model.best_multiplier_ <= 2.0
    True
    >>> model.predict_proba(X[:3]).shape
    (3, 2)
    """

    # Folds by number take groups themselves; see `get_metadata_routing`.
    __metadata_request__fit: ClassVar[dict[str, bool]] = {"groups": True}

    def __init__(
        self,
        estimator: Any = None,
        generator: Any = "smote",
        *,
        multipliers: ArrayLike | None = None,
        cv: Any = 5,
        n_repeats: int = 1,
        criterion: Any = "balanced_loss",
        majority_weight: float = 0.5,
        candidates: str = "grid",
        scale: bool = False,
        widen_at_edge: bool = False,
        one_standard_error: bool = False,
        n_jobs: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.estimator = estimator
        self.generator = generator
        self.multipliers = multipliers
        self.cv = cv
        self.n_repeats = n_repeats
        self.criterion = criterion
        self.majority_weight = majority_weight
        self.candidates = candidates
        self.scale = scale
        self.widen_at_edge = widen_at_edge
        self.one_standard_error = one_standard_error
        self.n_jobs = n_jobs
        self.random_state = random_state

    def set_params(self, **params: Any) -> Self:
        """Set parameters, also those of `estimator` and `generator` as in ``generator__k_neighbors=5``.

        A generator that is given by its name, and an estimator of None, are first made into the objects that they stand
        for.

        Raises
        ------
        ValueError
            If there is no such parameter.
        """
        if _names_part_of("generator", params) and isinstance(params.get("generator", self.generator), str):
            params["generator"] = make_generator(params.get("generator", self.generator))
        if _names_part_of("estimator", params) and params.get("estimator", self.estimator) is None:
            params["estimator"] = LogisticRegression(C=1.0)
        return cast("Self", super().set_params(**params))

    def fit(self, X: ArrayLike, y: ArrayLike, groups: ArrayLike | None = None, **params: Any) -> Self:
        """Choose the multiplier and fit with it.

        Parameters
        ----------
        X : array of shape (n, d)
            Finite numbers; integers become floats.
        y : array of shape (n,)
            Two labels of any type.
        groups : array of shape (n,), optional
            Rows of one group stay on one side of every fold.
        **params
            Metadata for the splitter under another name, if metadata routing is on. `sample_weight` is refused:
            synthetic rows have none.

        Raises
        ------
        ValueError
            If the data, the folds or a parameter cannot be used.
        """
        if params.get("sample_weight") is not None:
            raise InputError(
                "VTSSClassifier takes no sample_weight, because synthetic rows have none; fit without it"
            )
        labels = np.asarray(y)
        if labels.ndim == 2 and labels.shape[1] > 1:
            raise InputError("Multilabel and multioutput targets are not supported; give one label per row")
        check_candidates(self.candidates, self.multipliers)
        rows = self._label(*validate_data(self, X, y, dtype=np.float64, order="C"))
        own = EstimatorLearner(self._checked_estimator(), (rows.majority, rows.minority), seeded=False)
        criterion = make_criterion(self.criterion, self.majority_weight, own)
        learner = self._fold_learner(own, criterion)
        procedure = Procedure(learner, make_generator(self.generator), Preprocessor(scale=self.scale))
        fold_seed, refit_seed, diagnosis_seed = _first_seed(self.random_state).spawn(3)
        cv = 5 if self.cv is None else self.cv
        groups = route_groups(self, cv, groups, params)
        folds, found = make_folds(cv, self.n_repeats, rows, groups, fold_seed)
        self.events_.extend((None, None, event) for event in found)
        check_folds(folds, rows.is_minority, criterion.needs_both_classes)
        with one_blas_thread():  # as in the folds: the same sums on any machine
            whole = procedure.prepare(rows.X, rows.is_minority)
            grid = self._candidates(replace(rows, X=whole.X), groups, procedure, diagnosis_seed)
            search = search_multipliers(
                procedure, rows, whole.neighbours, folds, grid, criterion, self.widen_at_edge, self.n_jobs
            )
            self._keep(search)
            self._refit(whole, own, refit_seed)
        self.fast_path_ = learner is not own
        return self

    def _label(self, X: NDArray[np.float64], y: NDArray[Any]) -> LabelledRows:
        """Find the two classes and call the rarer one the minority."""
        kind = type_of_target(y, input_name="y", raise_unknown=True)
        if kind.startswith("continuous"):
            raise InputError(f"Unknown label type: {kind}; VTSSClassifier needs two classes")
        self.classes_, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
        if len(counts) > 2:
            raise InputError(f"Only binary classification is supported. The type of the target is {kind}.")
        if len(counts) == 1:
            raise InputError(f"y holds only one class, {self.classes_[0]!r}; VTSSClassifier needs two")
        code = int(counts[1] <= counts[0])
        self.minority_class_ = self.classes_[code]
        self.events_: list[tuple[int | None, int | None, Event]] = []
        if counts[0] == counts[1]:
            detail = f"both classes have {counts[0]} rows: {self.minority_class_!r} counts as the minority"
            self.events_.append((None, None, Event("equal_classes", detail)))
        if counts[code] < 2:
            raise InputError(
                f"class {self.minority_class_!r} has one row; at least two are needed to train on some and validate "
                "on others"
            )
        return LabelledRows(
            X, y, (codes == code).astype(np.int8), self.classes_[1 - code], self.minority_class_
        )

    def _checked_estimator(self) -> Any:
        estimator = self._base_estimator()
        if not is_classifier(estimator):
            raise InputError(f"estimator must be a classifier, not {estimator!r}")
        return estimator

    def _fold_learner(self, own: EstimatorLearner, criterion: Criterion) -> Learner:
        """Return the learner of the folds: a path solver of the estimator's own objective, where there is one."""
        path = path_learner(own)
        if path is None or (isinstance(criterion, Scorer) and path.score == "margin"):
            return own  # a scorer reads a fitted model, and a path of coefficients does not make an SVC
        return path

    def _candidates(
        self, real: LabelledRows, groups: Any, procedure: Procedure, seed: SeedSequence
    ) -> NDArray[np.float64]:
        if self.candidates == "grid":
            return grid_multipliers(self.multipliers)
        guided, self.diagnosis_, events = guided_multipliers(
            real, procedure.generator, groups, self.majority_weight, seed
        )
        self.events_.extend((None, None, event) for event in events)
        return guided

    def _base_estimator(self) -> Any:
        return LogisticRegression(C=1.0) if self.estimator is None else self.estimator

    def _keep(self, search: Search) -> None:
        choice = search.choice
        self.validation_curve_ = {
            "multiplier": search.multipliers,
            "mean": choice.mean,
            "standard_error": choice.se,
            "by_fold": search.values,
        }
        self.edge_ = choice.edge
        self.one_standard_error_multiplier_ = choice.multiplier_1se
        self.best_multiplier_ = choice.multiplier_1se if self.one_standard_error else choice.multiplier
        self.best_index_ = int(np.searchsorted(search.multipliers, self.best_multiplier_))
        self.events_.extend(search.events)
        if choice.edge == "upper":
            detail = (
                f"the best multiplier, {choice.multiplier:g}, is the largest tried: a larger may be better"
            )
            self.events_.append((None, None, Event("upper_edge", detail)))

    def _refit(self, whole: TrainingSet, own: EstimatorLearner, seed: SeedSequence) -> None:
        fitted = whole.fit_sizes(own, [self.best_multiplier_], seed)
        self.n_synthetic_ = fitted.n_requested[0]
        self.scaler_ = whole.preprocessor.scaler_
        self.estimator_ = cast("EstimatorFits", fitted.fits).fitted[0]
        self.events_.extend((None, None, event) for event in fitted.events)

    def _prepare(self, X: ArrayLike) -> NDArray[np.float64]:
        """Check new rows and bring them to the scale that `estimator_` was fitted at."""
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float64, order="C", reset=False)
        return np.asarray(features if self.scaler_ is None else self.scaler_.transform(features))

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict labels, shape (n,)."""
        features = self._prepare(X)
        return np.asarray(self.estimator_.predict(features))

    @_offered_with("predict_proba")
    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Predict class probabilities, shape (n, 2), which hold at the class balance of the augmented rows."""
        features = self._prepare(X)
        return np.asarray(self.estimator_.predict_proba(features))

    @_offered_with("predict_log_proba")
    def predict_log_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Predict logarithms of class probabilities, shape (n, 2)."""
        features = self._prepare(X)
        return np.asarray(self.estimator_.predict_log_proba(features))

    @_offered_with("decision_function")
    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return scores, shape (n,), positive where `predict` says the second class."""
        features = self._prepare(X)
        return np.asarray(self.estimator_.decision_function(features))

    def get_metadata_routing(self) -> MetadataRouter:
        """Say which metadata `fit` takes: groups for its own folds, and what a splitter asks for."""
        router = MetadataRouter(owner=self).add_self_request(self)
        if hasattr(self.cv, "split"):
            router.add(splitter=self.cv, method_mapping=MethodMapping().add(caller="fit", callee="split"))
        return router

    def __sklearn_tags__(self) -> Tags:
        """Declare what scikit-learn's checks should expect: two classes, dense finite features."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags
