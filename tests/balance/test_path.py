import mypy.api
import numpy as np
import pytest
from linear_problems import augmented, hinge_objective, log_objective, training_set
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.exceptions import ConvergenceWarning

from synthsize.balance import fit_path, n_synthetic
from synthsize.balance.solvers import svm
from synthsize.errors import InputError

TYPED = """
import numpy as np
from synthsize.balance import fit_path, make_generator

X = np.random.default_rng(0).normal(size=(20, 3))
y = (np.arange(20) < 6).astype(int)
rows = make_generator("smote").fit(X, y).sample(8, np.random.default_rng(1))
by_array, _ = fit_path("logistic", X, y, rows, np.arange(0, 9, 4))
by_list, _ = fit_path("logistic", X, y, rows, [0, 4, 8])
"""


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
def test_order_of_sizes_does_not_matter_and_equal_sizes_share_a_fit(classifier):
    X, y, synthetic = training_set()
    coef, intercept = fit_path(classifier, X, y, synthetic, [0, 30, 30, 90])
    back, back_intercept = fit_path(classifier, X, y, synthetic, [90, 30, 0, 30])
    assert np.array_equal(coef[[3, 1, 0, 2]], back)
    assert np.array_equal(intercept[[3, 1, 0, 2]], back_intercept)
    assert np.array_equal(coef[1], coef[2])


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
def test_separable_and_huge_features_converge_without_an_event(classifier):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3)) * [1.0, 1e3, 1e-3]
    y = (X[:, 0] > 0.5).astype(int)
    events = []
    coef, _ = fit_path(classifier, X, y, X[y == 1], [0, 10], events=events)
    assert np.isfinite(coef).all()
    assert events == []


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
def test_start_changes_the_result_within_tolerance_only(classifier):
    X, y, synthetic = training_set()
    sizes = [200, 0, 50, 200]
    coef, intercept = fit_path(classifier, X, y, synthetic, sizes)
    fold = np.arange(len(y)) % 5 != 0
    for start in [(coef, intercept), (coef * 0.0 + 50.0, intercept - 100.0)]:
        warm = fit_path(classifier, X[fold], y[fold], synthetic, sizes, start=start)
        cold = fit_path(classifier, X[fold], y[fold], synthetic, sizes)
        for i, size in enumerate(sizes):
            rows, labels = augmented(X[fold], y[fold], synthetic, size)
            objective = log_objective if classifier == "logistic" else hinge_objective
            values = [
                objective(path[0][i], path[1][i], rows, labels, np.ones(len(labels))) for path in (warm, cold)
            ]
            assert values[0] == pytest.approx(values[1], rel=1e-8 if classifier == "logistic" else 1e-4)


def test_unfinished_solver_says_so(monkeypatch):
    monkeypatch.setattr(svm, "MAX_STAGES", 1)
    X, y, synthetic = training_set()
    events = []
    fit_path("svm", X, y, synthetic, [0], events=events)
    assert [event.event for event in events] == ["not_converged", "constant_score"]
    assert "svm with 0 synthetic rows: relative duality gap" in events[0].detail
    with pytest.warns(ConvergenceWarning, match="relative duality gap"):
        fit_path("svm", X, y, synthetic, [0])


@pytest.mark.parametrize(
    ("multiplier", "gap", "expected"),
    [
        (0, 100, 0),
        (1, 37, 37),
        (0.5, 37, 18),
        (0.5, 35, 18),
        (2, 550, 1100),
        (0.29, 100, 29),
        (1, 0, 0),
        (1, -5, 0),
    ],
)
def test_n_synthetic_rounds_half_to_even_and_never_below_zero(multiplier, gap, expected):
    assert n_synthetic(multiplier, gap) == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sizes": [11]}, "sizes must lie between 0 and the 10 rows of X_synthetic"),
        ({"sizes": [-1]}, "sizes must lie between 0"),
        ({"sizes": []}, "sizes must list at least one whole number"),
        ({"sizes": [[1, 2]]}, "sizes must list at least one whole number"),
        ({"sizes": ["two"]}, "sizes must list at least one whole number"),
        ({"sizes": [0.5]}, "sizes must be whole numbers of rows (n_synthetic rounds), got [0.5]"),
        ({"sizes": [np.nan]}, "sizes must be whole numbers of rows"),
        ({"C": 0}, "C must be a finite number above 0, not 0"),
        ({"C": -1.0}, "C must be a finite number above 0, not -1.0"),
        ({"C": np.nan}, "C must be a finite number above 0, not nan"),
        ({"C": np.inf}, "C must be a finite number above 0, not inf"),
        ({"C": "1"}, "C must be a finite number above 0, not '1'"),
        ({"tolerance": 0.0}, "tolerance must be a finite number above 0, not 0.0"),
        ({"tolerance": -1e-9}, "tolerance must be a finite number above 0"),
        ({"tolerance": np.nan}, "tolerance must be a finite number above 0"),
        ({"X": csr_array(np.eye(20, 3))}, "X is sparse, "),
        ({"X": np.full((20, 3), "a")}, "X must hold real numbers, not values of type <U1"),
        ({"X": np.ones((20, 3)) * 1j}, "X must hold real numbers, not values of type complex128"),
        ({"X_synthetic": csr_array(np.eye(10, 3))}, "give a dense array (X_synthetic.toarray())"),
        (
            {"X_synthetic": np.full((10, 3), np.nan)},
            "X_synthetic holds NaN or infinite values, first in column 0",
        ),
        ({"X_synthetic": np.full((10, 3), np.inf)}, "X_synthetic holds NaN or infinite values"),
        ({"X_synthetic": np.zeros(10)}, "X_synthetic must have two dimensions"),
        ({"X_synthetic": np.zeros((10, 2))}, "must have the 3 columns of X"),
        ({"y": np.zeros(20, int)}, "y holds one class only"),
        (
            {"start": (np.zeros((2, 3)), np.zeros(2))},
            "start must hold coefficients of shape (1, 3) and intercepts",
        ),
        ({"start": (np.full((1, 3), np.nan), np.zeros(1))}, "start holds NaN or infinite values"),
        ({"classifier": "tree"}, "there is no classifier 'tree'; choose one of logistic, svm"),
    ],
)
def test_bad_path_is_named(change, message):
    call = {
        "classifier": "svm",
        "X": np.random.default_rng(0).normal(size=(20, 3)),
        "y": np.r_[np.zeros(15, int), np.ones(5, int)],
        "X_synthetic": np.zeros((10, 3)),
        "sizes": [0],
    }
    with pytest.raises(InputError) as caught:
        fit_path(**{**call, **change})
    assert message in str(caught.value)


@pytest.mark.parametrize("multiplier", [-0.5, np.nan, np.inf])
def test_bad_multiplier_is_named(multiplier):
    with pytest.raises(InputError, match=f"must be 0 or a finite number above, not {multiplier}"):
        n_synthetic(multiplier, 10)


def test_sizes_may_be_an_array_for_the_type_checker_too(tmp_path):
    snippet = tmp_path / "snippet.py"
    snippet.write_text(TYPED, encoding="utf-8")
    options = ["--strict", "--no-incremental", "--ignore-missing-imports", "--follow-imports=silent"]
    out, err, status = mypy.api.run([*options, str(snippet)])
    assert status == 0, out + err
    found: dict[str, NDArray[np.float64]] = {}
    exec(compile(TYPED, str(snippet), "exec"), found)
    assert np.array_equal(found["by_array"], found["by_list"])
