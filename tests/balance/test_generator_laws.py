"""What generators that are models learn, against laws that are known."""

import sys
from functools import cache

import numpy as np
import pytest
from quick_generators import installed, quick
from scipy.stats import kstest, norm, spearmanr, truncnorm
from sklearn.tree import DecisionTreeClassifier

from synthsize.balance import GENERATORS, make_generator
from synthsize.balance.generators.arf import cut_normal
from synthsize.balance.generators.bins import QuantileBins
from synthsize.balance.generators.forest_diffusion import nearest
from synthsize.balance.generators.leaves import borders
from synthsize.catalogue import generators as catalogue
from synthsize.errors import InputError
from synthsize.pipeline.fit_dependencies import fit_versions
from synthsize.pipeline.named import read_generators

RHO = 0.8
# Enough training for the checks of this file, far less than the defaults.
TRAINED = {
    "gaussian": {},
    "gaussian_copula": {},
    "arf": {"trees": 10},
    "forest_diffusion": {"levels": 5, "duplicates": 4, "trees": 15},
    "transformer": {"epochs": 60, "bins": 12, "layers": 1, "width": 16},
}
# A network needs more rows than a forest or a covariance: with 500 a rank correlation may be off by 0.3, with 2,000 by
# 0.1, depending on its first weights.
ROWS = {"transformer": 2000}
NOT_DETERMINISTIC = ()  # given their seeds, on one machine; none is known
NEEDS = {"arf": 10, "forest_diffusion": 20, "transformer": 20}


def draw_law(n, seed):
    """Two normal features of correlation RHO, a skewed one that hangs on the first, an indicator and a count."""
    stream = np.random.default_rng(seed)
    normal = stream.standard_normal((n, 4))
    first, second = normal[:, 0], RHO * normal[:, 0] + np.sqrt(1 - RHO**2) * normal[:, 1]
    skewed = np.exp(0.4 * (first + normal[:, 2]))
    return np.column_stack([first, second, skewed, normal[:, 3] > 1, stream.poisson(1.5, n)])


def labelled(minority):
    X = np.concatenate([minority, minority[:3] + 1])
    return X, np.repeat([1, 0], [len(minority), 3])


def learned(name):
    return draw_law(ROWS.get(name, 500), 0)


@cache
def drawn(name):
    return make_generator(name, **TRAINED[name]).fit(*labelled(learned(name))).sample(3000, 1)


def distance(rows, real):
    """Largest differences of means in standard deviations, of log spreads, and of rank correlations."""
    ranks = spearmanr(rows).statistic - spearmanr(real).statistic
    return (
        np.abs((rows.mean(axis=0) - real.mean(axis=0)) / real.std(axis=0)).max(),
        np.abs(np.log(rows.std(axis=0) / real.std(axis=0))).max(),
        np.abs(ranks).max(),
    )


@pytest.mark.parametrize("name", [installed(name) for name in TRAINED])
def test_means_spreads_and_correlations_are_those_of_the_rows(name):
    """Tolerances that two easy mistakes break: features drawn by themselves, and noise beside the rows."""
    real = learned(name)
    mean, spread, correlation = distance(drawn(name), real)
    assert mean < 0.15
    assert spread < 0.2
    assert correlation < 0.2
    apart = np.random.default_rng(0).permuted(real, axis=0)
    assert distance(apart, real)[2] > 0.5
    assert distance(real + np.random.default_rng(0).standard_normal(real.shape), real)[1] > 0.25


@pytest.mark.parametrize("name", [installed(name) for name in TRAINED if name != "gaussian"])
def test_margins_are_those_of_the_law_and_an_indicator_stays_one(name):
    """Kolmogorov's distance to 100,000 rows of the law itself; that of the 500 real rows is 0.04 or so."""
    law, rows = draw_law(100_000, 1), drawn(name)
    for feature in range(3):
        assert kstest(rows[:, feature], law[:, feature]).statistic < 0.1
    assert set(rows[:, 3]) == {0.0, 1.0}
    assert set(rows[:, 4]) <= set(learned(name)[:, 4])
    normal = norm.rvs(law[:, 2].mean(), law[:, 2].std(), size=3000, random_state=0)
    assert kstest(normal, law[:, 2]).statistic > 0.1  # as a normal law would have it


