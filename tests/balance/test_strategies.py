"""Strategies: what synthetic rows are fitted together with."""

import re
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from imblearn.under_sampling import RandomUnderSampler
from scipy.spatial.distance import pdist
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from synthsize.balance import Learner, make_generator, make_learner
from synthsize.balance.procedure import Procedure
from synthsize.balance.strategies import STRATEGIES, make_strategy
from synthsize.balance.strategies.mixed import mix_rows
from synthsize.balance.strategies.weighted import risk_share, row_weight
from synthsize.catalogue import strategies as catalogue
from synthsize.errors import InputError
from synthsize.studies.weighted_augmentation import predicted_error
from synthsize.studies.weighted_augmentation import weight as share_of_augmented

GRID = (0.0, 0.4, 1.0)
MINORITY, MAJORITY = 40, 260
GAP = MAJORITY - MINORITY
SIZES = [round(m * GAP) for m in GRID]


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    y = (np.arange(MINORITY + MAJORITY) < MINORITY).astype(np.int8)
    order = rng.permutation(len(y))
    return (rng.normal(size=(len(y), 4)) + 0.8 * y[:, np.newaxis])[order], y[order]


def fitted(rows, strategy, learner="logistic", near=None, generator="smote", learner_state=5):
    procedure = Procedure(make_learner(learner), make_generator(generator), strategy=strategy)
    training = procedure.prepare(*rows)
    found = training.fit_sizes(procedure.learner, GRID, 7, near, learner_state)
    return training, found


def as_set(rows):
    return {row.tobytes() for row in np.ascontiguousarray(rows)}


def test_oversampling_is_what_is_done_without_a_strategy(rows):
    _, named = fitted(rows, make_strategy("oversample"))
    procedure = Procedure(make_learner("logistic"), make_generator("smote"))
    plain = procedure.prepare(*rows).fit_sizes(procedure.learner, GRID, 7, learner_state=5)
    np.testing.assert_array_equal(named.fits.coef, plain.fits.coef)
    np.testing.assert_array_equal(named.fits.intercept, plain.fits.intercept)


def test_mixed_sets_are_balanced_and_nested_on_both_sides(rows):
    X, y = rows
    added = np.random.default_rng(1).normal(size=(GAP, 4))
    mixed, labels = mix_rows(X, y, added, 3)
    sets = [(mixed[: 2 * (MINORITY + size)], labels[: 2 * (MINORITY + size)]) for size in SIZES]
    before = set()
    for size, (part, own) in zip(SIZES, sets, strict=True):
        assert (own == 1).sum() == (own == 0).sum() == MINORITY + size
        assert as_set(part[own == 1]) == as_set(np.concatenate([X[y == 1], added[:size]]))
        assert as_set(part[own == 0]) <= as_set(X[y == 0])
        assert before <= as_set(part[own == 0])
        before = as_set(part[own == 0])
    assert before == as_set(X[y == 0])
    # A solver that looks at every second row must meet both classes.
    tail = labels[2 * MINORITY :: 2]
    assert 0.3 < tail.mean() < 0.7


def test_the_rows_kept_do_not_depend_on_how_many_are_drawn(rows):
    X, y = rows
    added = np.random.default_rng(1).normal(size=(GAP, 4))
    few, _ = mix_rows(X, y, added[:50], 3)
    kept = as_set(few)
    whole, _ = mix_rows(X, y, added, 3)
    assert kept == as_set(whole[: len(few)])
    other, _ = mix_rows(X, y, added[:50], 4)
    assert as_set(other) != kept


@pytest.mark.parametrize(
    ("learner", "reference"),
    [("logistic", LogisticRegression(tol=1e-10, max_iter=10_000)), ("svm", SVC(kernel="linear", tol=1e-4))],
)
def test_mixed_fits_are_those_of_scikit_learn_on_the_mixed_rows(rows, learner, reference):
    training, found = fitted(rows, make_strategy("mixed"), learner)
    added = training.generator.sample(GAP, 7)
    mixed, labels = mix_rows(training.X, training.y, added, 5)
    for i, size in enumerate(SIZES):
        n = 2 * (MINORITY + size)
        model = reference.fit(mixed[:n], labels[:n])
        loose = {"rtol": 0.03, "atol": 0.02} if learner == "svm" else {"rtol": 1e-3, "atol": 1e-4}
        np.testing.assert_allclose(found.fits.coef[i], model.coef_[0], **loose)


