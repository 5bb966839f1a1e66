"""VTSS as a scikit-learn classifier: any classifier, any generator, the synthetic size chosen by cross-validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self, cast

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, is_classifier
from sklearn.linear_model import LogisticRegression
from sklearn.utils import Tags
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping
from sklearn.utils.validation import validate_data

from synthsize.balance.estimator.candidates import check_candidates, grid_multipliers, guided_multipliers
from synthsize.balance.estimator.delegation import Delegates
from synthsize.balance.estimator.folds import check_folds, make_folds
from synthsize.balance.estimator.labelled import LabelledRows, label_rows
from synthsize.balance.estimator.make_criterion import make_criterion
from synthsize.balance.estimator.recipe_list import RecipeEntry, is_list, list_recipes, list_strategies
from synthsize.balance.estimator.recipe_search import RecipeSearch, search_recipes
from synthsize.balance.estimator.routing import route_groups
from synthsize.balance.events import Event
from synthsize.balance.generators import make_generator
from synthsize.balance.learners import EstimatorLearner
from synthsize.balance.random_state import first_seed
from synthsize.balance.strategies import Oversample
from synthsize.balance.threads import one_blas_thread
from synthsize.errors import InputError


def _names_part_of(parameter: str, params: Mapping[str, Any]) -> bool:
    return any(name.startswith(f"{parameter}__") for name in params)


class VTSSClassifier(Delegates, ClassifierMixin, MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]
    """Train a binary classifier with the number of synthetic minority rows that cross-validation chooses.

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
    generator : str, generator, over-sampler, None or list of them, default="smote"
        "smote", "adasyn", "borderline_smote", "jitter", "gaussian", "bootstrap" or another of `GENERATORS`;
        what `make_generator` returned, for other parameters; or an over-sampler of imbalanced-learn. Recipes without
        synthetic rows are None (the data as they are), "prior_shift" (the same, log odds moved to the classes'
        weights in the balanced loss),
        "class_weight" (the classes weigh as in the balanced loss) and "weights" (minority rows weigh 1 + m gap / n1).
        Of a list, all are compared on the same folds, and the best is refitted.
    strategy : {"oversample", "mixed", "weighted"} or Strategy, default="oversample"
        What synthetic rows are fitted with: all real rows; as many majority as minority rows ("mixed": from random
        undersampling at 0 to m = 1); or all real rows, a synthetic one counting `alpha` of these ("weighted").
    alpha : float or array-like, default=None
        Above 0, at most 1; of several all are compared at every size. None leaves "weighted" at 0.5.
    multipliers : array-like of shape (M,), default=None
        Synthetic sizes to compare, in units of the class gap; not negative, increasing. None stands for
        0.00, 0.05, ..., 2.00. A multiplier of 0 adds nothing, 1 balances the classes.
    C : array-like, default=None
        Values of the estimator's parameter `C` to compare with every recipe: rows added or weighted at one C relax the
        penalty, which another C does without them. None keeps the estimator's own.
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
        see `theory_guided_multipliers`. For other classifiers the latter is a heuristic.
    scale : bool, default=False
        Standardise features by the real training rows of each fold (and of the refit), before generator and classifier.
        Distances between rows, which most generators rest on, depend on the scale of the features.
    widen_at_edge : bool, default=False
        While the best multiplier is the largest, go on above it in the same steps, by the length of the first grid, at
        most three times; while it is the smallest, go down to 0.
    one_standard_error : bool, default=False
        Use the smallest multiplier whose mean lies within one standard error of the best, instead of the best; of
        several recipes, the simplest in the order of `synthsize.recipes`. Ties go there in any case.
    n_jobs : int, default=None
        Processes that share the folds. Results do not depend on it.
    random_state : int, RandomState, Generator, SeedSequence or None, default=None
        Draws the folds and the synthetic rows. The classifier keeps its own. A number or a numpy SeedSequence gives the
        same result at every fit; a numpy Generator or RandomState is drawn from: equal states give equal results, and a
        second fit another one.

    Attributes
    ----------
    best_recipe_ : str
        The recipe of the refit: "none", "prior_shift", "class_weight", "weights", or the generator as it was given.
    best_C_, best_alpha_ : float
        Its C and alpha; NaN where C is the estimator's own, or synthetic rows are not weighted.
    recipe_results_ : dict of ndarray
        Every recipe at every size: "recipe", "C", "alpha", "multiplier", "mean", "standard_error"; the simplest first.
    best_multiplier_ : float
        The multiplier of the refit; 0 of a recipe without sizes.
    best_index_ : int
        Its position in the validation curve.
    n_synthetic_ : int
        Synthetic rows in the refit.
    validation_curve_ : dict of ndarray
        Of the best recipe: "multiplier", "mean" and "standard_error", of shape (M,), and "by_fold", (folds, M).
        The standard error treats folds as independent.
    one_standard_error_multiplier_ : float
    edge_ : {"none", "lower", "upper"}
        Whether the best mean lies at an end of the grid beyond which there are other sizes.
    events_ : list of (repeat, fold, Event)
        Degenerate cases and what was done about them; repeat and fold are None for the data as a whole and the refit.
    fast_path_ : bool
        Whether the folds were fitted as paths.
    diagnosis_ : Diagnosis
        What the theory says about the rows, if `candidates` is "theory_guided".
    estimator_ : classifier
        Fitted on real and synthetic rows, or by the recipe without them. Under "prior_shift" it stands in a wrapper
        that shifts its probabilities.
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
        strategy: Any = "oversample",
        alpha: ArrayLike | None = None,
        multipliers: ArrayLike | None = None,
        C: ArrayLike | None = None,
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
        self.strategy = strategy
        self.alpha = alpha
        self.multipliers = multipliers
        self.C = C
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
        if _names_part_of("generator", params) and is_list(params.get("generator", self.generator)):
            raise InputError(
                "generator is a list: give parameters to its members, as in make_generator('jitter', scale=0.5)"
            )
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
        rows, self.classes_, found = label_rows(*validate_data(self, X, y, dtype=np.float64, order="C"))
        self.minority_class_ = rows.minority
        self.events_: list[tuple[int | None, int | None, Event]] = [(None, None, event) for event in found]
        estimator = self._checked_estimator()
        own = EstimatorLearner(estimator, (rows.majority, rows.minority), seeded=False)
        criterion = make_criterion(self.criterion, self.majority_weight, own)
        recipes = list_recipes(
            self.generator,
            estimator,
            self.C,
            rows,
            criterion,
            majority_weight=self.majority_weight,
            scale=self.scale,
            strategies=list_strategies(self.strategy, self.alpha),
        )
        fold_seed, refit_seed, diagnosis_seed = first_seed(self.random_state).spawn(3)
        cv = 5 if self.cv is None else self.cv
        groups = route_groups(self, cv, groups, params)
        folds, found = make_folds(cv, self.n_repeats, rows, groups, fold_seed)
        self.events_.extend((None, None, event) for event in found)
        check_folds(folds, rows.is_minority, criterion.needs_both_classes)
        with one_blas_thread():  # as in the folds: the same sums on any machine
            whole = recipes[0].own.prepare(rows.X, rows.is_minority)
            grid = self._candidates(replace(rows, X=whole.X), groups, recipes, diagnosis_seed)
            search = search_recipes(
                recipes,
                rows,
                whole.neighbours,
                folds,
                grid,
                criterion,
                widen_at_edge=self.widen_at_edge,
                one_standard_error=self.one_standard_error,
                n_jobs=self.n_jobs,
            )
            self._keep(search)
            self._refit(search.entry, rows, refit_seed)
        self.fast_path_ = any(recipe.fast for recipe in recipes)
        return self

    def _checked_estimator(self) -> Any:
        estimator = self._base_estimator()
        if not is_classifier(estimator):
            raise InputError(f"estimator must be a classifier, not {estimator!r}")
        return estimator

    def _candidates(
        self, real: LabelledRows, groups: Any, recipes: Sequence[RecipeEntry], seed: SeedSequence
    ) -> NDArray[np.float64]:
        if self.candidates == "grid":
            return grid_multipliers(self.multipliers)
        if len(recipes) > 1 or recipes[0].plain or not isinstance(recipes[0].own.strategy, Oversample):
            raise InputError(
                "candidates='theory_guided' diagnoses one generator: leave C and strategy alone, or choose 'grid'"
            )
        guided, self.diagnosis_, events = guided_multipliers(
            real, recipes[0].own.generator, groups, self.majority_weight, seed
        )
        self.events_.extend((None, None, event) for event in events)
        return guided

    def _base_estimator(self) -> Any:
        return LogisticRegression(C=1.0) if self.estimator is None else self.estimator

    def _keep(self, found: RecipeSearch) -> None:
        search, choice = found.search, found.search.choice
        self.best_recipe_, self.best_C_ = found.entry.name, found.entry.C
        self.best_alpha_ = found.entry.alpha
        self.recipe_results_ = found.results
        self.validation_curve_ = {
            "multiplier": search.multipliers,
            "mean": choice.mean,
            "standard_error": choice.se,
            "by_fold": search.values,
        }
        self.edge_ = choice.edge
        self.one_standard_error_multiplier_ = choice.multiplier_1se
        self.best_multiplier_ = found.multiplier
        self.best_index_ = int(np.searchsorted(search.multipliers, self.best_multiplier_))
        self.events_.extend(found.events)
        if choice.edge == "upper":
            detail = (
                f"the best multiplier, {choice.multiplier:g}, is the largest tried: a larger may be better"
            )
            self.events_.append((None, None, Event("upper_edge", detail)))

    def _refit(self, recipe: RecipeEntry, rows: LabelledRows, seed: SeedSequence) -> None:
        whole = recipe.own.prepare(rows.X, rows.is_minority)
        fitted = whole.fit_sizes(recipe.own.learner, [self.best_multiplier_], seed)
        self.n_synthetic_ = 0 if recipe.plain else fitted.n_requested[0]
        self.scaler_ = whole.preprocessor.scaler_
        self.estimator_ = fitted.fits.models()[0]
        self.events_.extend((None, None, event) for event in fitted.events)

    def get_metadata_routing(self) -> MetadataRouter:
        """Return the metadata that `fit` takes: groups for its own folds, and what a splitter requests."""
        router = MetadataRouter(owner=self).add_self_request(self)
        if hasattr(self.cv, "split"):
            router.add(splitter=self.cv, method_mapping=MethodMapping().add(caller="fit", callee="split"))
        return router

    def __sklearn_tags__(self) -> Tags:
        """Declare what scikit-learn's checks should expect: two classes, dense finite features."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags
