from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imblearn.over_sampling import ADASYN, SMOTE, BorderlineSMOTE
from quick_generators import installed, quick
from scipy.sparse import csr_array
from scipy.stats import chisquare, kstest
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.exceptions import NotFittedError
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from synthsize.balance import GENERATORS, make_generator
from synthsize.balance.generators.adasyn import Adasyn, apportion
from synthsize.balance.generators.borderline_smote import BorderlineSmote
from synthsize.balance.generators.smote import Smote
from synthsize.balance.neighbours import NeighbourTable
from synthsize.errors import InputError

NAMES = [installed(name) for name in GENERATORS]


def overlapping(n=600, seed=0, weight=0.85):
    X, y = make_classification(
        n, 5, n_informative=4, n_redundant=0, weights=[weight], class_sep=0.6, flip_y=0.05, random_state=seed
    )
    return StandardScaler().fit_transform(X), y


@cache
def quickly_fitted(name):
    return quick(name).fit(*overlapping(200))


def event_names(generator):
    return [event.event for event in generator.events_]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(n=st.integers(0, 400), extra=st.integers(0, 700), seed=st.integers(0, 2**32))
def test_smaller_sample_is_prefix_of_larger_and_has_exactly_n_rows(name, n, extra, seed):
    generator = quickly_fitted(name)
    small, large = generator.sample(n, seed), generator.sample(n + extra, seed)
    assert small.shape == (n, 5)
    assert np.array_equal(small, large[:n])


@pytest.mark.parametrize("name", NAMES)
def test_seed_sequence_may_be_used_twice_and_seeds_differ(name):
    generator = quickly_fitted(name)
    sequence = np.random.SeedSequence([3, 4])
    first = generator.sample(50, sequence)
    assert np.array_equal(first, generator.sample(50, sequence))
    assert not np.array_equal(first, generator.sample(50, 5))


def invert(minority, k, rows, weights):
    """Recover (row, partner column, step) of synthetic rows by trying every segment.

    Two rows that are each other's neighbour span one segment twice, and the ends are starts as often as their weights
    say: a draw decides.
    """
    partners = NearestNeighbors(n_neighbors=k).fit(minority).kneighbors(return_distance=False)
    start, column = np.divmod(np.arange(partners.size), k)
    direction = minority[partners.ravel()] - minority[start]
    length = (direction**2).sum(axis=1)
    draw = np.random.default_rng(0)
    found, worst = [], 0.0
    for row in rows:
        step = ((row - minority[start]) * direction).sum(axis=1) / length
        residual = np.abs(row - minority[start] - step[:, None] * direction).max(axis=1)
        residual[(step < -1e-9) | (step > 1 + 1e-9) | (weights[start] == 0)] = np.inf
        worst = max(worst, residual.min())
        candidates = np.flatnonzero(residual < 1e-12)
        share = weights[start[candidates]]
        best = draw.choice(candidates, p=share / share.sum())
        found.append((start[best], column[best], step[best]))
    return np.array(found), worst


def start_weights(generator):
    if isinstance(generator, BorderlineSmote):
        return np.isin(np.arange(len(generator.minority_)), generator.danger_).astype(float)
    if isinstance(generator, Adasyn):
        return generator.weights_.astype(float)
    return np.ones(len(generator.minority_))


@pytest.mark.parametrize("name", ["smote", "borderline_smote", "adasyn"])
def test_rows_lie_between_neighbours_with_the_right_starts_and_uniform_partner_and_step(name):
    X, y = overlapping(300)
    k = 4
    generator = make_generator(name, k_neighbors=k).fit(X, y)
    weights = start_weights(generator)
    found, worst = invert(X[y == 1], k, generator.sample(4000, 11), weights)
    assert worst < 1e-12
    starts = np.bincount(found[:, 0].astype(int), minlength=len(weights))[weights > 0]
    expected = weights[weights > 0] / weights.sum() * 4000
    assert chisquare(starts, expected).pvalue > 1e-3
    assert chisquare(np.bincount(found[:, 1].astype(int), minlength=k)).pvalue > 1e-3
    assert kstest(found[:, 2], "uniform").pvalue > 1e-3


def test_smote_inversion_recognises_imbalanced_learn_too():
    X, y = overlapping(300)
    augmented, _ = SMOTE(k_neighbors=4, random_state=0).fit_resample(X, y)
    _, worst = invert(X[y == 1], 4, augmented[len(X) :], np.ones(int(y.sum())))
    assert worst < 1e-12


