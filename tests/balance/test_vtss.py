import numpy as np
import pytest

from synthsize.balance import make_generator, make_learner
from synthsize.balance.criteria import BalancedAccuracy, BalancedLoss, named_criterion
from synthsize.balance.events import Event
from synthsize.balance.path import fit_path
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.procedure import Procedure
from synthsize.balance.vtss import Fold, choose, validation_curve
from synthsize.errors import InputError

GRID = (0.0, 0.5, 1.0, 1.5)
LOSS, ACCURACY = BalancedLoss(), BalancedAccuracy()


def procedure(classifier, generator, **params):
    return Procedure(make_learner(classifier), make_generator(generator, **params))


def fit_sizes(made, X, y, seed, **inherited):
    return made.prepare(X, y, **inherited).fit_sizes(made.learner, GRID, seed)


def test_choice_minimises_loss_and_maximises_accuracy():
    values = np.array([[3.0, 1.0, 2.0, 4.0], [3.0, 1.0, 2.0, 4.0]])
    assert choose(values, GRID, LOSS).multiplier == 0.5
    assert choose(values, GRID, ACCURACY).multiplier == 1.5


def test_ties_go_to_the_smallest_multiplier():
    values = np.array([[2.0, 1.0, 1.0, 1.0]])
    assert choose(values, GRID, LOSS).multiplier == 0.5
    assert choose(-values, GRID, ACCURACY).multiplier == 0.5


def test_one_standard_error_choice_uses_the_error_at_the_best():
    values = np.array([[2.0, 1.3, 0.5, 9.0], [2.0, 1.3, 1.5, 9.0]])  # at the best: mean 1, standard error 0.5
    choice = choose(values, GRID, LOSS)
    assert (choice.multiplier, choice.multiplier_1se) == (1.0, 0.5)
    assert choice.mean == pytest.approx([2.0, 1.3, 1.0, 9.0])
    assert choice.se == pytest.approx([0.0, 0.0, 0.5, 0.0])


@pytest.mark.parametrize(("best", "edge"), [(0, "lower"), (1, "none"), (2, "none"), (3, "upper")])
def test_edge(best, edge):
    values = np.ones((2, 4))
    values[:, best] = 0.0
    assert choose(values, (0.25, 0.5, 1.0, 1.5), LOSS).edge == edge


def test_nothing_lies_below_zero_so_it_is_no_edge():
    assert choose(np.array([[0.0, 1.0]]), (0.0, 1.0), LOSS).edge == "none"
    assert choose(np.array([[1.0, 0.0]]), (0.0, 1.0), LOSS).edge == "upper"


def test_single_multiplier_has_no_edge():
    assert choose(np.ones((3, 1)), (1.0,), LOSS).edge == "none"


def test_missing_fold_value_is_rejected():
    with pytest.raises(InputError, match="each fold needs rows of both classes, use fewer folds"):
        choose(np.array([[1.0, np.nan]]), (0.0, 1.0), LOSS)


