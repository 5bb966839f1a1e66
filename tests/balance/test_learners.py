"""Learners: the path solvers', any scikit-learn classifier's, and what every one of them must keep."""

import numpy as np
import pytest
from numpy.random import SeedSequence
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import make_classification
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

from synthsize.balance import balanced_risk, make_generator, make_learner
from synthsize.balance.controls import ControlInputs, fit_controls
from synthsize.balance.learners import EstimatorLearner
from synthsize.balance.learners.random_forest import SmoothedForest
from synthsize.balance.procedure import Procedure
from synthsize.catalogue import learners as catalogue
from synthsize.errors import InputError

NAMES = list(catalogue.entries())
BROUGHT = {
    "trees": ExtraTreesClassifier(n_estimators=10),
    "forest": RandomForestClassifier(n_estimators=10),
    "bayes": GaussianNB(),
    "ridge": RidgeClassifier(),
    "pipeline": make_pipeline(StandardScaler(), LogisticRegression()),
    "network": MLPClassifier((4,), max_iter=200),
}
GRID = (0.0, 0.5, 1.0)


def rows(n=300, seed=0):
    X, y = make_classification(n, 4, weights=[0.85], flip_y=0.05, random_state=seed)
    return X, y.astype(np.int8)


def learner_of(name):
    return make_learner(BROUGHT[name]) if name in BROUGHT else make_learner(name, params=SMALL.get(name))


def fit_grid(learner, X, y, seed=3):
    training = Procedure(learner, make_generator("smote")).prepare(X, y)
    return training.fit_sizes(learner, GRID, SeedSequence([seed, 1]))


every = pytest.mark.parametrize("name", [*NAMES, *BROUGHT])
quiet = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
# So that twenty fits of each take no longer than one of the defaults.
SMALL = {"random_forest": {"n_estimators": 10}, "mlp": {"hidden": [4], "max_iter": 60, "learning_rate": 0.05}}


@quiet
@every
def test_a_learner_is_deterministic_given_its_seed(name):
    """Names of those that are not would stand here, kept out of what promises equal bits."""
    X, y = rows()
    first, second = (fit_grid(learner_of(name), X, y) for _ in range(2))
    assert np.array_equal(first.scores(X), second.scores(X))


@quiet
@pytest.mark.parametrize("name", ["trees", "forest", "network", "random_forest", "fourier_logistic", "mlp"])
def test_a_learner_that_draws_takes_the_seed_of_the_procedure(name):
    X, y = rows()
    new = X + np.random.default_rng(0).normal(size=X.shape)
    first, second = (fit_grid(learner_of(name), X, y, seed) for seed in (1, 2))
    # At m = 0, where no synthetic row differs.
    assert not np.array_equal(first.scores(new)[:, 0], second.scores(new)[:, 0])


@quiet
@every
def test_scores_indicate_the_minority_and_match_what_the_entry_says(name):
    X, y = rows()
    learner = learner_of(name)
    scores = fit_grid(learner, X, y).scores(X)
    assert scores.shape == (len(X), len(GRID))
    assert np.isfinite(scores).all()
    assert (scores[y == 1].mean(axis=0) > scores[y == 0].mean(axis=0)).all()
    if name in NAMES:
        entry = catalogue.entries()[name]
        assert (entry.score, entry.oracle, entry.estimates_risk) == (
            learner.score,
            learner.has_oracle,
            learner.estimates_risk,
        )
        assert (entry.linear, entry.takes_weights) == (learner.linear, learner.takes_weights)
        params = {key: rule["default"] for key, rule in entry.parameters.items()} | SMALL.get(name, {})
        assert np.array_equal(fit_grid(make_learner(name, params=params), X, y).scores(X), scores)


def test_threads_change_no_bit_of_boosted_trees():
    """A job limits itself to one thread; a user of the library may not."""
    X, y = rows()
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(fit_grid(make_learner("boosting", params={"max_iter": 3}), X, y).scores(X))
    assert np.array_equal(*found)


def test_a_boosting_library_comes_by_import_path():
    pytest.importorskip("lightgbm")
    X, y = rows()
    params = {"n_estimators": 10, "verbose": -1, "n_jobs": 1}
    learner = make_learner("light", "lightgbm.LGBMClassifier", params)
    assert (learner.score, learner.has_oracle, learner.takes_weights) == ("log_odds", False, True)
    fitted = fit_grid(learner, X, y)
    assert np.array_equal(fitted.scores(X), fit_grid(learner, X, y).scores(X))
    model = fitted.fits.models()[0]
    p = model.predict_proba(fitted.preprocessor.transform(X))
    assert fitted.scores(X)[:, 0] == pytest.approx(np.log(p[:, 1] / p[:, 0]))


