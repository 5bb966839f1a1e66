"""What the keys of learning curve and decision curves make, and what is said of those that make nothing."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from synthsize.errors import InputError
from synthsize.pipeline.config import resolve
from synthsize.pipeline.curves import curve_blocks, curve_controls, thresholds
from synthsize.pipeline.schema import read_text

ROOT = Path(__file__).parents[2]
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())


@pytest.fixture
def config():
    return yaml.safe_load((ROOT / "config.yaml").read_text())


def settle(config, **changes):
    changed = deepcopy(config)
    for section, values in changes.items():
        changed[section] |= values
    for entry in ("classifiers", "generators"):
        changed["experiment"][entry] = list(changed["experiment"][entry])
    return resolve(read_text(changed, SCHEMA), SCHEMA["$defs"]["entry"])


def test_thresholds_hold_both_ends(config):
    found = thresholds(settle(config))
    assert (len(found), found[0], found[-1]) == (50, 0.01, 0.5)


def test_a_report_can_do_without_either_curve(config):
    left_out = {"learning_curve": "failed", "net_benefit": "failed"}
    assert settle(config, reporting={"left_out": left_out})["reporting"]["left_out"] == left_out


def test_a_curve_takes_the_first_splits_of_the_run(config):
    blocks = curve_blocks(settle(config, learning_curve={"splits": 7}), "logistic", "smote")
    assert blocks == {"00000": [0, 1, 2, 3, 4], "00005": [5, 6]}


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, "prior_shift"),
        ({"strategies": ["mixed"]}, "none"),
        ({"strategies": ["oversample", "mixed"]}, "none"),
        ({"multipliers": {"start": 0.5, "stop": 2, "step": 0.5}}, "none"),
        ({"strategies": ["mixed"], "controls": ["weights_vtss"]}, "weights_vtss"),
    ],
)
def test_a_curve_fits_the_raw_data_where_a_cell_does_not(config, changes, first):
    assert curve_controls(settle(config, experiment=changes))[0] == first


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"learning_curve": {"positives": [50, 25]}}, "list the numbers in increasing order"),
        (
            {"net_benefit": {"thresholds": {"start": 0.4, "stop": 0.1, "step": 0.1}}},
            r"net_benefit\.thresholds\.stop is 0\.1, below start 0\.4",
        ),
    ],
)
def test_impossible_keys_are_rejected_in_one_line(config, changes, words):
    with pytest.raises(InputError, match=words):
        settle(config, **changes)
