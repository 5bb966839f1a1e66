import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, log_loss, recall_score

from synthsize.balance import balanced_risk, fit_balanced, oracle_risk
from synthsize.balance.metrics import decide
from synthsize.errors import InputError


def test_log_loss_closed_form():
    scores, y = np.log([1 / 3, 1.0, 3.0]), np.array([0, 0, 1])  # probabilities 1/4, 1/2, 3/4
    expected = 0.5 * (np.log(4 / 3) + np.log(2)) / 2 + 0.5 * np.log(4 / 3)
    assert balanced_risk("logistic", scores, y) == pytest.approx(expected, rel=1e-14)


def test_hinge_closed_form_and_majority_weight():
    scores, y = np.array([-2.0, 0.5, 0.25]), np.array([0, 0, 1])
    assert balanced_risk("svm", scores, y) == pytest.approx(0.5 * 0.75 + 0.5 * 0.75)
    assert balanced_risk("svm", scores * 2, y, majority_weight=0.2) == pytest.approx(0.2 * 1.0 + 0.8 * 0.5)


def test_log_loss_equals_balanced_weighted_log_loss_of_sklearn():
    rng = np.random.default_rng(0)
    scores, y = rng.normal(size=200), (rng.random(200) < 0.2).astype(int)
    weight = np.where(y == 1, 0.5 / y.sum(), 0.5 / (200 - y.sum()))
    assert balanced_risk("logistic", scores, y) == pytest.approx(
        log_loss(y, 1 / (1 + np.exp(-scores)), sample_weight=weight), rel=1e-12
    )


def test_probabilities_are_clipped():
    assert balanced_risk("logistic", [1e4, -1e4], [0, 1]) == pytest.approx(-np.log(1e-15))
    assert balanced_risk("logistic", [-1e4, 1e4], [0, 1]) == pytest.approx(1e-15, rel=0.2)


def test_columns_are_scored_each():
    rng = np.random.default_rng(1)
    scores, y = rng.normal(size=(50, 3)), np.r_[np.zeros(40, int), np.ones(10, int)]
    together = balanced_risk("svm", scores, y)
    assert together == pytest.approx([balanced_risk("svm", scores[:, i], y) for i in range(3)], rel=1e-14)
    assert np.isnan(balanced_risk("svm", scores, np.zeros(50, int))).all()


def test_decisions_equal_sklearn():
    rng = np.random.default_rng(2)
    scores, y = rng.normal(size=(80, 2)), rng.integers(0, 2, 80)
    ours = decide(scores, y)
    for i in range(2):
        called = scores[:, i] > 0
        assert ours.balanced_accuracy[i] == pytest.approx(balanced_accuracy_score(y, called))
        assert ours.sensitivity[i] == pytest.approx(recall_score(y, called))
        assert ours.specificity[i] == pytest.approx(recall_score(y, called, pos_label=0))


def test_score_of_zero_is_called_majority():
    assert decide([0.0, 0.0], [0, 1]).sensitivity == 0.0
    assert decide([0.0, 0.0], [0, 1]).specificity == 1.0


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
def test_oracle_has_the_lowest_balanced_risk_around(classifier):
    X, y = make_classification(300, 4, n_informative=3, n_redundant=0, weights=[0.85], random_state=3)
    lowest = oracle_risk(classifier, X, y)
    fit = fit_balanced(classifier, X, y)
    rng = np.random.default_rng(0)
    for size in (1e-3, 1e-1):
        coef = fit.coef + size * rng.normal(size=(4, 200)).T
        scores = X @ coef.T + fit.intercept + size * rng.normal(size=200)
        assert (balanced_risk(classifier, scores, y) >= lowest * (1 - 2e-5)).all()


def test_balanced_logistic_fit_equals_sklearn_class_weight():
    X, y = make_classification(300, 4, n_informative=3, n_redundant=0, weights=[0.85], random_state=3)
    ours = fit_balanced("logistic", X, y, C=10.0)
    theirs = LogisticRegression(C=10.0, class_weight="balanced", tol=1e-10, max_iter=5000).fit(X, y)
    assert ours.coef == pytest.approx(theirs.coef_[0], abs=1e-4)
    assert ours.intercept == pytest.approx(theirs.intercept_[0], abs=1e-4)


def test_undersampled_oracle_uses_as_many_majority_rows_and_its_seed():
    X, y = make_classification(300, 4, n_informative=3, n_redundant=0, weights=[0.85], random_state=3)
    first = oracle_risk("logistic", X, y, variant="undersampled", random_state=1)
    assert first == oracle_risk("logistic", X, y, variant="undersampled", random_state=1)
    assert first != oracle_risk("logistic", X, y, variant="undersampled", random_state=2)
    even = np.r_[np.flatnonzero(y == 0)[: y.sum()], np.flatnonzero(y == 1)]
    balanced = oracle_risk("logistic", X[even], y[even], variant="undersampled")
    assert balanced == pytest.approx(oracle_risk("logistic", X[even], y[even]), rel=1e-6)


def test_bad_oracle_is_named():
    X, y = np.zeros((4, 1)), np.array([0, 0, 1, 1])
    with pytest.raises(InputError, match="there is no oracle 'best'; choose weighted or undersampled"):
        oracle_risk("svm", X, y, variant="best")
    with pytest.raises(InputError, match="one class only, so there is no balanced fit"):
        fit_balanced("svm", X, np.zeros(4, int))


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda X, y: fit_balanced("svm", X, y, C=0), "C must be a finite number above 0, not 0"),
        (lambda X, y: fit_balanced("svm", X, y, C=np.inf), "C must be a finite number above 0, not inf"),
        (
            lambda X, y: fit_balanced("svm", X, y, majority_weight=1.0),
            "majority_weight must lie strictly between",
        ),
        (
            lambda X, y: balanced_risk("svm", X, y, np.nan),
            "majority_weight must lie strictly between 0 and 1, not nan",
        ),
        (
            lambda X, y: balanced_risk("svm", X, 2 * y),
            "y must hold one label, 0 or 1, for each of the scores",
        ),
        (
            lambda X, y: balanced_risk("svm", X[:3], y),
            "for each of the scores of shape (3, 1), not shape (4,)",
        ),
        (
            lambda X, y: oracle_risk("svm", X, y, variant="undersampled", random_state=-1),
            "random_state must be",
        ),
    ],
)
def test_bad_input_of_risks_is_named(action, message):
    with pytest.raises(InputError) as caught:
        action(np.arange(4.0)[:, np.newaxis], np.array([0, 0, 1, 1]))
    assert message in str(caught.value)
