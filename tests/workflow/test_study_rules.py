"""The papers' simulations as a user runs them: in their quick size, again, and with more replicates."""

import re

import pandas as pd
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("studies")]

NAMES = ["biased_aligned", "weighted_augmentation", "gda_gap"]  # the tests of the room run the others
CHOSEN = ("studies", "--config", f"studies={{names: [{', '.join(NAMES)}]}}")
QUICK = {"presets": ("workflow/presets/quick",)}


@pytest.fixture(scope="module")
def checkout(new_checkout):
    made = new_checkout()
    made.succeed(*CHOSEN, **QUICK)
    return made


def test_a_quick_run_leaves_tables_figures_and_a_page(checkout):
    results = checkout.folder / "results"
    for name in NAMES:
        for suffix in ("csv", "png", "pdf", "svg", "txt"):
            assert (results / "studies" / f"{name}.{suffix}").stat().st_size > 0
    references = pd.read_csv(results / "studies" / "references.csv")
    assert set(references["study"]) == set(NAMES)
    assert not (references["verdict"] == "outside").any()
    verdicts = pd.read_csv(results / "studies" / "verdicts.csv")
    assert verdicts["study"].tolist() == NAMES
    page = (results / "studies.html").read_text(encoding="utf-8")
    assert all(sentence[:30] in page for sentence in verdicts["sentence"])
    assert not (results / "extract").exists()


def test_finished_blocks_stay(checkout):
    assert checkout.due(*CHOSEN, **QUICK) == set()
    settings = "{biased_aligned: {replicates: 120}}"
    more = f"studies={{names: [{', '.join(NAMES)}], settings: {settings}}}"
    told = checkout.succeed("--dry-run", "studies", "--config", more, **QUICK).stdout
    jobs = dict(re.findall(r"^(\w+) +(\d+)$", told, flags=re.MULTILINE))
    # One block is longer now and one is new; the other studies are left alone.
    assert jobs["run_study_block"] == "2"
    assert jobs["summarise_study"] == jobs["draw_study"] == jobs["report_studies"] == "1"


def test_an_unknown_study_is_named_in_one_line(checkout):
    done = checkout.run("studies", "--config", "studies={names: [biased]}", **QUICK)
    assert done.returncode != 0
    told = done.stdout + done.stderr
    assert "config: there is no study 'biased'; did you mean 'biased_aligned'?" in told
    assert "Traceback" not in told
