"""A generator that is a command, from the configuration to its result rows."""

import re
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest

SCRIPT = Path(__file__).parents[1] / "shared" / "normal_rows.py"

pytestmark = pytest.mark.slow


MADE = (
    "results/benchmark/blocks/mortality/logistic/normal",
    "results/benchmark/blocks/mortality/fidelity",
    "results/.drawn",
)


@pytest.fixture
def with_command(finished):
    """The finished checkout with a command beside it; what is made of it is removed."""
    shutil.copy2(SCRIPT, finished.folder / "draw.py")
    yield finished
    for made in MADE:
        shutil.rmtree(finished.folder / made, ignore_errors=True)


def test_a_command_makes_rows_in_a_run_and_its_script_is_an_input(with_command):
    command = [sys.executable, "draw.py", "--calls=calls"]  # beside what it is given: in its own folder
    with_command.preset(
        "outside",
        {
            "experiment": {
                "generators": [{"name": "normal", "command": command, "vtss": {"folds": 2}}],
                "fidelity": {"splits": 1},
            }
        },
    )
    blocks = "results/benchmark/blocks/mortality"
    block = f"{blocks}/logistic/normal/00000.sweep.parquet"
    measured = f"{blocks}/fidelity/normal/measured.parquet"
    done = with_command.succeed(block, measured, presets=("tiny", "outside"))
    assert re.search(r"^ +normal +3 +up to 3.0 h$", done.stdout, re.MULTILINE)  # the plan
    sweep = pd.read_parquet(with_command.folder / block)
    assert (sweep["n_synthetic"] == sweep["n_requested"]).all()
    assert set(pd.read_parquet(with_command.folder / measured)["rows"]) == {"synthetic", "test_rows"}
    kept = sorted((with_command.folder / "results/.drawn").iterdir())
    assert [path.suffix for path in kept] == [
        ".npz"
    ] * 3  # the split's and its folds'; fidelity took the split's
    with (with_command.folder / "draw.py").open("a", encoding="utf-8") as script:
        script.write("\n# a remark\n")
    due = with_command.due(block, measured, presets=("tiny", "outside"))
    assert due == {"run_block", "measure_fidelity"}
