"""Tasks with tables of their own in the configuration: what they mean, and the line that each wrong one gets."""

import gzip
from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config, validate

from synthsize.errors import InputError
from synthsize.extract.definition.loading import load_source
from synthsize.pipeline.config import check_source_fits, resolve
from synthsize.pipeline.named import run_names
from synthsize.pipeline.own_tables import check_columns, own_tables, table_size
from synthsize.pipeline.plan import training_rows
from synthsize.pipeline.shortcuts import shortcut_configs, unpriced_shortcuts

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
ENTRY = yaml.safe_load(SCHEMA.read_text())["$defs"]["entry"]
NONE_EXTRACTED = {"mortality": None, "sepsis": None, "septic_shock": None}


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "stays.csv"
    path.write_text("died,stay,a\n1,1,0.5\n0,2,0.5\n0,3,0.1\n")
    return path


def resolved(table, task=None, tasks=NONE_EXTRACTED, **sections):
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    own = {"table": str(table), "label": "died", **(task or {})}
    own = {key: value for key, value in own.items() if value is not None}
    update_config(config, deepcopy({**sections, "tasks": {**tasks, "death": own}}))
    validate(config, str(SCHEMA))
    return resolve(config, ENTRY)


def refusal(table, *given, **sections):
    with pytest.raises(InputError) as caught:
        resolved(table, *given, **sections)
    return str(caught.value).replace(str(table), "FILE")


def test_a_run_on_tables_needs_no_source(table):
    config = resolved(table, {"title": "Death in the unit"})
    assert own_tables(config) == {"death": str(table)}
    assert run_names(config).task("death") == "Death in the unit"
    check_source_fits(config, load_source("challenge2012"))
    assert table_size(str(table)) == (3, 3)
    assert training_rows(config, [], 50_000) == (2, "as in the tables of the tasks")


def test_a_table_that_breaks_off_behind_its_head_has_no_size(tmp_path):
    rows = "".join(f"{row % 7},{row * 997 % 1009}\n" for row in range(100_000))
    path = tmp_path / "stays.csv.gz"
    path.write_bytes(gzip.compress(f"died,a\n{rows}".encode())[:-100])
    with pytest.raises(
        InputError, match=r"stays\.csv\.gz cannot be read to its end \(EOFError\); write or copy"
    ):
        table_size(str(path))
    damaged = tmp_path / "stays.parquet"
    damaged.write_bytes(b"PAR1, and no table")
    with pytest.raises(InputError, match=r"stays\.parquet cannot be read to its end \(ArrowInvalid\)"):
        table_size(str(damaged))


def test_a_column_is_no_name(table):
    assert run_names(resolved(table)).task("death") == "death"


def test_the_price_of_what_is_extracted_is_not_shown(table):
    config = resolved(table, protocol={"price_shortcuts": True})
    assert set(shortcut_configs(config, ("corrected", "paper"))) == {"imputation", "grouping", "oracle"}
    reasons = unpriced_shortcuts(config, ("corrected", "paper"))
    assert set(reasons.values()) == {"the tasks have tables of their own: nothing is extracted"}


REFUSED = {
    "no file": (
        {"table": "nowhere.csv"},
        {},
        "tasks.death.table is 'nowhere.csv', but there is no such file; correct the path",
    ),
    "another format": (
        {"table": "stays.xlsx"},
        {},
        "tasks.death.table is 'stays.xlsx', but it must end in .parquet, .csv or .csv.gz",
    ),
    "braces": (
        {"table": "{a}.csv"},
        {},
        "tasks.death.table is '{a}.csv'; Snakemake takes braces in a path for a wildcard, so rename the file",
    ),
    "no label": (
        {"label": None},
        {},
        "tasks.death.label is missing; name the column of 0 and 1 that the task predicts",
    ),
    "one column twice": (
        {"group": "died"},
        {},
        "tasks.death.label and tasks.death.group both name column 'died'; give each a column of its own or drop one of "
        "the keys",
    ),
    "a role left out": (
        {"leave_out": ["died"]},
        {},
        "tasks.death.leave_out names 'died', which is the label column and no feature anyway; take it out of leave_out",
    ),
    "a table and an outcome": (
        {"outcome": "died_in_hospital"},
        {},
        "tasks.death has a table and outcome; keep one of them, or choose another name and set death: null where "
        "config.yaml defines a task of that name",
    ),
    "a source": (
        {},
        {"source": {"name": "mimic3", "path": "/data"}},
        "source.name is 'mimic3' and source.path is '/data', but every task has a table and nothing is extracted; "
        "leave source out, and presets that are made for an extract",
    ),
    "a preset of an extract": (
        {},
        {"source": {"name": "mimic3"}},
        "source.name is 'mimic3', but every task has a table and nothing is extracted; leave source out, and presets "
        "that are made for an extract",
    ),
    "sexes": (
        {},
        {"experiment": {"subgroups": ["sex"]}},
        "experiment.subgroups names 'sex', which only extracted tasks have; for one grouping of your own name its "
        "column in tasks.<name>.stratum and set experiment.subgroups to [stratum]",
    ),
    "places": (
        {},
        {"experiment": {"transport": {"run": True}}},
        "experiment.transport goes by strata, but tasks.death names no stratum column; add tasks.death.stratum or "
        "switch experiment.transport off",
    ),
    "an extracted task beside it": (
        {},
        {"tasks": {"sepsis": None, "septic_shock": None}},
        "tasks.death brings a table and tasks.mortality would be extracted, which one run cannot do; set tasks: "
        "{mortality: null} or run them apart",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_one_sentence_for_what_a_table_cannot_be(table, name):
    task, sections, sentence = REFUSED[name]
    assert refusal(table, task, **sections) == sentence


def test_columns_that_cannot_play_their_parts_are_refused_before_a_run(table):
    check_columns(resolved(table, {"group": "stay"}))
    with pytest.raises(
        InputError, match=r"tasks\.death\.group names column 'stays', which .*; did you mean 'stay'"
    ):
        check_columns(resolved(table, {"group": "stays"}))
    table.write_text("died,unit,a\n1,A,0.5\n0,B,0.5\n")
    with pytest.raises(
        InputError, match=r"tasks\.death\.table: .* has columns that are not numbers: 'unit'; write"
    ):
        check_columns(resolved(table))
    check_columns(resolved(table, {"leave_out": ["unit"]}))


def test_a_column_without_a_table_is_refused():
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    config["tasks"]["sepsis"]["group"] = "stay"
    with pytest.raises(InputError, match=r"tasks\.sepsis\.group describes a table; add tasks\.sepsis\.table"):
        resolve(config, ENTRY)
