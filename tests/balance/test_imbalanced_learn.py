import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imblearn.combine import SMOTEENN, SMOTETomek
from imblearn.over_sampling import (
    ADASYN,
    SMOTE,
    SMOTEN,
    SMOTENC,
    SVMSMOTE,
    BorderlineSMOTE,
    KMeansSMOTE,
    RandomOverSampler,
)
from imblearn.under_sampling import RandomUnderSampler
from scipy.stats import chisquare
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression

from synthsize.balance import balanced_risk, make_generator
from synthsize.errors import InputError

SAMPLERS = [
    SMOTE(k_neighbors=4),
    ADASYN(n_neighbors=4),
    BorderlineSMOTE(),
    BorderlineSMOTE(kind="borderline-2"),
    KMeansSMOTE(cluster_balance_threshold=0.01),
    SVMSMOTE(),
    RandomOverSampler(),
    RandomOverSampler(shrinkage=0.5),
    SMOTENC(categorical_features=[4]),
    SMOTEN(),
]


def overlapping(n=300, seed=0, weight=0.8):
    X, y = make_classification(
        n, 5, n_informative=3, n_redundant=0, weights=[weight], class_sep=0.6, random_state=seed
    )
    X[:, 4] = np.rint(X[:, 4])
    return X, y


@pytest.mark.parametrize("sampler", SAMPLERS, ids=repr)
def test_any_over_sampler_becomes_nested_and_gives_exactly_n_rows(sampler):
    X, y = overlapping()
    generator = make_generator(sampler).fit(X, y)
    batch = 2 * (len(y) - 2 * int(y.sum()))
    large = generator.sample(batch + 50, 3)
    assert large.shape == (batch + 50, 5)
    assert np.array_equal(generator.sample(77, 3), large[:77])
    assert not np.array_equal(generator.sample(77, 4), large[:77])
    assert len({tuple(row) for row in large}) > 1


@settings(max_examples=15, deadline=None)
@given(n=st.integers(0, 500), extra=st.integers(0, 500), seed=st.integers(0, 2**32))
def test_smaller_sample_is_prefix_of_larger(n, extra, seed):
    generator = make_generator(ADASYN()).fit(*overlapping())
    assert np.array_equal(generator.sample(n, seed), generator.sample(n + extra, seed)[:n])


def test_prefix_is_a_fair_part_of_the_batch():
    """imbalanced-learn lists ADASYN's rows by start row; after the shuffle a prefix holds all starts alike."""
    X, y = overlapping()
    X[y == 1, 4] = np.arange(y.sum()) * 1e-9  # too small to change neighbours, large enough to name the start
    generator = make_generator(RandomOverSampler()).fit(X, y)
    heads = [generator.sample(40, seed)[:, 4] for seed in range(60)]
    starts = np.rint(np.concatenate(heads) * 1e9).astype(int)
    assert chisquare(np.bincount(starts, minlength=int(y.sum()))).pvalue > 1e-3
    adasyn = make_generator(ADASYN()).fit(X, y)
    order = np.concatenate([adasyn.sample(40, seed)[:, 4] for seed in range(60)]).reshape(60, 40)
    assert abs(np.corrcoef(np.arange(40), order.mean(axis=0))[0, 1]) < 0.5


def test_a_whole_batch_is_what_the_sampler_makes():
    X, y = overlapping()
    generator = make_generator(SMOTE(k_neighbors=3)).fit(X, y)
    batch = 2 * (len(y) - 2 * int(y.sum()))
    ours = generator.sample(batch, 9)
    seed = int(np.random.default_rng(np.random.SeedSequence(9, spawn_key=(0,))).integers(2**31))
    sampler = SMOTE(k_neighbors=3, sampling_strategy={1: int(y.sum()) + batch}, random_state=seed)
    theirs = sampler.fit_resample(X, y)[0][len(y) :]
    assert {tuple(row) for row in ours} == {tuple(row) for row in theirs}
    assert not np.array_equal(ours, theirs)


def test_the_users_sampler_is_left_alone():
    sampler = SMOTE(k_neighbors=3, random_state=1)
    make_generator(sampler).fit(*overlapping()).sample(10, 2)
    assert sampler.get_params() == SMOTE(k_neighbors=3, random_state=1).get_params()
    assert not hasattr(sampler, "sampling_strategy_")


def test_adasyn_rounding_short_is_recorded_and_made_up_for():
    X, y = overlapping()
    generator = make_generator(ADASYN()).fit(X, y)
    batch = 2 * (len(y) - 2 * int(y.sum()))
    counts = [generator._run_sampler(seed).shape[0] for seed in range(3)]
    assert counts[0] == counts[1] == counts[2] != batch
    assert len(generator.sample(batch, 0)) == batch
    short = counts[0] < batch
    assert [event.event for event in generator.events_] == (["sampler_shortfall"] if short else [])