@pytest.mark.parametrize(
    ("classifier", "linear"), [(RidgeClassifier(), True), (KNeighborsClassifier(), False)]
)
def test_a_linear_classifier_by_import_path_is_known_as_one(classifier, linear):
    learner = make_learner(classifier)
    assert (learner.linear, learner.has_oracle) == (linear, False)


def test_the_votes_of_a_forest_are_smoothed_so_that_no_risk_is_0():
    X, y = rows()
    forest = RandomForestClassifier(n_estimators=10, min_samples_leaf=5, random_state=3).fit(X, y)
    smoothed = SmoothedForest(n_estimators=10, min_samples_leaf=5, random_state=3).fit(X, y)
    share = forest.predict_proba(X)
    assert (share == 0).any()
    assert smoothed.predict_proba(X) == pytest.approx((10 * share + 1) / 12)
    assert np.array_equal(smoothed.predict(X), forest.predict(X))
    raw = SmoothedForest(n_estimators=10, min_samples_leaf=5, added_votes=0, random_state=3).fit(X, y)
    assert raw.predict_proba(X) == pytest.approx(share)


def test_fits_of_a_classifier_are_its_own_fits_on_the_same_rows():
    X, y = rows()
    learner = make_learner("trees", "sklearn.ensemble.ExtraTreesClassifier", {"n_estimators": 10})
    training = Procedure(learner, make_generator("smote")).prepare(X, y)
    fitted = training.fit_sizes(learner, GRID, 5)
    stream = training.generator.sample(max(fitted.n_requested), 5)
    for column, size in enumerate(fitted.n_requested):
        seed = fitted.fits.models()[column].random_state
        own = ExtraTreesClassifier(n_estimators=10, random_state=seed).fit(
            np.r_[training.X, stream[:size]], np.r_[y, np.ones(size, np.int8)]
        )
        p = np.clip(own.predict_proba(training.X), 1e-15, 1)
        assert fitted.fits.scores(training.X)[:, column] == pytest.approx(np.log(p[:, 1] / p[:, 0]))


def test_the_loss_of_probabilities_is_the_log_loss_and_of_a_margin_the_hinge():
    y = np.array([0, 1, 1], dtype=np.int8)
    scores = np.array([-1.0, 0.5, 3.0])
    bayes, ridge = make_learner(GaussianNB()), make_learner(RidgeClassifier())
    assert balanced_risk(bayes, scores, y) == pytest.approx(balanced_risk("logistic", scores, y))
    assert balanced_risk(ridge, scores, y) == pytest.approx(balanced_risk("svm", scores, y))


def test_no_risk_is_reported_in_excess_of_an_oracle_that_is_not_known():
    X, y = rows()
    with pytest.raises(InputError, match="GaussianNB has no oracle"):
        make_learner(GaussianNB()).oracle_risk(X, y)


def test_a_control_that_needs_weights_is_left_out_with_an_event_where_none_are_taken():
    X, y = rows()
    learner = EstimatorLearner(MLPNoWeights())
    events = []
    inputs = ControlInputs(learner, X, y, GRID)
    fits = fit_controls(["none", "class_weight", "weights", "prior_shift"], inputs, events)
    assert [fit.control for fit in fits] == ["none", "prior_shift"]
    assert [(name, event.event) for name, event in events] == [
        ("class_weight", "no_weights"),
        ("weights", "no_weights"),
    ]


class MLPNoWeights(ClassifierMixin, BaseEstimator):
    """A classifier whose fit takes no weights."""

    def fit(self, X, y):
        self.classes_, self.mean_ = np.unique(y), X.mean()
        return self

    def predict(self, X):
        return self.classes_[(X.mean(axis=1) > self.mean_).astype(int)]

    def predict_proba(self, X):
        p = 1 / (1 + np.exp(-X.mean(axis=1)))
        return np.column_stack([1 - p, p])


class Breaks(MLPNoWeights):
    """Fails where there are synthetic rows."""

    def fit(self, X, y):
        if np.mean(y) > 0.3:
            raise FloatingPointError("diverged")
        return super().fit(X, y)


