import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    matthews_corrcoef,
    roc_auc_score,
)

from synthsize.balance.calibration import calibration_intercept, calibration_slope
from synthsize.balance.metrics import DECISIONS, ESTIMATES, RANKING, decide, evaluate, rank


def problem(seed=0, n=300, shift=0.0, slope=1.0, columns=3):
    """Log odds in columns; labels follow those of the first, shifted and stretched."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(-1.0, 1.5, size=(n, columns))
    return scores, (rng.random(n) < expit(shift + slope * scores[:, 0])).astype(np.int8)


def unpenalised(x, y):
    fit = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000, solver="newton-cholesky").fit(x, y)
    return float(fit.intercept_[0]), float(fit.coef_[0, 0])


SKLEARN = {
    "f1": lambda y, f: f1_score(y, f > 0),
    "mcc": lambda y, f: matthews_corrcoef(y, f > 0),
    "auroc": roc_auc_score,
    "auprc": average_precision_score,
    "log_loss": lambda y, f: log_loss(y, expit(f)),
    "brier": lambda y, f: brier_score_loss(y, expit(f)),
}


@pytest.mark.parametrize("rounded", [False, True])  # rounding makes ties, and scores of 0
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", SKLEARN)
def test_metrics_equal_those_of_sklearn(name, seed, rounded):
    scores, y = problem(seed)
    scores = np.round(scores) if rounded else scores
    ours = evaluate(scores, y, estimates=True)[name]
    assert ours == pytest.approx([SKLEARN[name](y, column) for column in scores.T], rel=1e-12)


@pytest.mark.parametrize("level", [-1.0, 1.0])
def test_no_decision_at_all_has_no_correlation(level):
    y = np.array([0, 0, 0, 1, 1])
    found = decide(np.full((5, 1), level), y)
    assert found.mcc.tolist() == [matthews_corrcoef(y, np.full(5, level > 0))] == [0.0]
    assert found.f1 == pytest.approx([f1_score(y, np.full(5, level > 0))])


@pytest.mark.parametrize("n_minority", range(1, 60, 7))
def test_all_called_alike_is_exactly_zero_whatever_the_counts(n_minority):
    y = np.r_[np.ones(n_minority, int), np.zeros(61, int)]
    assert decide(np.ones((len(y), 1)), y).mcc.tolist() == [0.0]


@pytest.mark.parametrize("seed", range(5))
def test_calibration_slope_is_that_of_unpenalised_logistic_regression(seed):
    scores, y = problem(seed, shift=-0.7, slope=0.6)
    for column in scores.T:
        assert calibration_slope(column, y) == pytest.approx(unpenalised(column[:, None], y)[1], abs=1e-7)


def test_calibration_slope_does_not_depend_on_the_scale():
    scores, y = problem(3)
    one = calibration_slope(scores[:, 0], y)
    for scale in (1e-6, 1e6):
        assert calibration_slope(scale * scores[:, 0] + 5 * scale, y) == pytest.approx(one / scale, rel=1e-9)


@pytest.mark.parametrize("spread", [1.0, 30.0, 1e4])
def test_calibration_intercept_matches_the_mean_risk_to_the_prevalence(spread):
    scores, y = problem(1)
    for column in spread * scores.T:
        shift = calibration_intercept(column, y)
        assert expit(column + shift).mean() == pytest.approx(y.mean(), abs=1e-9)


def test_calibration_recovers_a_known_distortion():
    # Log odds doubled and raised by 2: y follows -1 + f / 2. Standard errors of the estimates are about 0.02.
    scores, y = problem(2, n=40_000, columns=1)
    distorted = 2.0 * scores[:, 0] + 2.0
    assert calibration_intercept(scores[:, 0], y) == pytest.approx(0.0, abs=0.06)
    assert calibration_slope(distorted, y) == pytest.approx(0.5, abs=0.03)
    assert calibration_intercept(scores[:, 0] + 2.0, y) == pytest.approx(
        calibration_intercept(scores[:, 0], y) - 2.0, abs=1e-9
    )


def test_a_refit_on_the_same_rows_is_calibrated():
    scores, y = problem(4, columns=2)
    fit = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000, solver="newton-cholesky").fit(scores, y)
    odds = fit.decision_function(scores)
    assert calibration_intercept(odds, y) == pytest.approx(0.0, abs=1e-7)
    assert calibration_slope(odds, y) == pytest.approx(1.0, abs=1e-7)


@pytest.mark.parametrize(
    ("log_odds", "y"),
    [
        ([-2.0, -1.0, 1.0, 2.0], [0, 0, 1, 1]),  # separated
        ([-2.0, -1.0, 1.0, 2.0], [1, 1, 0, 0]),  # separated the wrong way
        ([-2.0, 1.0, 1.0, 2.0], [0, 0, 1, 1]),  # but for a tie
        ([0.3, 0.3, 0.3, 0.3], [0, 0, 1, 1]),  # no differences
        ([-2.0, -1.0, 1.0, 2.0], [0, 0, 0, 0]),  # one class
    ],
)
def test_slope_without_a_finite_fit_is_missing(log_odds, y, recwarn):
    assert np.isnan(calibration_slope(log_odds, y))
    assert len(recwarn) == 0


def test_slope_survives_one_row_out_of_place_among_many():
    x = np.r_[np.linspace(-50, -1, 500), np.linspace(1, 50, 500)]
    y = (x > 0).astype(int)
    y[0] = 1
    assert calibration_slope(x, y) == pytest.approx(unpenalised(x[:, None], y)[1], rel=1e-6)


def test_one_class_leaves_undefined_metrics_missing():
    found = evaluate(np.array([[-1.0], [0.5]]), [0, 0], estimates=True)
    missing = {name for name, value in found.items() if np.isnan(value).all()}
    assert missing == {*found} - {"specificity", "log_loss", "brier"}
    assert np.isnan(rank([0.1, 0.2], [1, 1])).all()


def test_scores_that_estimate_no_risk_get_decisions_and_ranks_alone():
    scores, y = problem()
    found = evaluate(scores, y, estimates=False)
    assert set(found) == {*DECISIONS, *RANKING, *ESTIMATES}
    assert all(np.isnan(found[name]).all() for name in ESTIMATES)
    assert all(np.isfinite(found[name]).all() for name in (*DECISIONS, *RANKING))


def test_infinite_scores_have_no_rank_but_decide():
    found = evaluate(np.full((4, 1), -np.inf), [0, 0, 1, 1], estimates=False)
    assert np.isnan([*found["auroc"], *found["auprc"]]).all()
    assert found["specificity"].tolist() == [1.0]


def test_columns_are_scored_each():
    scores, y = problem()
    together = evaluate(scores, y, estimates=True)
    for i in range(scores.shape[1]):
        alone = evaluate(scores[:, [i]], y, estimates=True)
        assert {name: value[i] for name, value in together.items()} == pytest.approx(
            {name: value[0] for name, value in alone.items()}, rel=1e-13
        )
