"""What a report says of the user's own tables."""

import pandas as pd
import pytest
from run_names import names_of

from synthsize.report.page.own_section import own_facts, own_tables_section
from synthsize.report.suppression import suppress
from synthsize.tasks.own_columns import Columns
from synthsize.tasks.own_table import read_own_table
from synthsize.tasks.table1 import table_1

NAMES = names_of({"death": "Death in the unit"})


def tables_of(tmp_path, **features):
    ages = [None if row % 3 == 0 else row * 7 % 60 for row in range(60)]
    frame = pd.DataFrame({"died": [1] * 12 + [0] * 48, "unit": ["A", "B"] * 30, "age": ages, **features})
    frame.to_csv(tmp_path / "stays.csv", index=False)
    columns = Columns("died", stratum="unit")
    taken = read_own_table(tmp_path / "stays.csv", columns, task="death", fewest=2)
    return {"own_tables": taken.facts, "table1": table_1({"death": taken.analysis}, dict(NAMES.tasks))}


@pytest.fixture
def tables(tmp_path):
    return tables_of(tmp_path)


def test_a_feature_that_gives_the_label_away_is_named(tmp_path):
    tables = tables_of(tmp_path, survived=[0] * 12 + [1] * 48, day_of_death=[*range(12), *[None] * 48])
    roles = own_tables_section(suppress(tables, 10), NAMES).tables[0]
    shown = dict(zip(roles.headers, [cell.text for cell in roles.rows[0]], strict=True))
    assert shown["Remarks"] == (
        "survived alone separates the two values of died, as a copy of it does; day_of_death has values only where "
        "died has one of its values, as if entered because of it"
    )


def test_the_section_shows_roles_and_class_sizes(tables):
    roles, classes = own_tables_section(suppress(tables, 10), NAMES).tables
    shown = dict(zip(roles.headers, [cell.text for cell in roles.rows[0]], strict=True))
    assert shown["Task"] == "Death in the unit"
    assert shown["Outcome"] == "died = 1"
    assert (shown["Rows"], shown["Groups with the outcome"], shown["Strata"]) == ("60", "12", "2")
    assert shown["Feature cells to impute"] == "33.3%"
    assert not {"Group column", "Columns left out", "Remarks"} & set(roles.headers)  # empty for every task
    sizes = dict(zip(classes.headers, [cell.text for cell in classes.rows[0]], strict=True))
    assert (sizes["With the outcome"], sizes["Without"], sizes["Ratio"]) == ("12", "48", "1 : 4.00")


def test_small_classes_are_hidden(tables):
    shown = suppress(tables, 20)
    assert shown["own_tables"]["groups_with_outcome"].item().text == "<20"
    assert shown["table1"]["positives"].item().text == "<20"


def test_the_facts_name_the_file_and_no_folder():
    task = {"table": "/home/somebody/stays.csv", "label": "died", "group": "patient"}
    config = {"tasks": {"death": task}, "protocol": {"group_by": "patient"}}
    facts = own_facts(config, NAMES)
    assert "Death in the unit from stays.csv" in facts["Data"]
    assert "/home" not in facts["Data"]
    assert facts["Groups"] == "rows with the same patient stay together"
    config["protocol"]["group_by"] = "admission"
    assert own_facts(config, NAMES)["Groups"] == "each row is its own"
    assert own_facts({"tasks": {"death": {"outcome": "died_in_hospital"}}}, NAMES) == {}
