"""Coverage of the intervals where the truth is known: the simulation of performance/coverage.py, in small."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

SCRIPT = Path(__file__).parents[2] / "performance" / "coverage.py"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("coverage")]  # simulated once


@pytest.fixture(scope="module")
def measured():
    """Coverage and half-width by quantity and interval: 60 cohorts of 200 rows, 15 splits each."""
    spec = importlib.util.spec_from_file_location("coverage_script", SCRIPT)
    script = sys.modules["coverage_script"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    setting = script.Setting(rows=200, features=5, splits=15, multipliers=(0.0, 0.5, 1.0))
    tested = script.measure(setting, cohorts=60, limit_splits=0, training_sets=600)
    validated = script.measure_validation(setting, cohorts=60, training_sets=600)
    table = pd.concat([tested, validated])
    return table.set_index(["quantity", "interval"])


@pytest.fixture(scope="module")
def coverage(measured):
    return measured["coverage"]


def least_plausible(nominal, cohorts=60):
    """Three simulation errors below the nominal coverage."""
    return nominal - 3 * np.sqrt(nominal * (1 - nominal) / cohorts)


QUANTITIES = [
    "loss at m = 1",
    "m = 0 minus m = 1, paired",
    "m = 0.5 minus m = 1, paired",
    "excess risk, m = 0 minus m = 1, paired",
]


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_nadeau_bengio_covers_new_patients(coverage, quantity):
    assert coverage[quantity, "nadeau_bengio"] >= least_plausible(0.95)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_the_normal_interval_does_not(coverage, quantity):
    assert coverage[quantity, "normal"] < least_plausible(0.95)


def test_the_level_of_the_excess_risk_is_not_covered_as_its_oracle_inflates_it(coverage):
    assert coverage["excess risk at m = 1, level", "nadeau_bengio"] < least_plausible(0.95)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_nadeau_bengio_is_not_much_wider_than_it_must_be(measured, quantity):
    """The normal interval's own coverage tells how wide one of 95 % would be."""
    normal = measured.loc[(quantity, "normal")]
    needed = normal["half_width"] * norm.ppf(0.975) / norm.ppf(0.5 + normal["coverage"] / 2)
    assert measured.loc[(quantity, "nadeau_bengio"), "half_width"] < 2 * needed


@pytest.mark.parametrize("curve", ["whole curve", "whole curve minus m = 1, paired"])
def test_the_band_of_three_sizes_is_hardly_wider_than_each_interval(measured, curve):
    widths = measured.loc[curve, "half_width"]
    assert widths["nadeau_bengio"] <= widths["simultaneous"] < 1.25 * widths["nadeau_bengio"]


def test_validation_losses_need_the_sizes_of_the_sets_exchanged(coverage):
    quantity = "validation loss at m = 1"
    assert coverage[quantity, "nadeau_bengio"] >= least_plausible(0.95)
    assert coverage[quantity, "sizes not exchanged"] < least_plausible(0.95)


@pytest.mark.parametrize("curve", ["whole curve", "whole curve minus m = 1, paired"])
def test_the_simultaneous_band_covers_the_whole_curve(coverage, curve):
    assert coverage[curve, "simultaneous"] >= least_plausible(0.95)
    assert coverage[curve, "simultaneous"] >= coverage[curve, "nadeau_bengio"]
    assert coverage[curve, "normal"] < least_plausible(0.95)
