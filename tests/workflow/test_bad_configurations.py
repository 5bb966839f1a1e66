"""Messages about a bad configuration: one sentence, with the file or key and the remedy."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import update_config, validate

from synthsize.errors import InputError
from synthsize.pipeline.cells import MOST_SIZES, grid_points
from synthsize.pipeline.config import resolve
from synthsize.pipeline.config_files import check_config_file, named_config_files
from synthsize.pipeline.schema import explain

ROOT = Path(__file__).parents[2]
SCHEMA = str(ROOT / "workflow" / "schemas" / "config.schema.yaml")
ENTRY = yaml.safe_load(Path(SCHEMA).read_text())["$defs"]["entry"]

FILES = {  # content of a configuration file, and what is said behind its name
    "a picture": (b"\x89PNG\r\n\x1a\n\x00", ", line 1: not text in UTF-8; save the file as UTF-8 text"),
    "latin-1": (
        "source: {path: x}\ntasks: {a: {label: Mortalité}}\n".encode("latin-1"),
        ", line 2: not text in UTF-8; save the file as UTF-8 text",
    ),
    "control characters": (b"a: \x01\n", " holds characters that YAML forbids; correct the YAML there"),
    "an open list": (
        b"experiment:\n  generators: [smote, jitter\n  splits: 2\n",
        ", line 3: expected ',' or ']', but got ':'; correct the YAML there",
    ),
    "a tab": (
        b"experiment:\n\tsplits: 2\n",
        ", line 2: a tab where YAML takes spaces; correct the YAML there",
    ),
    "a line too far in": (
        b"tasks:\n  mortality: null\n   sepsis: null\n",
        ", line 3: a second colon (put such text in quotes), or an indentation unlike that of its neighbours; correct "
        "the YAML there",
    ),
    "nothing": (b"", " is empty where sections and keys belong; config.yaml shows how they look"),
    "a list": (b"- a\n", " holds a list where sections and keys belong; config.yaml shows how they look"),
}

KEYS = {  # what is layered over config.yaml, and the sentence
    "output.root null": (
        {"output": {"root": None}},
        "output.root is empty; it must be text, such as root: .",
    ),
    "output.root null on the command line": (
        {"output": {"root": "null"}},
        "output.root is 'null'; name a folder, or . for the one the run is started in",
    ),
    "braces in output.root": (
        {"output": {"root": "runs/{b}"}},
        "output.root is 'runs/{b}'; Snakemake takes braces in a path for a wildcard, so rename the folder or reach it "
        "by a link without braces",
    ),
    "braces in source.path": (
        {"source": {"name": "mimic3", "path": "/data/{b}"}},
        "source.path is '/data/{b}'; Snakemake takes braces in a path for a wildcard, so rename the folder or reach it "
        "by a link without braces",
    ),
    "a password in source.path": (
        {"source": {"name": "mimic3", "path": "postgresql://reader:secret@host/mimic"}},
        "source.path holds a password, which would be written to logs and records; leave it to PGPASSWORD, ~/.pgpass "
        "or a connection service, or write env:NAME and keep the URI in that variable",
    ),
    "a schema without a server": (
        {"source": {"name": "mimic3", "path": "/data", "schema": "mimiciii"}},
        "source.schema is mimiciii, but source.path names no PostgreSQL server; leave source.schema out",
    ),
    "a grid of 10^8 points": (
        {"experiment": {"multipliers": {"step": 2e-8}}},
        "experiment.multipliers.step 2e-08 makes more than 1001 sizes from 0 to 2, each of which is fitted in every "
        "split and fold; take a longer step or a shorter range",
    ),
    "10^9 splits": (
        {"experiment": {"splits": 10**9}},
        "experiment.splits is 1000000000, but it must be at most 10000 (Train/test splits of one data set; they "
        "overlap, so that more than a few hundred narrow no interval that allows for new patients, and each is a job's "
        "worth of fits.)",
    ),
    "10^9 repeats": (
        {"experiment": {"vtss": {"repeats": 10**9}}},
        "experiment.vtss.repeats is 1000000000, but it must be at most 1000 (Repeats with fresh folds (R); each fits "
        "every size in every fold of every split.)",
    ),
    "two tasks with one label": (
        {"tasks": {"septic_shock": {"label": "sepsis "}}},
        "tasks.sepsis and tasks.septic_shock are both shown as 'sepsis'; give one of them another label, or their "
        "figures and tables cannot be distinguished",
    ),
    "a label of blanks": (
        {"tasks": {"sepsis": {"label": " "}}},
        "tasks.sepsis.label is empty; give the text that figures and tables show",
    ),
}


def refusal(override):
    """The sentence that the Snakefile would print for config.yaml with `override` layered over it."""
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    update_config(config, override)
    try:
        validate(config, SCHEMA)
        resolve(config, ENTRY)
    except WorkflowError as error:
        return explain(error.__context__)
    except InputError as error:
        return str(error)
    return None


@contextmanager
def as_another_user():
    """Give up the rights of root, to whom every file is open."""
    if os.geteuid():
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.mark.parametrize(("content", "words"), FILES.values(), ids=FILES)
def test_a_file_that_holds_no_configuration(tmp_path, content, words):
    file = tmp_path / "mine.yaml"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        check_config_file(file)
    assert str(caught.value) == f"{file}{words}"


def test_a_file_that_is_not_there_or_a_folder(tmp_path):
    with pytest.raises(InputError, match=r"mine\.yaml does not exist; correct the path"):
        check_config_file(tmp_path / "mine.yaml")
    with pytest.raises(InputError, match=r" is a folder; name a configuration file in it"):
        check_config_file(tmp_path)


def test_a_file_that_may_not_be_read(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("a: 1")
    file.chmod(0)
    with (
        as_another_user(),
        pytest.raises(InputError, match=r"cannot be read \(Permission denied\); make it readable"),
    ):
        check_config_file(file)


@pytest.mark.parametrize("content", ["a: 1\n", json.dumps({"a": [1, None]}), "\ufeffa: 1\n"])
def test_yaml_and_json_pass(tmp_path, content):
    file = tmp_path / "mine.yaml"
    file.write_text(content, encoding="utf-8")
    check_config_file(file)


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("--cores 2 --configfile a.yaml b.yaml --config x=1", ["a.yaml", "b.yaml"]),
        ("--configfiles=a.yaml -n", ["a.yaml"]),
        ("all --config configfile=no", []),
        ("--configfile", []),
    ],
)
def test_the_files_that_a_command_names(line, files):
    assert list(named_config_files(line.split())) == files


@pytest.mark.parametrize(("override", "sentence"), KEYS.values(), ids=KEYS)
def test_a_bad_value(override, sentence):
    assert refusal(override) == sentence


def test_the_longest_grid_is_allowed():
    override = {"experiment": {"multipliers": {"stop": 2, "step": 2 / (MOST_SIZES - 1)}}}
    assert refusal(override) is None
    assert len(grid_points({"start": 0, "stop": 2, "step": 0.002}, "experiment.multipliers")) == 1001


@pytest.mark.parametrize("where", ["raw", "raw/mimic-iii"])
def test_raw_tables_that_the_user_may_not_read(tmp_path, where):
    (tmp_path / "raw" / "mimic-iii").mkdir(parents=True)
    closed = tmp_path / "raw"
    closed.chmod(0)
    path = str(tmp_path / where)
    try:
        with as_another_user():
            sentence = refusal({"source": {"name": "mimic3", "path": path}})
    finally:
        closed.chmod(stat.S_IRWXU)
    assert sentence == (
        f"source.path is {path!r}, which cannot be read (Permission denied); ask its owner for the right to read it"
    )


def test_an_output_folder_below_a_closed_one(tmp_path):
    closed = tmp_path / "closed"
    (closed / "runs").mkdir(parents=True)
    closed.chmod(0)
    try:
        with as_another_user():
            sentence = refusal({"output": {"root": str(closed / "runs")}})
    finally:
        closed.chmod(stat.S_IRWXU)
    assert sentence.endswith("cannot be written; name a folder of your own")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["missing.yaml", "folder.yaml", "a picture", "an open list", "a list"])
def test_snakemake_says_no_more_than_the_sentence(new_checkout, name):
    checkout = new_checkout()
    (checkout.folder / "folder.yaml").mkdir()
    if name in FILES:
        (checkout.folder / name).write_bytes(FILES[name][0])
    done = checkout.snakemake("--dry-run", "--cores", "1", "--configfile", name)
    assert done.returncode == 1
    lines = (done.stdout + done.stderr).splitlines()
    assert [line for line in lines if not line.startswith("Using workflow specific profile")] == [
        line for line in lines if line.startswith(f"config: {name}")
    ]
    assert len(lines) <= 2


@pytest.mark.slow
def test_a_broken_config_yaml_is_named(new_checkout):
    checkout = new_checkout()
    (checkout.folder / "config.yaml").write_text("source: [")
    done = checkout.run("--dry-run")
    assert "config.yaml, line 1: " in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.slow
def test_a_run_may_lie_elsewhere_than_the_checkout(new_checkout, tmp_path):
    checkout = new_checkout()
    before = sorted(checkout.folder.rglob("*"))
    done = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "snakemake",
                "-s",
                str(checkout.folder / "Snakefile"),
                "-d",
                str(tmp_path / "run"),
            ),
            *("--cores", "2", "--until", "check_source", "--configfile", str(checkout.folder / "tiny.yaml")),
        ],
        cwd=tmp_path,
        env=checkout.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run" / "results" / "extract" / "preflight.csv").is_file()
    assert "2 of 2 steps" in done.stderr  # profiles/default of the checkout, and the steps of this run
    assert sorted(checkout.folder.rglob("*")) == before


def stopped_run(checkout):
    """Send Ctrl-C to a run and its first job, as a terminal does; return what it said, its status and the job's log."""
    log = checkout.folder / "logs" / "simulate_extract" / "simulate_extract.log"
    log.unlink(missing_ok=True)
    run = subprocess.Popen(
        checkout.command(),
        cwd=checkout.folder,
        env=checkout.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A background job of a shell ignores the signal, and so would all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not log.exists() and run.poll() is None:
        time.sleep(0.01)
    os.killpg(run.pid, signal.SIGINT)
    told = run.communicate()[0].rstrip()
    return told, run.returncode, log.read_text()


@pytest.mark.slow
def test_ctrl_c_prints_one_line(new_checkout):
    """On a busy machine Snakemake may see the job's end before its own signal, and then speaks of a failed job."""
    checkout = new_checkout()
    for _ in range(4):
        told, status, log = stopped_run(checkout)
        assert status == 1
        assert "Traceback" not in told
        assert log == "stopped by Ctrl-C\n"
        if told.splitlines()[-1] == "synthsize: stopped; the same command goes on from here":
            break
        checkout.succeed("--unlock")
    else:
        pytest.fail(told)
    assert "Error" not in told