def test_mixed_runs_from_random_undersampling_to_full_oversampling(rows):
    """The ends are imbalanced-learn's undersampling in law, and the oversampled fit itself."""
    _, mixed = fitted(rows, make_strategy("mixed"))
    training, added = fitted(rows, make_strategy("oversample"))
    np.testing.assert_allclose(
        mixed.fits.coef[-1], added.fits.coef[-1], rtol=1e-4
    )  # objectives are within 1e-9
    thinned = [fitted(rows, make_strategy("mixed"), learner_state=s)[1].fits.coef[0] for s in range(40)]
    model = LogisticRegression(tol=1e-10)
    reference = []
    for seed in range(40):
        part, own = RandomUnderSampler(random_state=seed).fit_resample(training.X, training.y)
        reference.append(model.fit(part, own).coef_[0])
    gap = np.mean(thinned, axis=0) - np.mean(reference, axis=0)
    error = np.sqrt((np.var(thinned, axis=0) + np.var(reference, axis=0)) / 40)
    assert (np.abs(gap) < 4 * error).all()


def test_undersampling_is_the_same_for_every_generator(rows):
    _, smote = fitted(rows, make_strategy("mixed"))
    _, jitter = fitted(rows, make_strategy("mixed"), generator="jitter")
    np.testing.assert_allclose(smote.fits.coef[0], jitter.fits.coef[0], rtol=1e-6)


def test_beyond_balance_no_majority_row_is_left(rows):
    procedure = Procedure(make_learner("logistic"), make_generator("smote"), strategy=make_strategy("mixed"))
    with pytest.raises(InputError, match="end the multipliers at 1"):
        procedure.prepare(*rows).fit_sizes(procedure.learner, (0.0, 1.5), 0)


def test_without_a_gap_mixed_leaves_the_rows_as_they_are(rows):
    X, y = rows
    procedure = Procedure(make_learner("logistic"), make_generator("smote"), strategy=make_strategy("mixed"))
    found = procedure.prepare(X, 1 - y).fit_sizes(procedure.learner, (0.0, 1.0), 0)
    plain = Procedure(make_learner("logistic"), make_generator("smote"))
    same = plain.prepare(X, 1 - y).fit_sizes(plain.learner, (0.0, 1.0), 0)
    np.testing.assert_allclose(found.fits.coef, same.fits.coef, rtol=1e-5, atol=1e-7)
    assert "no_gap" in {event.event for event in found.events}


@pytest.mark.parametrize(
    ("learner", "reference"),
    [("logistic", LogisticRegression(tol=1e-10, max_iter=10_000)), ("svm", SVC(kernel="linear", tol=1e-4))],
)
def test_weighted_rows_count_alpha(rows, learner, reference):
    alpha = 0.3
    training, found = fitted(rows, make_strategy("weighted", alpha=alpha), learner)
    added = training.generator.sample(GAP, 7)
    for i, size in enumerate(SIZES):
        X, y = np.concatenate([training.X, added[:size]]), np.append(training.y, np.ones(size))
        weight = np.repeat([1.0, alpha], [len(training.X), size])
        scores = reference.fit(X, y, sample_weight=weight).decision_function(X)
        close = {"atol": 0.02} if learner == "svm" else {"atol": 2e-3}
        np.testing.assert_allclose(found.fits.scores(X)[:, i], scores, rtol=0.02, **close)