def data(n=160, seed=0):
    rng = np.random.default_rng(seed)
    y = np.r_[np.ones(n // 5, np.int8), np.zeros(n - n // 5, np.int8)]
    X = rng.normal(size=(n, 3)) + 0.8 * y[:, None]
    X[rng.random(X.shape) < 0.1] = np.nan
    return X, y


def test_sweep_scores_are_those_of_its_own_preprocessing_and_path():
    X, y = data()
    sweep = fit_sizes(procedure("logistic", "smote", k_neighbors=5), X, y, 3)
    means, gap = np.nanmean(X, axis=0), int((y == 0).sum() - (y == 1).sum())
    filled = np.where(np.isnan(X), means, X)
    rows = (filled - filled.mean(axis=0)) / filled.std(axis=0)
    raw_coef, raw_intercept = fit_path("logistic", rows, y, np.empty((0, 3)), [0])
    assert sweep.scores(X)[:, 0] == pytest.approx(rows @ raw_coef[0] + raw_intercept[0], abs=1e-9)
    assert sweep.n_synthetic == sweep.n_requested == tuple(round(m * gap) for m in GRID)


def test_no_gap_adds_nothing_and_says_so():
    X, y = data()
    balanced = np.r_[0:32, 100:132]
    sweep = fit_sizes(procedure("svm", "smote"), X[balanced], y[balanced], 0)
    assert sweep.n_synthetic == (0, 0, 0, 0)
    assert [event.event for event in sweep.events] == ["no_gap"]
    assert (sweep.fits.coef == sweep.fits.coef[0]).all()


def test_validation_rows_never_reach_the_fit():
    X, y = data()
    fold = Fold(0, 0, np.arange(0, 160, 2), np.arange(1, 160, 2), 7)
    made = procedure("svm", "adasyn")
    fits = fit_sizes(made, X[fold.train], y[fold.train], 7)
    changed = X.copy()
    changed[fold.validation] *= 100
    again = fit_sizes(made, changed[fold.train], y[fold.train], 7)
    assert np.array_equal(fits.fits.coef, again.fits.coef)
    curve = validation_curve(made, X, y, [fold], GRID, [LOSS, ACCURACY])
    elsewhere = validation_curve(made, changed, y, [fold], GRID, [LOSS, ACCURACY])
    for criterion, values in curve.by_criterion.items():
        assert values.shape == (1, 4)
        assert not np.array_equal(values, elsewhere.by_criterion[criterion])


@pytest.mark.parametrize(
    ("generator", "classifier", "gap"),
    [("smote", "logistic", 1e-8), ("adasyn", "logistic", 1e-8), ("borderline_smote", "svm", 1e-4)],
)
def test_folds_that_start_from_the_whole_training_set_get_the_same_curve(generator, classifier, gap):
    X, y = data(400)
    made = procedure(classifier, generator)
    whole = made.prepare(X, y)
    fits = whole.fit_sizes(made.learner, GRID, 1).fits
    rows = [np.flatnonzero(np.arange(400) % 4 != fold) for fold in range(4)]
    folds = [Fold(0, i, train, np.setdiff1d(np.arange(400), train), 50 + i) for i, train in enumerate(rows)]
    alone = validation_curve(made, X, y, folds, GRID, [LOSS])
    started = validation_curve(made, X, y, folds, GRID, [LOSS], neighbours=whole.neighbours, near=fits)
    # Fits within a relative gap of the smallest objective differ by the order of its square root.
    assert started.by_criterion["balanced_loss"] == pytest.approx(
        alone.by_criterion["balanced_loss"], rel=np.sqrt(gap)
    )
    assert started.events == alone.events
    inside = made.prepare(X[rows[0]], y[rows[0]], whole.neighbours, rows[0])
    outside = made.prepare(X[rows[0]], y[rows[0]])
    assert np.array_equal(inside.neighbours.partners(10), outside.neighbours.partners(10))


def test_a_fold_of_unordered_rows_starts_afresh():
    X, y = data()
    made = procedure("logistic", "smote")
    fold = Fold(0, 0, np.arange(0, 160, 2)[::-1], np.arange(1, 160, 2), 7)
    inherited = validation_curve(made, X, y, [fold], GRID, [LOSS], neighbours=made.prepare(X, y).neighbours)
    alone = validation_curve(made, X, y, [fold], GRID, [LOSS])
    assert np.array_equal(inherited.by_criterion["balanced_loss"], alone.by_criterion["balanced_loss"])


def test_events_carry_their_fold_and_unknown_criterion_is_named():
    X, y = data()
    few = np.r_[0:5, 40:100]
    fold = Fold(2, 3, few, np.arange(20, 60), 7)
    curve = validation_curve(procedure("svm", "smote"), X, y, [fold], GRID, [LOSS])
    detail = "5 minority rows: k_neighbors 10 -> 4"
    constant = Event("constant_score", "svm with 0 synthetic rows: all rows get the same score")
    assert curve.events == ((2, 3, Event("few_minority_rows", detail)), (2, 3, constant))
    with pytest.raises(InputError, match="there is no VTSS criterion 'auc'"):
        named_criterion("auc")


def test_preprocessor_standardises_and_silences_empty_and_constant_features():
    X = np.array([[1.0, np.nan, 36.6], [3.0, np.nan, 36.6], [np.nan, np.nan, 36.6]])
    preprocessor = Preprocessor().fit(X)
    rows = preprocessor.transform(X)
    assert rows[:, 0] == pytest.approx([-np.sqrt(1.5), np.sqrt(1.5), 0.0])
    assert (rows[:, 1:] == 0).all()
    assert [event.event for event in preprocessor.events_] == ["empty_feature"]
    assert preprocessor.events_[0].detail.startswith("feature 1 has no observed value")
    assert preprocessor.transform(np.array([[2.0, 5.0, 36.6]]))[0] == pytest.approx([0.0, 0.0, 0.0])


def test_preprocessor_imputes_with_given_means():
    X = np.array([[1.0], [3.0], [np.nan]])
    rows = Preprocessor(np.array([5.0])).fit(X).transform(X)
    assert rows[:, 0] == pytest.approx(np.array([-2.0, 0.0, 2.0]) / np.sqrt(8 / 3))