def test_sampler_that_makes_nothing_is_replaced_and_recorded():
    rng = np.random.default_rng(0)
    X = np.r_[rng.normal(size=(60, 2)), rng.normal(size=(20, 2)) + 50]
    y = np.r_[np.zeros(60, int), np.ones(20, int)]
    generator = make_generator(BorderlineSMOTE()).fit(X, y)
    rows = generator.sample(30, 0)
    assert {tuple(row) for row in rows} <= {tuple(row) for row in X[y == 1]}
    generator.sample(30, 1)
    assert [(event.event, event.detail) for event in generator.events_] == [
        ("sampler_made_no_row", "BorderlineSMOTE: minority rows drawn with replacement instead")
    ]


def few_minority_rows():
    X, y = overlapping()
    keep = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:4]]
    return X[keep], y[keep]


class Truncating(SMOTE):
    def _fit_resample(self, X, y):
        X, y = super()._fit_resample(X, y)
        return X[1:], y[1:]


class Copier:
    """The methods of an over-sampler and none of imbalanced-learn's classes."""

    def __init__(self, sampling_strategy="auto", random_state=None):
        self.sampling_strategy, self.random_state = sampling_strategy, random_state

    def get_params(self, deep=True):  # noqa: ARG002
        return {"sampling_strategy": self.sampling_strategy, "random_state": self.random_state}

    def set_params(self, **params):
        self.__dict__.update(params)
        return self

    def fit_resample(self, X, y):
        rng = np.random.default_rng(self.random_state)
        rows = rng.choice(X[y == 1], self.sampling_strategy[1] - int(y.sum()))
        return np.r_[X, rows], np.r_[y, np.ones(len(rows), int)]


def test_an_object_with_the_methods_of_an_over_sampler_will_do():
    X, y = overlapping()
    generator = make_generator(Copier()).fit(X, y)
    rows = generator.sample(40, 1)
    assert rows.shape == (40, 5)
    assert {tuple(row) for row in rows} <= {tuple(row) for row in X[y == 1]}


class Unseeded(SMOTE):
    def __init__(self, k_neighbors=5):
        super().__init__(k_neighbors=k_neighbors)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (
            lambda: make_generator(SMOTEENN()),
            "SMOTEENN is not a pure over-sampler of imbalanced-learn: it may",
        ),
        (lambda: make_generator(SMOTETomek()), "SMOTETomek is not a pure over-sampler"),
        (lambda: make_generator(RandomUnderSampler()), "RandomUnderSampler is not a pure over-sampler"),
        (lambda: make_generator(Unseeded()), "Unseeded takes no random_state"),
        (
            lambda: make_generator(SMOTE()).fit(*few_minority_rows()).sample(5, 0),
            "SMOTE cannot oversample 4 minority rows among",
        ),
        (
            lambda: make_generator(Truncating()).fit(*overlapping()).sample(5, 0),
            "Truncating does more than append minority rows",
        ),
    ],
)
def test_what_cannot_be_plugged_in_is_rejected_with_a_reason(action, message):
    with pytest.raises(InputError) as caught:
        action()
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "sampler"),
    [
        ("smote", SMOTE(k_neighbors=10)),
        ("borderline_smote", BorderlineSMOTE(k_neighbors=10, m_neighbors=10)),
        ("adasyn", ADASYN(n_neighbors=10)),
        ("bootstrap", RandomOverSampler()),
    ],
)
def test_nested_draws_lead_to_the_risks_of_imbalanced_learn(name, sampler):
    """Two one-sided tests, at half the gap and at the gap.

    Mean balanced risks must differ by less than a twentieth of what balancing gains.
    """
    X, y = overlapping(4600, seed=3, weight=0.9)
    X, y, X_test, y_test = X[:600], y[:600], X[600:], y[600:].astype(np.int8)
    n_minority = int(y.sum())
    gap = len(y) - 2 * n_minority
    generator = make_generator(name).fit(X, y)

    def risk(rows):
        fit = LogisticRegression().fit(np.r_[X, rows], np.r_[y, np.ones(len(rows), int)])
        return balanced_risk("logistic", fit.decision_function(X_test), y_test)

    def resample(n, seed):
        sampler.set_params(sampling_strategy={1: n_minority + n}, random_state=seed)
        return sampler.fit_resample(X, y)[0][len(y) :]

    raw, seeds = risk(np.empty((0, 5))), range(30)
    for n in (gap // 2, gap):
        ours = np.array([risk(generator.sample(n, seed)) for seed in seeds])
        theirs = np.array([risk(resample(n, seed)) for seed in seeds])
        gain = raw - theirs.mean()
        error = np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / len(seeds))
        assert gain > 20 * error
        assert abs(ours.mean() - theirs.mean()) + 1.66 * error < gain / 20
