"""Lineage of a small workflow: what changes it, and what does not."""

import re
import shutil
from types import SimpleNamespace

import pytest

from synthsize.pipeline.lineage import Lineage
from synthsize.pipeline.old_files import LONG_AGO
from synthsize.pipeline.records import DIGESTS, write_records


class Pattern(str):
    """What is used of Snakemake's files: wildcards are filled in, and found again in a path."""

    def apply_wildcards(self, wildcards):
        return Pattern(self.format(**wildcards))

    def match(self, path):
        return re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>\\w+)", self), path)


class Named(list):
    def _allitems(self):
        return self


class Rule:
    """What is used of Snakemake's rules."""

    def __init__(self, folder, name, output, inputs=(), params=()):
        self.name, self.output = name, [Pattern(output)] if output else []
        self.input, self.params = Named(inputs), Named(params)
        self.basedir = SimpleNamespace(get_path_or_uri=lambda **_: str(folder))
        self.script = f"{name}.py"
        (folder / self.script).touch()

    def set_input(self, **added):
        self.input.extend(added.items())

    def set_params(self, **added):
        self.params.extend(added.items())


@pytest.fixture
def workflow(tmp_path, monkeypatch):
    """Two rules: a raw file and a setting become a table per task, and the tables a report."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raw.csv").write_text("1")
    (tmp_path / "query.sql").write_text("SELECT 1")

    def make(*, codes="a", root="results", report_params=()):
        table = f"{root}/tasks/{{task}}.csv"
        rules = [
            Rule(
                tmp_path,
                "build",
                table,
                [("raw", Pattern("raw.csv")), ("sql", [Pattern("query.sql")])],
                [("codes", lambda wildcards: {"sepsis": codes, "shock": "b"}[wildcards.task])],
            ),
            Rule(
                tmp_path,
                "report",
                f"{root}/report.html",
                [("tables", lambda _: [table.format(task=task) for task in ("sepsis", "shock")])],
                report_params,
            ),
            Rule(tmp_path, "all", None),
        ]
        return Lineage(rules, results=[root], raw=["raw.csv"], due=tmp_path / "due"), rules

    return make


def digests(lineage):
    return {
        "sepsis": lineage.of("build", {"task": "sepsis"}),
        "shock": lineage.of("build", {"task": "shock"}),
        "report": lineage.of("report", {}),
    }


def changed(before, after):
    return {name for name, digest in after.items() if digest != before[name]}


def test_lineages_are_short_differ_between_jobs_and_agree_between_processes(workflow):
    first, second = digests(workflow()[0]), digests(workflow()[0])
    assert first == second
    assert len(set(first.values())) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", digest) for digest in first.values())


def test_the_folder_of_the_results_has_no_part_in_it(workflow):
    assert digests(workflow()[0]) == digests(workflow(root="/elsewhere/results")[0])


def test_a_setting_changes_the_jobs_that_use_it_and_what_follows(workflow):
    before = digests(workflow()[0])
    assert changed(before, digests(workflow(codes="c")[0])) == {"sepsis", "report"}
    assert changed(before, digests(workflow(report_params=[("digits", 3)])[0])) == {"report"}


@pytest.mark.parametrize(
    ("name", "concerned"),
    [
        ("raw.csv", {"sepsis", "shock", "report"}),
        ("query.sql", {"sepsis", "shock", "report"}),
        ("report.py", {"report"}),
    ],
)
def test_a_file_changes_what_is_made_from_it(workflow, tmp_path, name, concerned):
    before = digests(workflow()[0])
    (tmp_path / name).write_text("x = 2")
    assert changed(before, digests(workflow()[0])) == concerned


def test_a_missing_file_in_between_hides_nothing(workflow):
    """The report knows of a setting of the tables although no table exists."""
    before = workflow()[0].of("report", {})
    assert workflow(codes="c")[0].of("report", {}) != before


def test_every_rule_that_makes_something_follows_its_lineage(workflow):
    lineage, (build, report, target) = workflow()
    lineage.follow()
    assert all({"lineage", "expected"} <= dict(rule.params).keys() for rule in (build, report))
    assert (list(target.params), list(target.input)) == ([], [])
    expected = dict(report.params)["expected"]({}, input=None)
    assert expected == {
        f"results/tasks/{task}.csv": ("lineage", lineage.of("build", {"task": task}))
        for task in ("sepsis", "shock")
    }


def test_the_file_that_makes_a_result_due_is_new_only_where_the_result_does_not_fit(workflow, tmp_path):
    lineage, (build, *_) = workflow()
    lineage.follow()
    name, due_file = build.input[-1]
    assert name == "due"

    def stamp():
        path = tmp_path / due_file({"task": "sepsis"})
        return path.stat().st_mtime, path.read_text()

    assert stamp()[0] == LONG_AGO  # nothing is there that could be unfit
    table = tmp_path / "results/tasks/sepsis.csv"
    table.parent.mkdir(parents=True)
    table.write_text("1")
    (first, content), (_, again) = stamp(), stamp()
    assert first >= table.stat().st_mtime
    assert content != again  # or Snakemake would take the file for the one that it knows
    write_records([table], lineage.of("build", {"task": "sepsis"}))
    assert stamp() == (LONG_AGO, "")


def test_a_rule_may_have_had_no_wildcard_before(workflow, tmp_path):
    lineage, (build, *_) = workflow()
    lineage.follow()
    due_file = build.input[-1][1]
    folder = (tmp_path / due_file({"task": "sepsis"})).parents[1]
    assert folder.name == "build"
    shutil.rmtree(folder)
    folder.write_text("")  # what an earlier version left
    assert (tmp_path / due_file({"task": "sepsis"})).is_file()


def test_two_rules_may_not_make_one_file(workflow, tmp_path):
    lineage, rules = workflow()
    rules[2].output = [Pattern("results/tasks/{task}.csv")]
    lineage = Lineage(rules, results=["results"], raw=[], due=tmp_path)
    with pytest.raises(ValueError, match="made by several rules: build, all"):
        lineage.of("report", {})


def test_a_param_without_an_order_is_rejected(workflow):
    lineage, _ = workflow(report_params=[("names", {"a", "b"})])
    with pytest.raises(TypeError, match="of type set; use a list"):
        lineage.of("report", {})


def test_a_table_on_a_server_counts_by_its_state_there(tmp_path, monkeypatch):
    (tmp_path / "patients.json").write_text("patients")
    state = {"patients": "7 rows"}
    monkeypatch.setitem(DIGESTS, "table", lambda path: state[path.read_text()])

    def lineage():
        file = str(tmp_path / "patients.json")
        rules = [Rule(tmp_path, "build", "results/table.csv", [("raw", Pattern(file))])]
        return Lineage(rules, results=["results"], raw=[], tables=[file], due=tmp_path).of("build", {})

    before = lineage()
    assert lineage() == before
    state["patients"] = "8 rows"
    assert lineage() != before