def test_a_copula_has_the_rank_correlation_of_its_normal_law():
    """Spearman's rho of a Gaussian copula is 6/pi asin(rho/2), whatever its margins."""
    rows = np.exp(draw_law(4000, 2)[:, :2])
    made = make_generator("gaussian_copula").fit(*labelled(rows)).sample(40_000, 1)
    assert spearmanr(made).statistic == pytest.approx(6 / np.pi * np.arcsin(RHO / 2), abs=0.02)


def test_a_copula_shrinks_its_correlations_as_rows_get_few():
    weights = [
        make_generator("gaussian_copula").fit(*labelled(draw_law(n, 3))).shrinkage_ for n in (2000, 200, 20)
    ]
    assert weights == sorted(weights)
    alone = make_generator("gaussian_copula", shrinkage=1).fit(*labelled(draw_law(500, 3))).sample(5000, 0)
    assert np.abs(spearmanr(alone).statistic - np.eye(5)).max() < 0.06


@pytest.mark.parametrize("name", [installed(name) for name in GENERATORS])
def test_the_same_seeds_give_the_same_rows(name):
    problem = labelled(draw_law(40, 4))
    first, second = (quick(name).fit(*problem).sample(30, 7) for _ in range(2))
    assert np.array_equal(first, second) == (name not in NOT_DETERMINISTIC)
    if "random_state" in catalogue.entries()[name].parameters:
        assert not np.array_equal(first, quick(name, random_state=1).fit(*problem).sample(30, 7))


@pytest.mark.parametrize(("name", "least"), NEEDS.items())
def test_too_few_rows_are_copied_and_recorded(name, least):
    few = draw_law(least - 1, 5)
    generator = make_generator(name).fit(*labelled(few))
    (event,) = generator.events_
    assert event.event == "few_minority_rows"
    assert f"{least - 1} minority rows" in event.detail
    assert f"needs {least}" in event.detail
    rows = generator.sample(200, 0)
    assert {tuple(row) for row in rows} == {tuple(row) for row in few}
    assert np.array_equal(rows[:50], generator.sample(50, 0))


@pytest.mark.parametrize("name", [installed(name) for name in NEEDS])
def test_rows_that_are_all_alike_are_copied_and_recorded(name):
    generator = quick(name).fit(*labelled(np.ones((30, 2))))
    assert [event.event for event in generator.events_] == ["no_spread"]
    assert (generator.sample(5, 0) == 1).all()


def test_a_forest_that_is_stopped_early_says_so():
    stopped = make_generator("arf", trees=3, max_rounds=1).fit(*labelled(draw_law(300, 6)))
    assert [event.event for event in stopped.events_] == ["not_converged"]
    assert stopped.accuracies_[0] > 0.5
    settled = make_generator("arf", trees=10).fit(*labelled(draw_law(300, 6)))
    assert settled.events_ == []
    assert len(settled.accuracies_) < 10


def test_a_leaf_of_borders_is_the_leaf_that_the_tree_finds():
    stream = np.random.default_rng(7)
    X = stream.standard_normal((300, 3))
    tree = DecisionTreeClassifier(min_samples_leaf=5).fit(X, stream.integers(0, 2, 300))
    low, high = borders(tree.tree_, X)
    assert ((low <= X) & (high >= X)).all()
    within = np.maximum(low, -3) + stream.uniform(0.01, 0.99, X.shape) * (
        np.minimum(high, 3) - np.maximum(low, -3)
    )
    inside = (np.abs(X) < 3).all(axis=1)
    assert np.array_equal(tree.apply(within)[inside], tree.apply(X)[inside])