class NoScores(ClassifierMixin, BaseEstimator):
    """Predicts, and says nothing of how sure it is."""

    def fit(self, X, y):  # noqa: ARG002
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.zeros(len(X))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: make_learner("forest"), "there is no classifier 'forest'; choose one of logistic, svm"),
        (
            lambda: make_learner("fourier_logistic", params={"n_components": 0}),
            "n_components of fourier_logistic must be at least 1, not 0",
        ),
        (lambda: make_learner("svm", params={"C": 0.0}), "C of svm must be a finite number above 0, not 0.0"),
        (lambda: make_learner("svm", params={"c": 1.0}), "svm takes no parameter 'c'; it takes C, tolerance"),
        (
            lambda: make_learner(LinearRegression()),
            "LinearRegression is no classifier of scikit-learn's kind",
        ),
        (lambda: make_learner(NoScores()), "has neither predict_proba nor decision_function"),
        (lambda: make_learner("a", "sklearn"), "'sklearn' is no import path"),
        (lambda: make_learner("a", "sklearn.svm.NuSVM"), "module 'sklearn.svm' has no 'NuSVM'"),
        (
            lambda: make_learner("a", "no_such_package.Trees"),
            "needs the module 'no_such_package', which is not installed",
        ),
        (
            lambda: make_learner("a", "sklearn.svm.SVC", {"c": 1}),
            "a takes no parameter 'c'; it takes C, kernel",
        ),
    ],
)
def test_a_learner_that_cannot_be_made_is_reported_in_one_sentence(make, message):
    with pytest.raises(InputError) as caught:
        make()
    assert message in str(caught.value)


def test_a_learner_that_fails_on_one_size_names_itself_and_the_size():
    X, y = rows()
    with pytest.raises(
        InputError,
        match=r"fragile failed on \d+ training rows with \d+ synthetic rows \(FloatingPointError; its message",
    ):
        fit_grid(EstimatorLearner(Breaks(), called="fragile"), X, y)


class Speechless(MLPNoWeights):
    """Fits, and then gives probabilities of which some are NaN, or none at all."""

    def __init__(self, how="nan"):
        self.how = how

    def predict_proba(self, X):
        if self.how == "nan":
            return np.full((len(X), 2), np.nan)
        raise RuntimeError("no probabilities for 17.3")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("nan", "mute gave NaN or infinite scores; change its parameters or leave it out"),
        (
            "raises",
            "mute was fitted but gave no scores (RuntimeError; its message is left out because it may quote patients' "
            "rows)",
        ),
    ],
)
def test_scores_that_are_none_are_rejected_in_the_name_of_the_learner(how, message):
    X, y = rows()
    fitted = fit_grid(EstimatorLearner(Speechless(how), called="mute"), X, y)
    with pytest.raises(InputError) as caught:
        fitted.scores(X)
    assert message in str(caught.value)


def test_a_network_that_stops_before_it_converged_is_recorded():
    X, y = rows()
    learner = EstimatorLearner(MLPClassifier((4,), max_iter=2), called="network")
    events = fit_grid(learner, X, y).events
    assert [event.event for event in events] == ["not_converged"] * len(GRID)
    assert events[0].detail == "network with 0 synthetic rows: stopped before it converged"


@pytest.mark.parametrize(
    ("drawn", "message"),
    [
        (lambda n, d: np.zeros((n - 1, d)), "returned rows of shape"),
        (lambda n, d: np.zeros((n, d + 1)), "returned rows of shape"),
        (lambda n, d: np.full((n, d), np.nan), "returned NaN or infinite values"),
        (lambda n, d: n * d / 0, "failed to draw .* rows .ZeroDivisionError; its message"),
    ],
)
def test_rows_of_a_generator_that_are_none_are_rejected(drawn, message):
    X, y = rows()
    generator = make_generator("jitter")
    generator._draw = lambda n, random_state: drawn(n, X.shape[1])  # noqa: ARG005
    with pytest.raises(InputError, match=message):
        Procedure(make_learner("svm"), generator).prepare(X, y).fit_sizes(make_learner("svm"), GRID, 0)


def test_a_kernel_machine_is_judged_by_its_margin():
    X, y = rows()
    learner = make_learner(SVC())
    assert (learner.score, learner.estimates_risk, learner.takes_weights) == ("margin", False, True)
    model = fit_grid(learner, X, y)
    assert np.array_equal(
        model.fits.calls(model.preprocessor.transform(X), model.scores(X)), model.scores(X) > 0
    )
