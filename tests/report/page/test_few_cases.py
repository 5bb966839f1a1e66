import pandas as pd
import pytest
from run_names import names_of

from synthsize.report.page.few_cases import few_cases

NAMES = names_of({"death": "Death", "sepsis": "Sepsis"})


@pytest.mark.parametrize(
    ("positives", "negatives", "named"),
    [((100, 450), (900, 100), ""), ((99, 450), (900, 550), "Death"), ((15, 901), (985, 99), "Death, Sepsis")],
)
def test_tasks_whose_rarer_class_is_small_are_named(positives, negatives, named):
    table1 = pd.DataFrame({"task": ["death", "sepsis"], "positives": positives, "negatives": negatives})
    said = few_cases(table1, NAMES)
    assert len(said) == bool(named)
    assert all(f"fewer than 100 cases in {named}, and a test set" in words for words in said)
