"""Sets of real open data, where somebody has them: SYNTHSIZE_OPEN_DATA names the folder that holds theirs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "SYNTHSIZE_OPEN_DATA"
MIMIC3_DEMO = "mimic-iii-demo-1.4"
CHALLENGE_2012 = "physionet-challenge-2012"
MIMIC4_DEMO = "mimic-iv-demo-2.2"
EICU_DEMO = "eicu-crd-demo-2.0.1"
MEDS_DEMO = "mimic-iv-demo-meds-0.0.1"
OMOP_DEMO = "mimic-iv-demo-omop-0.9"
YAIB_DEMO = "yaib-demo"
SYNTHEA = "synthea27nj-omop-5.4"


def open_data(name: str) -> Path:
    """Folder of a set, or a skip that names it."""
    folder = Path(os.environ.get(VARIABLE, ""), name).resolve()
    if not os.environ.get(VARIABLE) or not folder.is_dir():
        pytest.skip(f"{VARIABLE} names no folder that holds {name}")
    return folder