def test_borderline_danger_rows_are_those_of_imbalanced_learn():
    X, y = overlapping()
    theirs = BorderlineSMOTE(k_neighbors=10, m_neighbors=10, random_state=0)
    theirs.fit_resample(X, y)
    generator = make_generator("borderline_smote").fit(X, y)
    ours = np.flatnonzero(y == 1)[generator.danger_]
    assert 0 < len(ours) < y.sum()
    assert np.array_equal(ours, np.sort(theirs.in_danger_indices[1]))


def test_borderline_starts_only_from_danger_rows():
    X, y = overlapping(300)
    generator = make_generator("borderline_smote", k_neighbors=1).fit(X, y)
    starts = generator._choose_rows(500, np.random.default_rng(0))
    assert set(starts) == set(generator.danger_)


def test_adasyn_weights_and_counts_are_those_of_imbalanced_learn():
    X, y = overlapping()
    generator = make_generator("adasyn").fit(X, y)
    share = generator.weights_ / generator.weights_.sum()
    asked = 250
    theirs, _ = ADASYN(
        n_neighbors=10, sampling_strategy={1: int(y.sum()) + asked}, random_state=0
    ).fit_resample(X, y)
    counts = np.rint(share * asked).astype(int)
    assert len(theirs) - len(X) == counts.sum()


@settings(max_examples=60, deadline=None)
@given(
    weights=st.lists(st.integers(0, 10), min_size=1, max_size=40).filter(any),
    asked=st.floats(0.5, 400.0),
    seed=st.integers(0, 1000),
)
def test_prefix_of_adasyn_order_is_the_rounded_quota(weights, asked, seed):
    weights = np.array(weights)
    quota = weights / weights.sum() * asked
    counts = np.rint(quota).astype(int)
    tied = np.abs(quota - np.floor(quota) - 0.5) < 1e-9
    order = apportion(weights, int(counts.sum()), np.random.default_rng(seed))
    assert len(order) == counts.sum()
    if not tied.any():
        assert np.array_equal(np.bincount(order, minlength=len(weights)), counts)


def test_adasyn_ties_favour_no_row():
    weights = np.full(7, 3)
    heads = [apportion(weights, 3, np.random.default_rng(seed)) for seed in range(2100)]
    assert chisquare(np.bincount(np.concatenate(heads), minlength=7)).pvalue > 1e-3
    assert np.bincount(apportion(weights, 70, np.random.default_rng(0))).tolist() == [10] * 7


def test_jitter_noise_has_the_minority_spread():
    X, y = overlapping(2000)
    minority = X[y == 1]
    rows = make_generator("jitter", scale=0.5).fit(X, y).sample(60_000, 1)
    expected = np.sqrt(minority.var(axis=0) + 0.25 * minority.var(axis=0, ddof=1))
    assert rows.std(axis=0) == pytest.approx(expected, rel=0.02)
    assert rows.mean(axis=0) == pytest.approx(minority.mean(axis=0), abs=0.03)


def test_jitter_of_scale_zero_copies_minority_rows():
    X, y = overlapping(100)
    rows = make_generator("jitter", scale=0).fit(X, y).sample(30, 1)
    assert {tuple(row) for row in rows} <= {tuple(row) for row in X[y == 1]}


def test_bootstrap_draws_every_minority_row_alike():
    X, y = overlapping(100)
    rows = make_generator("bootstrap").fit(X, y).sample(4000, 1)
    minority = X[y == 1]
    drawn = [int(np.flatnonzero((minority == row).all(axis=1))[0]) for row in rows]
    assert chisquare(np.bincount(drawn, minlength=len(minority))).pvalue > 1e-3


@pytest.mark.parametrize("name", ["smote", "adasyn", "borderline_smote"])
def test_generators_share_one_table_of_neighbours(name):
    X, y = overlapping(300)
    table = NeighbourTable(X, y.astype(np.int8))
    shared = make_generator(name).fit(X, y, table).sample(200, 1)
    assert np.array_equal(shared, make_generator(name).fit(X, y).sample(200, 1))
    with pytest.raises(InputError, match="neighbours were tabulated for other rows than X and y"):
        make_generator(name).fit(X + 1, y, table)


def test_generator_object_is_copied_not_fitted():
    given = make_generator("smote", k_neighbors=3)
    fitted = make_generator(given).fit(*overlapping(100))
    assert fitted.k_neighbors == 3
    assert not hasattr(given, "minority_")


@pytest.mark.parametrize("name", NAMES)
def test_constant_features_stay_constant_and_gap_may_be_negative(name):
    X, y = overlapping(100, weight=0.3)
    X = np.insert(X, 2, 7.0, axis=1)
    rows = quick(name).fit(X, y).sample(300, 0)
    assert (y == 1).sum() > (y == 0).sum()
    assert (rows[:, 2] == 7.0).all()