def test_a_weight_of_one_is_oversampling(rows):
    _, weighted = fitted(rows, make_strategy("weighted", alpha=1.0))
    _, added = fitted(rows, make_strategy("oversample"))
    np.testing.assert_allclose(weighted.fits.coef, added.fits.coef, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("strategy", ["mixed", "weighted"])
def test_a_start_nearby_changes_nothing(rows, strategy):
    _, once = fitted(rows, make_strategy(strategy))
    _, again = fitted(rows, make_strategy(strategy), near=once.fits)
    np.testing.assert_allclose(once.fits.coef, again.fits.coef, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("strategy", ["mixed", "weighted"])
def test_random_features_are_those_of_the_real_rows_at_every_size(rows, strategy):
    """A fit at one size alone is the fit of that size among others."""
    training, found = fitted(rows, make_strategy(strategy), "fourier_logistic")
    alone = training.fit_sizes(make_learner("fourier_logistic"), GRID[1:2], 7, learner_state=5)
    scores = found.fits.scores(training.X)[:, [1]]
    np.testing.assert_allclose(alone.fits.scores(training.X), scores, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_bandwidth_is_that_of_all_real_rows(strategy):
    """Not of the majority rows that are kept, nor of synthetic ones; so that strategies differ in their rows alone."""
    rng = np.random.default_rng(2)
    wide = rng.normal(size=(MAJORITY, 4)) * rng.choice([0.2, 3.0], size=(MAJORITY, 1))
    X, y = (
        np.concatenate([wide, rng.normal(size=(MINORITY, 4)) + 2.0]),
        np.repeat([0, 1], [MAJORITY, MINORITY]),
    )
    training, found = fitted((X, y.astype(np.int8)), make_strategy(strategy), "fourier_logistic")
    drawn = np.random.default_rng(5).standard_normal((4, 100))
    np.testing.assert_allclose(found.fits.map.frequencies * np.median(pdist(training.X)), drawn)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_any_classifier_is_fitted_to_the_same_rows(rows, strategy):
    """Trees see the rows that the path solver sees: their own decisions at every size are those of single fits."""
    made = make_strategy(strategy)
    trees = make_learner(HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=5))
    training, found = fitted(rows, made, trees)
    added = training.generator.sample(GAP, 7)
    for i, size in enumerate(SIZES):
        if strategy == "mixed":
            mixed, labels = mix_rows(training.X, training.y, added, 5)
            X, y = mixed[: 2 * (MINORITY + size)], labels[: 2 * (MINORITY + size)]
            weight = None
        else:
            X, y = np.concatenate([training.X, added[:size]]), np.append(training.y, np.ones(size, np.int8))
            weight = np.repeat([1.0, getattr(made, "alpha", 1.0)], [len(training.X), size])
        alone = trees.fit(X, y, weight, random_state=5)
        np.testing.assert_allclose(found.fits.scores(training.X)[:, [i]], alone.scores(training.X))


def test_weights_are_asked_only_of_those_that_take_them(rows):
    neighbours = make_learner(KNeighborsClassifier())
    fitted(rows, make_strategy("mixed"), neighbours)
    with pytest.raises(InputError, match="takes no weights of rows, which strategy weighted needs"):
        fitted(rows, make_strategy("weighted"), neighbours)


@pytest.fixture
def documented(tmp_path, monkeypatch):
    """The strategy of docs/extending.md, in a folder that counts as one of the room."""
    document = Path(__file__).parents[2] / "docs/extending.md"
    section = document.read_text(encoding="utf-8").split("## A strategy")[1].split("\n## ")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL)
    (tmp_path / "replaced.py").write_text(code, encoding="utf-8")
    room = import_module("synthsize.balance.strategies")
    monkeypatch.setattr(room, "__path__", [*room.__path__, str(tmp_path)])
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    yield catalogue.entries()["replaced"]
    sys.modules.pop("synthsize.balance.strategies.replaced", None)


def test_the_strategy_of_the_document_is_one_file(rows, documented):
    assert not documented.raw_at_zero
    strategy = make_strategy("replaced", kept=3)
    training, found = fitted(rows, strategy)
    added = training.generator.sample(GAP, 7)
    majority, minority = training.X[training.y == 0], training.X[training.y == 1]
    X = np.concatenate([majority, minority[:3], added])
    model = LogisticRegression(tol=1e-10, max_iter=10_000).fit(X, np.repeat([0, 1], [MAJORITY, 3 + GAP]))
    np.testing.assert_allclose(found.fits.coef[-1], model.coef_[0], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("alpha", [0.0, -1.0, 1.5, float("nan")])
def test_impossible_weights_are_rejected(alpha):
    with pytest.raises(InputError, match="alpha must lie above 0 and be at most 1"):
        make_strategy("weighted", alpha=alpha)


def test_an_unknown_strategy_is_named():
    with pytest.raises(
        InputError, match="there is no strategy 'undersample'; choose one of oversample, mixed"
    ):
        make_strategy("undersample")
    with pytest.raises(InputError, match="takes no parameter 'beta'"):
        make_strategy("weighted", beta=1)


def test_the_weight_of_a_row_and_the_share_in_the_risk_are_one_thing():
    assert risk_share(0.5, 100, 400) == pytest.approx(2 / 3)
    for share in (0.1, 1 / 3, 0.9):
        assert risk_share(row_weight(share, 130, 70), 130, 70) == pytest.approx(share)


@dataclass(frozen=True)
class Centre:
    """A weighted mean of minority rows, in place of fits."""

    mean: np.ndarray


class MeanLearner(Learner):
    """Estimates the minority's mean by weighted squared loss."""

    name, score = "mean", "margin"

    def loss(self, scores, y):
        raise NotImplementedError

    def fit_sizes(self, *args, **kwargs):
        raise NotImplementedError

    def fit(self, X, y, sample_weight=None, **_):
        return Centre(np.average(X[y == 1], axis=0, weights=sample_weight[y == 1]))


@pytest.mark.parametrize("rule", ["fixed", "exact"])
def test_the_weighted_mean_over_groups_errs_as_the_closed_form_says(rule):
    """Groups of unequal size, filled up by the generator whose further rows weigh less (Nakada et al. 2024, A.5.1).

    E||mean - true||^2 = d sd^2 ((1 - a)^2 (1 - rho) / n + a^2 / (N G)) + ((1 - a) rho + a)^2 |bias|^2.
    """
    sizes, N, d, sd, bias, draws = np.array([20, 50, 80]), 60, 3, 1.5, 0.1, 1200
    groups, largest = len(sizes), sizes.max()
    settings = {"sizes": sizes.tolist(), "d": d, "sd": sd, "alpha": 1 / 3}
    a = share_of_augmented(rule, bias, N, settings)
    lacking, balanced = groups * largest - sizes.sum(), groups * largest
    rng = np.random.default_rng(12)
    strategy = make_strategy("weighted", alpha=row_weight(a, balanced, N * groups))
    y = np.append(np.ones(balanced, dtype=np.int8), 0)
    errors = []
    for _ in range(draws):
        real, filling = rng.normal(0.0, sd, (sizes.sum(), d)), rng.normal(bias, sd, (lacking, d))
        X = np.concatenate([real, filling, np.zeros((1, d))])
        added = rng.normal(bias, sd, (N * groups, d))
        fits = strategy.fit_sizes(MeanLearner(), X, y, added, [len(added)], random_state=0, events=[])
        errors.append((fits.fits[0].mean ** 2).sum())
    rho = lacking / balanced
    variance = (1 - a) ** 2 * (1 - rho) / sizes.sum() + a**2 / (N * groups)
    expected = d * sd**2 * variance + ((1 - a) * rho + a) ** 2 * d * bias**2
    assert predicted_error(a, bias, N, settings) == pytest.approx(expected)
    assert abs(np.mean(errors) - expected) < 4 * np.std(errors) / np.sqrt(draws)


def test_the_weighted_mean_errs_as_the_closed_form_says():
    """E||mean - true||^2 = d sd^2 ((1 - a)^2 / n + a^2 / N) + a^2 |bias|^2 (Nakada et al. 2024, A.5.1, one group)."""
    n, d, bias, alpha, draws = 60, 3, 0.2, 0.4, 1500
    sizes = (30, 120)
    rng = np.random.default_rng(11)
    strategy, errors = make_strategy("weighted", alpha=alpha), []
    y = np.append(np.ones(n, dtype=np.int8), 0)
    for _ in range(draws):
        real, added = rng.normal(size=(n + 1, d)), rng.normal(size=(max(sizes), d)) + bias
        fits = strategy.fit_sizes(MeanLearner(), real, y, added, sizes, random_state=0, events=[])
        errors.append([(fit.mean**2).sum() for fit in fits.fits])
    for N, found in zip(sizes, np.array(errors).T, strict=True):
        a = risk_share(alpha, n, N)
        expected = d * ((1 - a) ** 2 / n + a**2 / N) + a**2 * d * bias**2
        assert abs(found.mean() - expected) < 4 * found.std() / np.sqrt(draws)
