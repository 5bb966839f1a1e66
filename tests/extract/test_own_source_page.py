"""A database of one's own: the blocks of docs/sources.md, run one after the other as a reader would."""

import contextlib
import io
import re
import shlex
from pathlib import Path

import pandas as pd
import pytest
import yaml
from snakemake.utils import validate
from source_steps import run_source

from synthsize.cli import main
from synthsize.extract.definition.loading import load_source
from synthsize.pipeline.config import check_source_fits, resolve

ROOT = Path(__file__).parents[2]
SECTION = (
    (ROOT / "docs/sources.md")
    .read_text(encoding="utf-8")
    .split("\n## A database of your own")[1]
    .split("\n## ")[0]
)
BLOCK = re.compile(
    r"(?:^`(?P<file>harbour/[\w/.]+)`\n\n)?^```(?P<kind>\w+)\n(?P<content>.*?)^```$", re.M | re.S
)
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"


def check_shown(shown, printed):
    """Every line of the page has to stand in what was printed, in its order."""
    lines = iter(printed.splitlines())
    for line in shown.splitlines():
        assert line in lines, f"{line!r} is not in\n{printed}"


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """Folder in which every block was run, and the configuration of the last ones."""
    folder = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder, _follow(folder)


def _follow(folder):
    printed, config = "", None
    for block in BLOCK.finditer(SECTION):
        content = block["content"]
        if block["file"]:
            assert (folder / block["file"]).is_file()  # written by new-source, and edited now
            (folder / block["file"]).write_text(content, encoding="utf-8")
        elif block["kind"] == "python":
            exec(compile(content, "docs/sources.md", "exec"), {})
        elif block["kind"] == "text":
            check_shown(content, printed)
        elif block["kind"] == "yaml":
            config = yaml.safe_load(content)
        elif "snakemake" not in content:
            printed = _run(content)
    return config


def _run(commands):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        for command in commands.splitlines():
            program, *arguments = shlex.split(command)
            assert program == "synthsize"
            main(arguments)
    return out.getvalue()


def test_the_blocks_run_and_print_what_the_page_shows(followed):
    folder, _ = followed
    assert (folder / "harbour" / "README.md").is_file()
    assert main(["check-source", "harbour", "--path", "harbour_data"]) == 0


def test_the_pipeline_reads_what_the_page_ends_in(followed, tmp_path):
    folder, override = followed
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    for section, values in override.items():
        config[section].update(values)
    validate(config, str(SCHEMA))
    config = resolve(config, yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))["$defs"]["entry"])
    check_source_fits(config, load_source(config["source"]["name"]))
    written = run_source(config["source"]["name"], Path(config["source"]["path"]), tmp_path / "out")
    lab = pd.read_csv(folder / "harbour_data" / "lab.csv")
    creatinine = lab.loc[lab["analyte"] == "CREA", "result"] / 88.4017
    measured = written["measurements"]
    values = measured.loc[measured["variable"] == "creatinine", "value"]
    assert sorted(values) == pytest.approx(sorted(creatinine))
    vitals = pd.read_csv(folder / "harbour_data" / "vitals.csv")
    rates = measured[measured["variable"] == "heart_rate"]
    expected = vitals.assign(hours=vitals["minute"] / 60).sort_values(["case_no", "hours"])
    assert list(rates["hours"]) == pytest.approx(list(expected["hours"]))
    assert list(rates["value"]) == list(expected["hr"])
    cases = pd.read_csv(folder / "harbour_data" / "cases.csv")
    assert written["admissions"]["died_in_hospital"].sum() == (cases["outcome"] == "died").sum()
    assert set(written["diagnoses"]["code"]) == {"I509", "R6521", "N179"}
