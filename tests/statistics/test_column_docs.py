"""docs/comparisons.md describes the columns that the tables have."""

import re
from pathlib import Path

import pytest

from synthsize.statistics.answers import ANSWER_COLUMNS
from synthsize.statistics.bands import BAND_COLUMNS
from synthsize.statistics.choices import CHOICE_COLUMNS
from synthsize.statistics.comparisons import PAIRED_COLUMNS
from synthsize.statistics.fidelity_summary import FIDELITY_COLUMNS
from synthsize.statistics.imputation_differences import IMPUTATION_COLUMNS
from synthsize.statistics.joint_choice import RECIPE_COLUMNS, RECOMMENDATION_COLUMNS
from synthsize.statistics.learner_answers import LEARNER_ANSWER_COLUMNS
from synthsize.statistics.learner_comparison import LEARNER_COLUMNS
from synthsize.statistics.learner_effort import EFFORT_COLUMNS
from synthsize.statistics.learning_curve import LEARNING_COLUMNS
from synthsize.statistics.net_benefit import BENEFIT_COLUMNS
from synthsize.statistics.regret import REGRET_COLUMNS
from synthsize.statistics.shortcut_prices import PRICE_COLUMNS
from synthsize.statistics.subgroups import SUBGROUP_COLUMNS
from synthsize.statistics.transport import STRATA_COLUMNS, TRANSPORT_COLUMNS
from synthsize.statistics.verdicts import VERDICT_COLUMNS

DOCUMENT = Path(__file__).parents[2] / "docs" / "comparisons.md"
TABLES = {
    "paired": PAIRED_COLUMNS,
    "bands": BAND_COLUMNS,
    "regret": REGRET_COLUMNS,
    "choices": CHOICE_COLUMNS,
    "verdicts": VERDICT_COLUMNS,
    "answers": ANSWER_COLUMNS,
    "shortcuts": PRICE_COLUMNS,
    "learning_curve": LEARNING_COLUMNS,
    "net_benefit": BENEFIT_COLUMNS,
    "learner_differences": LEARNER_COLUMNS,
    "learner_answers": LEARNER_ANSWER_COLUMNS,
    "learner_effort": EFFORT_COLUMNS,
    "recommendations": RECOMMENDATION_COLUMNS,
    "recipes": RECIPE_COLUMNS,
    "transport": TRANSPORT_COLUMNS,
    "transport_strata": STRATA_COLUMNS,
    "subgroups": SUBGROUP_COLUMNS,
    "imputations": IMPUTATION_COLUMNS,
    "fidelity": FIDELITY_COLUMNS,
}


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_described(name):
    section = DOCUMENT.read_text(encoding="utf-8").split(f"### {name}.csv")[1].split("###")[0]
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, flags=re.MULTILINE)) == TABLES[name]