@pytest.mark.parametrize("name", ["smote", "adasyn", "borderline_smote"])
def test_few_minority_rows_shrink_k_and_say_so(name):
    X, y = overlapping(60)
    keep = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:4]]
    generator = make_generator(name).fit(X[keep], y[keep])
    assert "few_minority_rows" in event_names(generator)
    assert "k_neighbors 10 -> 3" in generator.events_[0].detail
    assert generator.sample(17, 0).shape == (17, 5)


@pytest.mark.parametrize("name", NAMES)
def test_single_minority_row_is_copied_and_recorded(name):
    X, y = overlapping(60)
    keep = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:1]]
    generator = quick(name).fit(X[keep], y[keep])
    assert event_names(generator) == ["single_minority_row"]
    assert np.array_equal(generator.sample(3, 0), np.repeat(X[keep][-1:], 3, axis=0))


@pytest.mark.parametrize(
    ("name", "event"), [("adasyn", "no_majority_neighbour"), ("borderline_smote", "empty_danger_set")]
)
def test_separated_classes_fall_back_and_say_so(name, event):
    rng = np.random.default_rng(0)
    X = np.r_[rng.normal(size=(60, 2)), rng.normal(size=(20, 2)) + 50]
    y = np.r_[np.zeros(60, int), np.ones(20, int)]
    generator = make_generator(name).fit(X, y)
    assert event_names(generator) == [event]
    starts = generator._choose_rows(2000, np.random.default_rng(1))
    assert chisquare(np.bincount(starts, minlength=20)).pvalue > 1e-3


def test_duplicates_do_not_become_their_own_partners_and_are_recorded():
    X, y = overlapping(200)
    repeated, labels = np.repeat(X, 3, axis=0), np.repeat(y, 3)
    generator = make_generator("smote", k_neighbors=5).fit(repeated, labels)
    assert event_names(generator) == ["duplicate_rows"]
    n_minority = int(labels.sum())
    assert not (generator._partners == np.arange(n_minority)[:, None]).any()


def test_more_copies_than_neighbours():
    X = np.r_[np.zeros((15, 2)), np.ones((30, 2))]
    y = np.r_[np.ones(15, int), np.zeros(30, int)]
    rows = make_generator("smote", k_neighbors=3).fit(X, y).sample(20, 0)
    assert np.array_equal(rows, np.zeros((20, 2)))


def test_integer_features_are_not_truncated():
    X = np.array([[0, 0], [1, 3], [0, 5], [7, 7], [8, 8], [9, 9], [6, 6]])
    y = np.array([1, 1, 1, 0, 0, 0, 0])
    rows = make_generator("smote", k_neighbors=2).fit(X, y).sample(10, 0)
    assert (rows != np.round(rows)).any()


def fitted(name="smote"):
    return make_generator(name).fit(*overlapping(60))