def test_a_normal_law_is_cut_off_as_scipy_cuts_it():
    shape = (20_000, 1)
    made = cut_normal(
        np.full(shape, 1.0),
        np.full(shape, 2.0),
        np.full(shape, 0.0),
        np.full(shape, 2.5),
        np.random.default_rng(0),
    )
    assert kstest(made[:, 0], truncnorm(-0.5, 0.75, loc=1, scale=2).cdf).pvalue > 1e-3


def test_bins_hold_all_values_and_give_them_back():
    rows = np.column_stack([draw_law(400, 8), np.repeat([0, 0, 0, 5], 100)])
    bins = QuantileBins(rows, 8)
    tokens = bins.tokens(rows)
    assert bins.counts[[0, 1, 2, 3, 5]].tolist() == [8, 8, 8, 2, 2]
    for feature, count in enumerate(bins.counts):
        assert (np.bincount(tokens[:, feature], minlength=count) > 0).all()
    assert np.bincount(tokens[:, 0]).tolist() == pytest.approx([50] * 8, abs=1)
    again = bins.values(tokens, np.random.default_rng(0).random(tokens.shape))
    assert np.array_equal(bins.tokens(again), tokens)
    assert np.array_equal(again[:, [3, 5]], rows[:, [3, 5]])


def test_the_nearest_value_is_found():
    assert nearest(np.array([0.0, 1.0, 4.0]), np.array([-9.0, 0.4, 0.6, 2.4, 2.6, 9.0])).tolist() == [
        0,
        0,
        1,
        1,
        4,
        4,
    ]


@pytest.mark.xdist_group("jax")
def test_a_drawn_row_follows_the_law_that_was_trained():
    """Step by step with remembered keys, against the whole row at once: the likeliest token of each."""
    pytest.importorskip("jax")
    import jax

    from synthsize.balance.generators import network

    stream, counts = np.random.default_rng(9), np.array([12, 5, 12, 2, 6])
    net = network.Network(counts, 1, 16, stream)
    for _ in range(20):
        net.learn(np.column_stack([np.arange(64) % count for count in counts]), stream)
    chances = stream.random((512, 5))
    logits_of = jax.jit(network._logits)

    def draw(temperature, top_p):
        tokens = network.draw_tokens(net.weights, counts, chances, temperature, top_p)
        return tokens, np.asarray(logits_of(net.weights, tokens, network._bins(counts)))

    for sharpened in ((1e-4, 1.0), (1.0, 1e-6)):
        tokens, logits = draw(*sharpened)
        assert np.array_equal(tokens, logits.argmax(axis=-1))
    tokens, logits = draw(1.0, 1.0)
    share = np.exp(logits - logits.max(axis=-1, keepdims=True)).cumsum(axis=-1)
    expected = (share > chances[..., np.newaxis] * share[..., -1:]).argmax(axis=-1)
    assert (tokens == expected).mean() > 0.999  # but for rounding
    assert (tokens < counts).all()


@pytest.fixture
def without_jax(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)


@pytest.mark.usefixtures("without_jax")
@pytest.mark.parametrize(
    "ask",
    [
        lambda: make_generator("transformer").fit(*labelled(draw_law(50, 0))),
        lambda: read_generators(["transformer"], {}),
    ],
)
def test_a_missing_extra_is_named_with_the_line_that_installs_it(ask):
    with pytest.raises(InputError) as caught:
        ask()
    assert "transformer needs jax" in str(caught.value)
    assert "extra 'generators'" in str(caught.value)
    assert "pip install 'synthsize[generators]'" in str(caught.value)


@pytest.mark.usefixtures("without_jax")
def test_all_other_generators_do_without_the_extra():
    assert {name for name, entry in catalogue.entries().items() if entry.needs} == {"transformer"}
    make_generator("transformer")  # only what trains needs it


@pytest.mark.parametrize(("name", "asked"), [("smote", False), ("transformer", True)])
def test_versions_of_an_extra_count_where_it_is_used(name, asked):
    if asked:
        pytest.importorskip("jax")
    config = {"experiment": {"classifiers": {}, "generators": {name: {"class": None}}}}
    assert ("jax" in fit_versions(config, generator=name)) == asked
