"""The diagnosis against the closed forms and the null designs of the published examples."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import binom, ttest_1samp
from sklearn.linear_model import LogisticRegression

from synthsize.balance import make_generator
from synthsize.balance.diagnosis import Diagnosis, diagnose, diagnose_regime, theory_guided_multipliers
from synthsize.balance.gradients import (
    LOGISTIC,
    Loss,
    WaldTest,
    gradient_moments,
    slopes_difference,
    wald_test,
)
from synthsize.errors import InputError


def squared_loss(majority=0.0, minority=1.0):
    """(target - f)^2 with a target per class."""
    targets = np.array([majority, minority])
    return Loss(slope=lambda f, y: 2.0 * (f - targets[y]), curvature=lambda f, _: np.full(len(f), 2.0))


SQUARED = squared_loss()
# Two values per coordinate with the mean and variance of a standard normal: for the squared loss, whose mean
# gradient knows no other moments, four such rows are the population of the two-dimensional Gaussian example.
STANDARD = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])


def least_squares(X, y, weight):
    return np.linalg.solve((weight[:, None] * X).T @ X, (weight * y) @ X)


def balanced_least_squares(X0, X1, majority_weight=0.5):
    X, y = np.r_[X0, X1], np.r_[np.zeros(len(X0)), np.ones(len(X1))]
    weight = np.where(y == 1, (1 - majority_weight) / len(X1), majority_weight / len(X0))
    return least_squares(X, y, weight)


def squared_diagnosis(X0, X1, Xs, majority_weight=0.5):
    theta = balanced_least_squares(X0, X1, majority_weight)
    groups = [
        gradient_moments(SQUARED, rows, label, theta)
        for rows, label in zip((X0, X1, Xs), (0, 1, 1), strict=True)
    ]
    return diagnose(*groups, majority_weight)


def gaussian_example(mu, mu_synthetic, ratio):
    """Population of the published two-dimensional example, `ratio` majority rows to one minority row."""
    X0, X1 = np.tile(STANDARD, (ratio, 1)), STANDARD + mu
    return X0, X1, STANDARD + mu_synthetic


def excess_after(X0, X1, Xs, copies):
    """Balanced excess risk of least squares on real rows plus `copies` of the synthetic ones."""
    X = np.r_[X0, X1, Xs]
    y = np.r_[np.zeros(len(X0)), np.ones(len(X1) + len(Xs))]
    theta = least_squares(X, y, np.r_[np.ones(len(X0) + len(X1)), np.full(len(Xs), copies)])

    def risk(t):
        return 0.5 * np.mean((X0 @ t) ** 2) + 0.5 * np.mean((1 - X1 @ t) ** 2)

    return risk(theta) - risk(balanced_least_squares(X0, X1))


def test_aligned_gaussian_example_needs_four_gaps():
    X0, X1, Xs = gaussian_example([1.0, 0.0], [0.5, 0.0], ratio=20)
    found = squared_diagnosis(X0, X1, Xs)
    assert (found.asymmetry, found.mismatch) == pytest.approx((4 / 3, 1 / 2), rel=1e-12)
    assert (found.cosine, found.alignment) == pytest.approx((1.0, 3 / 8), rel=1e-12)
    assert found.theory_multiplier == pytest.approx(4.0, rel=1e-12)


def test_its_size_removes_all_excess_risk_and_naive_balance_leaves_the_published_floor():
    X0, X1, Xs = gaussian_example([1.0, 0.0], [0.5, 0.0], ratio=20)
    gap = len(X0) - len(X1)
    size = squared_diagnosis(X0, X1, Xs).theory_multiplier * gap
    assert excess_after(X0, X1, Xs, gap / len(Xs)) == pytest.approx(0.01617, abs=5e-6)
    assert excess_after(X0, X1, Xs, size / len(Xs)) == pytest.approx(0.0, abs=1e-15)


@given(mu=st.floats(0.2, 3.0), a=st.floats(-1.0, 4.0), ratio=st.integers(2, 30))
@settings(deadline=None)
def test_the_general_formula_is_the_examples_own_wherever_the_mismatch_is_aligned(mu, a, ratio):
    """With g_psi along g_phi the first-order size makes the whole gradient zero, so it is no approximation."""
    exact = a * (mu**2 + 2) - mu * (1 + a**2)
    assume(abs(exact) > 1e-3)
    assume(abs(mu - a) > 1e-6)
    X0, X1, Xs = gaussian_example([mu, 0.0], [a, 0.0], ratio)
    found = squared_diagnosis(X0, X1, Xs)
    if exact < 0:
        assert found.theory_multiplier == np.inf
        return
    assert found.theory_multiplier == pytest.approx(mu / exact, rel=1e-8)
    copies = found.theory_multiplier * (len(X0) - len(X1)) / len(Xs)
    assert excess_after(X0, X1, Xs, copies) == pytest.approx(0.0, abs=1e-12)


def test_orthogonal_mismatch_leaves_balance_as_the_size_and_an_excess_at_any():
    X0, X1, Xs = gaussian_example([1.0, 0.0], [1.0, 0.5], ratio=20)
    found = squared_diagnosis(X0, X1, Xs)
    assert found.cosine == pytest.approx(0.0, abs=1e-12)
    assert found.theory_multiplier == pytest.approx(1.0, rel=1e-12)
    per_gap = (len(X0) - len(X1)) / len(Xs)
    published = {0.5: 0.0241, 1.0: 0.0223, 2.0: 0.0325}
    assert {m: excess_after(X0, X1, Xs, m * per_gap) for m in published} == pytest.approx(published, abs=5e-5)
    # The size is first-order advice here: the best one is smaller, and no size is without excess.
    grid = np.arange(0.05, 3.0, 0.05)
    excess = [excess_after(X0, X1, Xs, m * per_gap) for m in grid]
    assert grid[np.argmin(excess)] == pytest.approx(0.75)
    assert min(excess) > 0.02


def test_another_weight_of_the_majority_moves_the_size_to_its_own_balance():
    X0, X1, Xs = gaussian_example([1.0, 0.0], [0.5, 0.0], ratio=20)
    w = 0.6
    found = squared_diagnosis(X0, X1, Xs, w)
    n0, n1 = len(X0), len(X1)
    size = found.theory_multiplier * (n0 - n1)
    X, y = np.r_[X0, X1, Xs], np.r_[np.zeros(n0), np.ones(n1 + len(Xs))]
    theta = least_squares(X, y, np.r_[np.ones(n0 + n1), np.full(len(Xs), size / len(Xs))])
    assert theta == pytest.approx(balanced_least_squares(X0, X1, w), abs=1e-12)


def test_perfect_generator_asks_for_balance_and_no_gap_for_nothing():
    X0, X1, _ = gaussian_example([1.0, 0.0], [1.0, 0.0], ratio=5)
    found = squared_diagnosis(X0, X1, X1)
    assert (found.mismatch, found.theory_multiplier) == (0.0, 1.0)
    assert np.isnan(found.cosine)
    assert np.isnan(squared_diagnosis(X1, X1 + 1.0, X1).theory_multiplier)


def rejections(draw, repetitions, seed):
    """Share of data sets in which symmetry is rejected at 5 %."""
    rng = np.random.default_rng(seed)
    return np.mean([draw(rng).symmetry.p_value < 0.05 for _ in range(repetitions)])


def binomial_bounds(repetitions, rate=0.05):
    return binom.ppf([5e-4, 1 - 5e-4], repetitions, rate) / repetitions


def null_calibration(b, n1, ratio, d=5):
    """Published null design: labels 0 and 1 centred, minority mean b e1, symmetric at b = (5 - sqrt 21)/2."""
    loss = squared_loss(-0.5, 0.5)

    def draw(rng):
        n0 = ratio * n1
        X0 = rng.uniform(-np.sqrt(3), np.sqrt(3), (n0, d)) * np.r_[2.0, np.ones(d - 1)]
        X1 = rng.uniform(-np.sqrt(3), np.sqrt(3), (n1, d))
        X0[:, 0] -= 1.0
        X1[:, 0] += b
        X = np.r_[X0, X1]
        weight = np.r_[np.full(n0, 0.5 / n0), np.full(n1, 0.5 / n1)]
        theta = least_squares(X, np.r_[np.full(n0, -0.5), np.full(n1, 0.5)], weight)
        groups = [gradient_moments(loss, rows, label, theta) for rows, label in ((X0, 0), (X1, 1), (X1, 1))]
        return diagnose(*groups)

    return draw


@pytest.mark.parametrize("ratio", [5, 20])
def test_symmetry_is_rejected_at_the_nominal_rate_under_the_published_null(ratio):
    low, high = binomial_bounds(1500)
    symmetric = (5 - np.sqrt(21)) / 2
    assert low <= rejections(null_calibration(symmetric, 500, ratio), 1500, seed=1) <= high


def test_asymmetry_is_found():
    assert rejections(null_calibration(1.0, 250, 5), 50, seed=2) == 1.0


def test_mirrored_classes_are_symmetric_under_the_squared_loss():
    """Classes at +-mu with one noise law have equal risk at every theta, whatever the imbalance."""
    loss = squared_loss(-1.0, 1.0)

    def draw(rng):
        # Not noise of +-1: its square is constant, and along mu the gradient then has no first-order error to test by.
        X0 = rng.uniform(-np.sqrt(3), np.sqrt(3), (2000, 5)) - np.eye(5)[0]
        X1 = rng.uniform(-np.sqrt(3), np.sqrt(3), (400, 5)) + np.eye(5)[0]
        weight = np.r_[np.full(2000, 0.5 / 2000), np.full(400, 0.5 / 400)]
        theta = least_squares(np.r_[X0, X1], np.r_[-np.ones(2000), np.ones(400)], weight)
        return diagnose(*(gradient_moments(loss, rows, k, theta) for rows, k in ((X0, 0), (X1, 1), (X1, 1))))

    low, high = binomial_bounds(1000)
    assert low <= rejections(draw, 1000, seed=3) <= high


def scikit_learn_fit(X, y, **changes):
    """Slopes and intercept of an unpenalised fit."""
    fit = LogisticRegression(C=1e6, solver="newton-cholesky", **changes).fit(X, y)
    return np.append(fit.coef_[0], fit.intercept_)


def test_logistic_example_without_intercept_is_symmetric_at_its_truth():
    """X = -5 or 1 with the share at which both class gradients vanish at theta = 1 (published: 0.855384)."""
    slope = {x: np.exp(x) / (1 + np.exp(x)) ** 2 for x in (1.0, 5.0)}
    share = slope[1.0] / (5 * slope[5.0] + slope[1.0])
    assert share == pytest.approx(0.855384, abs=1e-6)

    def draw(rng):
        T = np.where(rng.random(8000) < share, -5.0, 1.0)
        X = np.column_stack([T, rng.normal(size=8000)])
        y = (rng.random(8000) < 1 / (1 + np.exp(-T))).astype(np.int8)
        theta = scikit_learn_fit(X, y, class_weight="balanced", fit_intercept=False)[:-1]
        return diagnose(
            *(gradient_moments(LOGISTIC, X[y == k], k, theta) for k in (0, 1)),
            gradient_moments(LOGISTIC, X[y == 1], 1, theta),
        )

    low, high = binomial_bounds(400)
    assert low <= rejections(draw, 400, seed=4) <= high


def test_standard_errors_match_the_spread_over_samples():
    """Aligned Gaussian example with few minority rows: estimates over many samples against their own errors."""
    rng = np.random.default_rng(5)
    found = []
    for _ in range(1500):
        X0, X1, Xs = (
            rng.normal(size=(n, 2)) + [mean, 0.0] for n, mean in ((2000, 0), (400, 1.0), (2000, 0.5))
        )
        found.append(squared_diagnosis(X0, X1, Xs))
    for name, truth in (("asymmetry", 4 / 3), ("alignment", 3 / 8)):
        values = np.array([getattr(one, name) for one in found])
        errors = np.array([getattr(one, f"{name}_se") for one in found])
        assert values.mean() == pytest.approx(truth, rel=0.02)
        assert errors.mean() == pytest.approx(values.std(), rel=0.06)
    covered = [one.multiplier_low <= 4.0 <= one.multiplier_high for one in found]
    low, high = binom.ppf([1e-4, 1 - 1e-4], 1500, 0.95) / 1500
    assert low - 0.01 <= np.mean(covered) <= high + 0.01


def logistic_data(rng, n, quadratic, d=3):
    X = rng.normal(size=(n, d))
    score = X[:, 0] - 2.5 + quadratic * X[:, 1] ** 2
    return X, (rng.random(n) < 1 / (1 + np.exp(-score))).astype(np.int8)


def slopes_of(X, y):
    raw, balanced = scikit_learn_fit(X, y), scikit_learn_fit(X, y, class_weight="balanced")
    Z = np.column_stack([X, np.ones(len(X))])
    return slopes_difference(LOGISTIC, Z, y, raw, balanced, slice(0, -1))


def slopes_p_value(X, y):
    return slopes_of(X, y).test.p_value


def test_a_right_model_moves_its_intercept_alone_and_a_wrong_one_its_slopes():
    rng = np.random.default_rng(6)
    right = np.mean([slopes_p_value(*logistic_data(rng, 4000, 0.0)) < 0.05 for _ in range(400)])
    low, high = binomial_bounds(400)
    assert low <= right <= high
    few = np.mean([slopes_p_value(*logistic_data(rng, 600, 0.0)) < 0.05 for _ in range(400)])
    assert low <= few <= high  # some 60 minority rows: the chi-squared law would reject more often
    X, y = logistic_data(rng, 4000, 0.0)
    X[:, 0] = np.exp(X[:, 0])  # the score is linear in the logarithm
    assert slopes_p_value(X, y) < 1e-6


def bent_data(rng, n, share=0.2):
    """A rare class of twice the spread: the raw slopes are not the balanced ones."""
    y = (np.arange(n) < share * n).astype(np.int8)
    return rng.normal(size=(n, 2)) * np.where(y == 1, 2.0, 1.0)[:, None] + y[:, None], y


def balanced_log_loss(X, y, theta):
    losses = np.logaddexp(0.0, -(2 * y - 1) * (X @ theta[:-1] + theta[-1]))
    return 0.5 * losses[y == 0].mean() + 0.5 * losses[y == 1].mean()


def test_the_cost_of_the_raw_slopes_is_what_the_best_intercept_leaves():
    """The limits hold the loss of the raw slopes on a very large sample, with the intercept that is best for them."""
    rng = np.random.default_rng(12)
    X, y = bent_data(rng, 100_000)
    raw, balanced = scikit_learn_fit(X, y), scikit_learn_fit(X, y, class_weight="balanced")
    lowest = minimize_scalar(lambda b: balanced_log_loss(X, y, np.append(raw[:-1], b))).fun
    truth = lowest - balanced_log_loss(X, y, balanced)
    assert slopes_of(X, y).cost == pytest.approx(truth, rel=0.15)  # second order
    found = [slopes_of(*bent_data(rng, 1000)) for _ in range(150)]
    assert np.mean([one.cost_low <= truth <= one.cost_high for one in found]) >= binomial_bounds(150, 0.95)[0]
    assert np.mean([one.cost for one in found]) == pytest.approx(truth, rel=0.25)


def folds_of(n, k=3):
    parts = [np.arange(n)[i::k] for i in range(k)]
    return [(np.setdiff1d(np.arange(n), part), part) for part in parts]


def test_logistic_with_an_intercept_is_never_symmetric():
    rng = np.random.default_rng(7)
    X, y = logistic_data(rng, 3000, 0.0)
    found = diagnose_regime(X, y, "smote", folds_of(len(y)))
    assert found.symmetry.p_value < 1e-10
    assert found.slopes.test.p_value > 0.01
    assert (found.n_majority, found.n_minority) == ((y == 0).sum(), (y == 1).sum())


def test_wider_jitter_is_a_larger_mismatch():
    X, y = logistic_data(np.random.default_rng(8), 3000, 0.0)
    none, wide = (
        diagnose_regime(X, y, make_generator("jitter", scale=scale), folds_of(len(y))) for scale in (0.0, 2.0)
    )
    # Jitter of scale 0 draws real rows again: its mismatch is noise of the draw.
    assert none.mismatch < 3 * none.mismatch_se * np.sqrt(4)
    assert wide.mismatch > 10 * wide.mismatch_se
    assert abs(none.theory_multiplier - 1.0) < 0.3
    assert none.mismatch_to_noise < wide.mismatch_to_noise


def test_diagnosis_is_the_same_twice_and_takes_its_rows_from_the_seed():
    X, y = logistic_data(np.random.default_rng(9), 600, 0.0)
    one, two, other = (diagnose_regime(X, y, "smote", folds_of(len(y)), random_state=s) for s in (1, 1, 2))
    assert one == two
    assert one.mismatch != other.mismatch
    assert one.symmetry == other.symmetry


def test_constant_and_copied_features_test_nothing_but_do_no_harm():
    X, y = logistic_data(np.random.default_rng(10), 1500, 0.0)
    plain = diagnose_regime(X, y, "jitter", folds_of(len(y)))
    wide = diagnose_regime(np.column_stack([X, np.zeros(len(y)), X[:, 0]]), y, "jitter", folds_of(len(y)))
    assert plain.symmetry.df == wide.symmetry.df == 4
    assert wide.slopes.test.df == plain.slopes.test.df == 3
    assert wide.symmetry.statistic == pytest.approx(plain.symmetry.statistic, rel=1e-3)


def test_degenerate_cases_reach_the_ledger():
    X, y = logistic_data(np.random.default_rng(11), 200, 0.0)
    events = []
    diagnose_regime(X, y, make_generator("smote", k_neighbors=50), folds_of(len(y)), events=events)
    assert {event.event for event in events} == {"few_minority_rows"}
    with pytest.raises(InputError, match="one class only"):
        diagnose_regime(X, np.zeros(200, int), "smote", folds_of(200))


def test_wald_test_of_a_known_vector():
    many = wald_test(np.array([2.0, 0.0, 5.0]), np.diag([4.0, 1.0, 0.0]), n=10**9)
    assert (many.statistic, many.df) == (1.0, 2)
    assert many.p_value == pytest.approx(np.exp(-0.5))  # chi-squared with two degrees of freedom
    assert np.isnan(wald_test(np.zeros(2), np.zeros((2, 2)), n=10).p_value)
    assert np.isnan(wald_test(np.ones(2), np.eye(2), n=2).p_value)


def test_wald_test_of_a_mean_is_hotellings():
    """The mean of normal rows, whose squared t has an exact law however few the rows are."""
    rng = np.random.default_rng(12)
    low, high = binomial_bounds(2000)
    rows = [rng.normal(size=(12, 4)) for _ in range(2000)]
    rejected = [wald_test(x.mean(axis=0), np.cov(x.T) / 12, n=12).p_value < 0.05 for x in rows]
    assert low <= np.mean(rejected) <= high
    one = rows[0][:, :1]
    assert wald_test(one.mean(axis=0), np.atleast_2d(one.var(ddof=1) / 12), n=12).p_value == pytest.approx(
        ttest_1samp(one[:, 0], 0.0).pvalue
    )


def guided(p_value=0.0, multiplier=1.0, noise=1.0, raw_excess_high=np.inf):
    test = WaldTest(1.0, 1, p_value)
    sizes = (multiplier, multiplier, multiplier)
    return theory_guided_multipliers(
        Diagnosis(100, 10, 1, 0, 1, 0, 1, 0, 0, test, *sizes, noise, None, raw_excess_high)
    )


def test_candidates_follow_the_regime():
    assert guided(p_value=0.2, raw_excess_high=0.009) == (0.0, 0.05, 0.1, 0.15, 0.2)
    near = (0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2)
    assert guided() == near
    assert guided(multiplier=2.0) == (*near, 1.6, 1.7, 1.8, 1.9, 2.0, 2.1, 2.2, 2.3, 2.4)
    whole = guided(noise=11.0)
    assert (len(whole), whole[0], whole[-1]) == (41, 0.0, 2.0)
    assert guided(multiplier=np.inf) == guided(multiplier=np.nan) == whole
    # Neither an asymmetry found nor symmetry shown: undecided.
    assert guided(p_value=0.2, raw_excess_high=0.02) == guided(p_value=0.2) == guided(p_value=np.nan) == whole


def test_limit_of_the_raw_excess_covers_the_true_one():
    """Published null design made asymmetric: the excess of the raw fit is known from its population."""
    b, ratio, n1, d = 0.6, 5, 60, 5
    draw = null_calibration(b, n1, ratio, d)
    rng = np.random.default_rng(13)
    # The design's second moments by hand: noise of unit variance, twice as wide in the majority's first feature.
    first0, first1 = np.eye(d) + 3.0 * np.outer(np.eye(d)[0], np.eye(d)[0]), np.eye(d)
    mean0, mean1 = -np.eye(d)[0], b * np.eye(d)[0]
    S0, S1 = first0 + np.outer(mean0, mean0), first1 + np.outer(mean1, mean1)
    theta = np.linalg.solve(S0 + S1, 0.5 * (mean1 - mean0))
    phi = 2.0 * (S0 @ theta + 0.5 * mean0) - 2.0 * (S1 @ theta - 0.5 * mean1)
    pull = ratio / (ratio + 1) - 0.5
    true = 0.5 * pull**2 * phi @ np.linalg.solve(S0 + S1, phi)
    found = np.array([draw(rng).raw_excess_high for _ in range(400)])
    assert true > 0.001
    assert np.mean(found >= true) >= 0.95
    assert np.median(null_calibration(b, 5000, ratio, d)(rng).raw_excess_high) < 2.0 * true


def test_symmetry_is_shown_with_many_rows_and_undecided_with_few():
    symmetric = (5 - np.sqrt(21)) / 2
    rng = np.random.default_rng(14)
    many, few = (null_calibration(symmetric, n1, 5)(rng) for n1 in (2000, 12))
    assert many.raw_excess_high < 0.01 < few.raw_excess_high
    assert np.isinf(null_calibration(symmetric, 4, 5)(rng).raw_excess_high)


def test_few_minority_rows_leave_the_whole_range():
    """Thirteen minority rows: no test of symmetry has power, and balance is far better than nothing."""
    rng = np.random.default_rng(0)
    X = np.r_[rng.normal(size=(400, 8)), rng.normal(size=(13, 8)) + 0.8]
    y = np.r_[np.zeros(400, int), np.ones(13, int)]
    order = rng.permutation(413)
    found = diagnose_regime(X[order], y[order], "smote", folds_of(413))
    assert found.symmetry.p_value >= 0.05
    assert len(theory_guided_multipliers(found)) == 41