@pytest.mark.parametrize("sampler", [*GENERATORS, SMOTE()], ids=str)
def test_sample_before_fit_is_rejected(sampler):
    generator = make_generator(sampler)
    with pytest.raises(NotFittedError, match=r"has no rows to draw from yet; call fit\(X, y\) first"):
        generator.sample(3, 0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", [np.random.default_rng, np.random.RandomState])
def test_generators_and_random_states_of_numpy_are_seeds(name, kind):
    generator = quickly_fitted(name)
    one, two = kind(5), kind(5)
    first, longer = generator.sample(20, one), generator.sample(30, two)
    assert np.array_equal(first, longer[:20])  # equal states, one stream
    assert not np.array_equal(generator.sample(20, one), first)  # the state has moved on
    assert not np.array_equal(generator.sample(20, kind(6)), first)


def test_numbers_and_seed_sequences_name_the_same_stream_for_good():
    generator, seed = fitted(), np.random.SeedSequence(7)
    seed.spawn(3)
    assert np.array_equal(generator.sample(9, seed), generator.sample(9, 7))
    assert np.array_equal(generator.sample(9, np.int64(7)), generator.sample(9.0, 7))


@pytest.mark.parametrize(
    ("generator", "changed"),
    [
        (make_generator("smote", k_neighbors=4), {"k_neighbors": 6}),
        (make_generator("adasyn"), {"k_neighbors": 6}),
        (make_generator("borderline_smote"), {"k_neighbors": 6, "m_neighbors": 7}),
        (make_generator("jitter"), {"scale": 0.5}),
        (make_generator("bootstrap"), {}),
        (make_generator("gaussian_copula"), {"shrinkage": 0.5}),
        (make_generator("arf"), {"trees": 7, "random_state": 3}),
        (make_generator("forest_diffusion"), {"levels": 7}),
        (make_generator("transformer"), {"top_p": 0.5}),
        (make_generator(SMOTE()), {"sampler__k_neighbors": 6}),
    ],
)
def test_parameters_can_be_read_set_and_cloned(generator, changed):
    assert changed.keys() <= generator.get_params().keys()
    before = generator.get_params(deep=False)
    other = clone(generator.fit(*overlapping(60))).set_params(**changed)
    assert not hasattr(other, "minority_")
    assert {name: other.get_params()[name] for name in changed} == changed
    assert generator.get_params(deep=False) == before
    with pytest.raises(ValueError, match="Invalid parameter 'colour'"):
        other.set_params(colour=1)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda: make_generator("smoot"), "there is no generator 'smoot'; choose one of smote, adasyn"),
        (lambda: make_generator("jitter", k_neighbors=3), "takes no parameter 'k_neighbors'; it takes scale"),
        (
            lambda: make_generator("bootstrap", k_neighbors=3),
            "takes no parameter 'k_neighbors'; it takes none",
        ),
        (
            lambda: make_generator(Smote(), k_neighbors=3),
            "parameter 'k_neighbors' goes with a generator's name",
        ),
        (lambda: make_generator(3), "3 is no generator: give one of smote, adasyn"),
        (lambda: make_generator("smote", k_neighbors=0), "k_neighbors must be at least 1"),
        (lambda: make_generator("borderline_smote", m_neighbors=0), "m_neighbors must be at least 1"),
        (lambda: make_generator("smote", k_neighbors=2.5), "k_neighbors must be a whole number, not 2.5"),
        (lambda: make_generator("adasyn", k_neighbors=np.nan), "k_neighbors must be a whole number, not nan"),
        (lambda: make_generator("smote").set_params(k_neighbors=0), "k_neighbors must be at least 1, not 0"),
        (lambda: make_generator("jitter", scale=-1), "scale of jitter must be 0 or more"),
        (lambda: make_generator("jitter", scale=np.nan), "scale of jitter must be 0 or more, not nan"),
        (
            lambda: make_generator("jitter").set_params(scale="wide"),
            "scale of jitter must be 0 or more, not 'wide'",
        ),
        (
            lambda: make_generator("gaussian_copula", shrinkage=2),
            "shrinkage of gaussian_copula must lie between",
        ),
        (lambda: make_generator("arf", trees=0), "trees must be at least 1, not 0"),
        (lambda: make_generator("arf", random_state=-1), "random_state must be at least 0, not -1"),
        (lambda: make_generator("forest_diffusion", levels=1), "levels must be at least 2, not 1"),
        (lambda: make_generator("transformer", temperature=0), "temperature must be a finite number above 0"),
        (
            lambda: make_generator("transformer", top_p=1.5),
            "top_p must lie above 0 and be 1 at most, not 1.5",
        ),
        (lambda: make_generator("transformer", width=6), "width must be a multiple of 4"),
        (lambda: make_generator("smote").fit(csr_array(np.eye(3)), [0, 1, 1]), "X is sparse, "),
        (
            lambda: make_generator("smote").fit([["a"], ["b"]], [0, 1]),
            "X must hold real numbers, not values of",
        ),
        (lambda: make_generator("smote").fit(np.zeros((3, 2)), [0, 0, 0]), "no minority row"),
        (
            lambda: make_generator("smote").fit([[np.nan], [1.0]], [0, 1]),
            "NaN or infinite values, first in column 0",
        ),
        (lambda: make_generator("smote").fit(np.zeros((3, 2)), [0, 1]), "one label for each of the 3 rows"),
        (
            lambda: make_generator("smote").fit(np.zeros((3, 2)), [0, 1, 2]),
            "only 0 (majority) and 1 (minority)",
        ),
        (lambda: make_generator("smote").fit(np.zeros(3), [0, 1, 1]), "two dimensions"),
        (lambda: make_generator("smote").fit(*overlapping(60)).sample(-1, 0), "n must be at least 0, not -1"),
        (lambda: fitted().sample(2.5, 0), "n must be a whole number, not 2.5"),
        (lambda: fitted().sample(np.nan, 0), "n must be a whole number, not nan"),
        (
            lambda: fitted().sample(3, -1),
            "random_state must be a whole number of at least 0, or a SeedSequence",
        ),
        (lambda: fitted().sample(3, 0.5), "Generator or RandomState of numpy, not 0.5"),
        (lambda: fitted().sample(3, None), "Generator or RandomState of numpy, not None"),
    ],
)
def test_bad_input_is_named(action, message):
    with pytest.raises(InputError) as caught:
        action()
    assert message in str(caught.value)
