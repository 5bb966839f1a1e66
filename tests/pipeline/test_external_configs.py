"""Entries of generators whose rows come from outside."""

import sys
from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from synthsize.errors import InputError
from synthsize.packages import FITTING
from synthsize.pipeline.cells import rival_generators
from synthsize.pipeline.command_words import check_command
from synthsize.pipeline.config import resolve
from synthsize.pipeline.external import refitted
from synthsize.pipeline.fit_dependencies import fit_versions, made_of
from synthsize.pipeline.named import read_classifiers, read_generators

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
ENTRY = yaml.safe_load(SCHEMA.read_text())["$defs"]["entry"]


@pytest.fixture
def entries(tmp_path, monkeypatch):
    """A command and a pool, with their files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "draw.py").write_text("")
    (tmp_path / "pool").mkdir()
    (tmp_path / "pool" / "rows.csv").write_text("x\n1\n")
    command = {"name": "gan", "command": [sys.executable, "draw.py", "--layers", 2], "params": {"epochs": 3}}
    return [command, {"name": "made", "pool": "pool", "label": "Made before"}, "smote"]


def test_they_become_classes_with_their_files_as_inputs(entries, tmp_path):
    specs = read_generators(entries, ENTRY)
    gan, made = specs["gan"], specs["made"]
    assert gan["params"]["command"] == [sys.executable, "draw.py", "--layers", "2"]
    assert gan["params"]["settings"] == {"epochs": 3}
    assert gan["params"]["timeout_minutes"] == 60
    assert gan["settings"] == "a command, epochs = 3"
    modules, files = made_of("generators", "gan", gan)
    assert modules == ["benchmark.external.command"]
    assert files == [sys.executable, str(tmp_path / "draw.py")]
    assert made_of("generators", "made", made)[1] == [str(tmp_path / "pool" / "rows.csv")]
    assert "not checked" in made["words"]
    assert refitted(specs) == ["smote"]
    assert (
        read_generators({"gan": {key: entries[0][key] for key in ("command", "params")}}, ENTRY)["gan"] == gan
    )
    config = {"experiment": {"classifiers": {}, "generators": specs}}
    for name in specs:
        assert set(fit_versions(config, generator=name)) == set(FITTING)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pool": "pool"}, "experiment.generators.0 has command and pool; give it one of"),
        ({"command": None}, "experiment.generators names 'gan', which is none of"),
        (
            {"command": None, "timeout_minutes": 5},
            "has timeout_minutes; give it one of class, command and pool",
        ),
        ({"command": []}, "experiment.generators.0.command is []"),
        (
            {"command": "python draw.py"},
            "is the text 'python draw.py'; it must be a list ([a, b]) or null, such as command: [gan-env/bin/python",
        ),
        ({"command": ["  "]}, "experiment.generators.0.command begins with a blank word; name a program"),
        ({"timeout_minutes": 0}, "it must be greater than 0"),
        ({"command": None, "pool": "nowhere", "params": None}, "nowhere holds no file that ends in .parquet"),
        ({"command": None, "pool": "pool"}, "experiment.generators.0.params: rows made beforehand take none"),
        ({"name": "smote"}, "'smote' is a name of this package's own"),
    ],
)
def test_a_wrong_entry_is_one_sentence(entries, change, message):
    with pytest.raises(InputError) as caught:
        read_generators([{**entries[0], **change}], ENTRY)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([sys.executable, "drew.py"], "command: there is no file 'drew.py' in {}; did you mean 'draw.py'?"),
        (["sh", "-x", "scripts/run.sh"], "there is no file 'scripts/run.sh' in {}; correct its path"),
        (["no-such-program", "draw.py"], "there is no program 'no-such-program'"),
        (["sh", "-c", "a\0b"], "experiment.generators.0.command holds a null byte"),
        (["sh", f"{'a' * 300}/run.sh"], "/run.sh' in {}; correct its path"),  # longer than any name of a file
    ],
)
def test_a_command_of_a_missing_script_is_rejected(entries, tmp_path, words, message):
    with pytest.raises(InputError) as caught:
        read_generators([{**entries[0], "command": words}], ENTRY)
    assert message.format(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "words",
    [
        ["--script=drew.py", "--epochs", "3", "model.pt"],
        ["-m", "my.package.sh", "draw.py"],
        ["-c", "import runpy; runpy.run_path('drew.py')"],
        ["-c", "pass  # " + 300 * "x"],  # longer than any name of a file
        ["draw.py", "https://example.org/drew.py", "host:drew.py", "/in/the/image/drew.py"],
    ],
)
def test_options_modules_code_and_urls_are_no_files(entries, words):
    spec = read_generators([{**entries[0], "command": [sys.executable, *words]}], ENTRY)["gan"]
    assert spec["params"]["command"][1:] == words


def test_what_a_container_holds_is_not_looked_for(tmp_path):
    docker = tmp_path / "docker"
    docker.write_text("")
    docker.chmod(0o755)
    check_command([str(docker), "run", "image", "python", "drew.py"], "command")


def test_in_the_example_of_ctgan_commands_take_part_in_the_joint_choice(monkeypatch):
    monkeypatch.chdir(ROOT)
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    example = yaml.safe_load((ROOT / "examples/ctgan/generators.yaml").read_text())
    for entry in example["experiment"]["generators"][2:]:
        entry["command"][0] = sys.executable  # its own environment is not here
    update_config(config, example)
    assert rival_generators(resolve(config, ENTRY)) == {"logistic": ["gaussian", "smote", "ctgan", "tvae"]}


def test_no_classifier_is_a_command(entries):
    with pytest.raises(InputError, match=r"move it to experiment\.generators"):
        read_classifiers(entries[:1], ENTRY)
