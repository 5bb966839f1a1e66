"""The closed forms of the studies against quadrature, brute force and each other."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression, Ridge

from synthsize.studies import gda_gap, weighted_augmentation
from synthsize.studies.engine import (
    crafted,
    gaussian_pair,
    logistic,
    mean_shift_model,
    sigmoid_model,
    squared_loss,
)
from synthsize.studies.engine.boltzmann import BoltzmannMachine
from synthsize.studies.engine.entry import read_entry, settings_of


def paper(study):
    return settings_of(read_entry(study), "paper")


class TestGaussianPair:
    def test_the_bias_cancelling_size_of_the_paper(self):
        assert gaussian_pair.cancelling_multiplier(1.0, 0.5) == pytest.approx(4.0)

    def test_the_floor_at_balance(self):
        assert gaussian_pair.population_excess(1.0, 20.0, 1.0, 0.5) == pytest.approx(0.016169, abs=5e-7)
        assert gaussian_pair.population_excess(1.0, 1e9, 1.0, 0.5) == pytest.approx(1 / 54, rel=1e-6)

    def test_no_floor_at_the_bias_cancelling_size(self):
        assert gaussian_pair.population_excess(4.0, 20.0, 1.0, 0.5) == pytest.approx(0.0, abs=1e-15)

    @pytest.mark.parametrize(("a", "exists"), [(0.38, False), (0.383, True), (2.617, True), (2.62, False)])
    def test_the_size_exists_between_two_means_only(self, a, exists):
        assert np.isfinite(gaussian_pair.cancelling_multiplier(1.0, a)) == exists

    def test_the_best_parameter_minimises_the_balanced_risk(self):
        def risk(t):
            return t @ t + 0.5 * (1 - t[0]) ** 2

        best = gaussian_pair.best_parameter(1.0)
        for step in (np.array([0.1, 0.0]), np.array([0.0, 0.1]), np.array([-0.2, 0.3])):
            excess = risk(best + step) - risk(best)
            assert gaussian_pair.excess_risk(best + step, 1.0) == pytest.approx(excess)

    def test_the_gradient_covariance_by_simulation(self):
        stream = np.random.default_rng(0)
        theta, mean = np.array([0.3, -0.1]), np.array([1.0, 0.5])
        x = stream.standard_normal((400_000, 2)) + mean
        simulated = np.cov(2 * x * (x @ theta - 1.0)[:, None], rowvar=False)
        assert np.allclose(gaussian_pair.gradient_covariance(theta, mean, 1.0), simulated, atol=0.05)


class TestSquaredLoss:
    def test_prefix_sums_are_sums_over_prefixes(self):
        X = np.random.default_rng(1).standard_normal((30, 3))
        nested = squared_loss.prefix_sums(X, -1.0, [7, 0, 30, 7])
        for i, size in enumerate([7, 0, 30, 7]):
            alone = squared_loss.sums(X[:size], -1.0)
            assert np.allclose(nested.gram[i], alone.gram)
            assert np.allclose(nested.cross[i], alone.cross)
            assert nested.n[i] == size

    def test_the_minimiser_is_ridge_regression(self):
        stream = np.random.default_rng(2)
        X, y = stream.standard_normal((50, 4)), stream.standard_normal(50)
        ours = squared_loss.solve(squared_loss.sums(X, y), ridge=0.1)
        theirs = Ridge(alpha=0.1 * 50, fit_intercept=False).fit(X, y).coef_
        assert np.allclose(ours, theirs)

    def test_the_mean_loss(self):
        stream = np.random.default_rng(3)
        X, y, theta = stream.standard_normal((40, 3)), stream.standard_normal(40), np.array([1.0, -1.0, 0.5])
        assert squared_loss.mean_loss(squared_loss.sums(X, y), theta) == pytest.approx(
            ((y - X @ theta) ** 2).mean()
        )


class TestMeanShift:
    @pytest.mark.parametrize("law", list(mean_shift_model.NOISES))
    def test_the_moments_of_the_noise(self, law):
        rows = mean_shift_model.draw_noise(law, (200_000, 8), np.random.default_rng(4))
        fourth, mixed = mean_shift_model.noise_moments(law, 8)
        assert np.allclose(np.cov(rows, rowvar=False), np.eye(8), atol=0.02)
        assert (rows[:, 0] ** 4).mean() == pytest.approx(fourth, abs=0.05)
        assert (rows[:, 0] ** 2 * rows[:, 1] ** 2).mean() == pytest.approx(mixed, abs=0.03)

    @pytest.mark.parametrize(
        ("generator", "m", "value"),
        [("oracle", 0, 0.00457), ("oracle", 1, 0.00240), ("semi_oracle", 1, 0.0131)],
    )
    def test_levels_of_the_formula(self, generator, m, value):
        level = mean_shift_model.mean_excess(generator, "uniform", 1900 * m, paper("mean_shift"))
        assert level == pytest.approx(value, abs=6e-5)


class TestSigmoidBernoulli:
    def test_printed_probabilities(self):
        assert sigmoid_model.share_below(5, 1, 1) == pytest.approx(0.855384, abs=5e-7)
        assert sigmoid_model.positive_share(5, 1, 1) == pytest.approx(0.11145, abs=5e-6)
        positive = sigmoid_model.positive_share(10, 1, 1)
        assert (1 - positive) / positive == pytest.approx(577, abs=0.5)

    def test_both_classes_have_a_vanishing_gradient_at_the_truth(self):
        settings, c = paper("sigmoid_bernoulli"), 1.0
        for label in (0, 1):
            below = sigmoid_model.share_below_within(label, settings)
            pull = below * -5.0 * (label - expit(-5.0 * c)) + (1 - below) * 1.0 * (label - expit(1.0 * c))
            assert pull == pytest.approx(0.0, abs=1e-12)

    def test_the_exact_risk_by_simulation(self):
        settings, stream = paper("sigmoid_bernoulli"), np.random.default_rng(5)
        theta = stream.standard_normal(20) / 3
        losses = [
            np.logaddexp(0, -(2 * k - 1) * (sigmoid_model.draw_class(k, 100_000, settings, stream) @ theta))
            for k in (0, 1)
        ]
        error = np.hypot(*(part.std() for part in losses)) / 2 / np.sqrt(100_000)
        assert sigmoid_model.balanced_risk(theta, settings) == pytest.approx(np.mean(losses), abs=4 * error)

    def test_newton_agrees_with_scikit_learn(self):
        stream = np.random.default_rng(6)
        X, y = stream.standard_normal((300, 4)), stream.integers(0, 2, 300)
        theirs = LogisticRegression(C=2.0, fit_intercept=False, tol=1e-10).fit(X, y).coef_[0]
        assert np.allclose(logistic.fit_without_intercept(X, y, 0.5), theirs, atol=1e-5)


@pytest.mark.parametrize("bias", [0.0, 0.05])
def test_the_augmentation_formula_has_its_minimum_at_the_exact_weight(bias):
    settings = paper("weighted_augmentation")

    def error(alpha):
        return weighted_augmentation.predicted_error(alpha, bias, 1200, settings)

    exact = weighted_augmentation.weight("exact", bias, 1200, settings)
    assert 0.0 < exact < 1.0
    assert error(exact) < min(error(exact - 0.01), error(exact + 0.01))
    assert error(exact) <= error(weighted_augmentation.weight("paper", bias, 1200, settings))


def test_a_generator_of_great_bias_gets_no_weight():
    assert weighted_augmentation.weight("exact", 10.0, 1200, paper("weighted_augmentation")) == 0.0


def test_identity_between_missing_share_and_filled_groups():
    settings = paper("weighted_augmentation")
    rho, sizes = weighted_augmentation.missing_share(settings), settings["sizes"]
    assert (1 - rho) / sum(sizes) == pytest.approx(1 / (len(sizes) * max(sizes)))


def test_the_bayes_level_of_the_crafted_features_by_simulation():
    X, y = crafted.draw_labelled(400_000, np.random.default_rng(7))
    entropy, error = crafted.bayes_level()
    median = crafted._levels()[0]
    p = norm.cdf(crafted.signal(X) - median)
    assert y.mean() == pytest.approx(0.5, abs=0.003)
    assert -np.where(y == 1, np.log(p), np.log1p(-p)).mean() == pytest.approx(entropy, abs=0.004)
    assert ((p > 0.5) != y).mean() == pytest.approx(error, abs=0.003)


def test_the_bound_falls_with_gamma():
    values = [gda_gap.bound(50, 10, gamma) for gamma in (1, 10, 100)]
    assert values == sorted(values, reverse=True)


def test_the_normalising_constant_by_both_ways_of_listing():
    stream = np.random.default_rng(8)
    machine = BoltzmannMachine(*(stream.standard_normal(shape) for shape in (5, 3, (5, 3))))
    states = np.array(np.meshgrid(*[[0.0, 1.0]] * 5)).reshape(5, -1).T
    by_visible = np.log(np.exp(machine.log_weight(states)).sum())
    assert machine.exact_log_constant() == pytest.approx(by_visible)
    assert machine.annealed_log_constant(200, 300, stream) == pytest.approx(by_visible, abs=0.05)


def test_quadrature_integrates_a_normal_law():
    whole, _ = quad(lambda t: norm.pdf(t) * np.logaddexp(0, t), -12, 12)
    assert np.logaddexp(0, sigmoid_model.NODES) @ sigmoid_model.WEIGHTS == pytest.approx(whole, abs=1e-6)
