"""Which shortcuts a run can price, and with which configuration."""

import pytest
import yaml
from test_config import ROOT, load, resolve

from synthsize.errors import InputError
from synthsize.pipeline.cells import block_settings
from synthsize.pipeline.config import PRESETS
from synthsize.pipeline.shortcuts import SHORTCUTS, shortcut_configs, unpriced_shortcuts

SETS = ("corrected", "paper")


def configuration(**sections):
    return resolve(load({"protocol": {"price_shortcuts": True}}, sections))


def differing(first, second):
    return {
        f"{section}.{key}"
        for section in first
        for key in first[section]
        if first[section][key] != second[section][key]
    }


def test_each_shortcut_turns_its_own_switch_and_nothing_else():
    config = configuration()
    turned = shortcut_configs(config, SETS)
    assert list(turned) == list(SHORTCUTS)
    for name, other in turned.items():
        assert differing(config, other) == {str(SHORTCUTS[name])}
    assert unpriced_shortcuts(config, SETS) == {}


def test_the_switches_lead_from_the_leak_free_preset_to_that_of_the_paper():
    paper = yaml.safe_load((ROOT / "workflow/presets/paper.yaml").read_text())
    switches = {switch.key: switch for switch in SHORTCUTS.values()}
    for key in ("group_by", "imputation", "concepts"):
        assert switches[key].start == PRESETS["leak_free"][key]
        assert switches[key].turned == PRESETS["paper"][key]
    assert switches["oracle"].turned == paper["protocol"]["oracle"]


def test_nothing_is_priced_unless_asked():
    assert shortcut_configs(resolve(load()), SETS) == {}


def test_the_shortcuts_of_the_cohort_leave_the_settings_of_a_block_alone():
    config = configuration()
    turned = shortcut_configs(config, SETS)
    own = block_settings(config, "svm", "smote")
    assert all(
        block_settings(turned[name], "svm", "smote") == own for name in ("item_ids", "admissions", "landmark")
    )
    assert block_settings(turned["oracle"], "svm", "smote") == {**own, "oracle": "undersampled"}


@pytest.mark.parametrize(
    ("sections", "name", "reason"),
    [
        ({"cohort": {"landmark": True}}, "landmark", "cohort.landmark is True in this run, not False"),
        ({"cohort": {"admissions": "first"}}, "admissions", "cohort.admissions is 'first'"),
        ({"protocol": {"group_by": "admission"}}, "grouping", "protocol.group_by is 'admission'"),
    ],
)
def test_a_switch_that_is_turned_already_is_left_out_with_its_reason(sections, name, reason):
    config = configuration(**sections)
    assert name not in shortcut_configs(config, SETS)
    assert len(shortcut_configs(config, SETS)) == len(SHORTCUTS) - 1
    assert reason in unpriced_shortcuts(config, SETS)[name]


def test_a_source_without_the_published_item_ids_leaves_them_out():
    config = configuration()
    assert "item_ids" not in shortcut_configs(config, ("corrected",))
    assert "has no concept set 'paper'" in unpriced_shortcuts(config, ("corrected",))["item_ids"]


def test_the_price_starts_from_the_leak_free_protocol():
    with pytest.raises(InputError, match=r"protocol\.price_shortcuts starts from the leak-free protocol"):
        shortcut_configs(configuration(protocol={"preset": "paper"}), SETS)
