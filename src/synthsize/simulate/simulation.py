"""The simulated extract: a MIMIC-III-shaped folder of raw tables and the truth about them."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa

from synthsize.contracts.canonical import ADMISSIONS, DIAGNOSES, MEASUREMENTS
from synthsize.errors import InputError
from synthsize.simulate.block import Block
from synthsize.simulate.charts import draw_charts, draw_last_rounds
from synthsize.simulate.coding import draw_diagnoses
from synthsize.simulate.labs import draw_labs
from synthsize.simulate.model import calibrated_law
from synthsize.simulate.odd_admissions import plant_admissions
from synthsize.simulate.odd_codes import plant_codes
from synthsize.simulate.odd_rows import plant_rows
from synthsize.simulate.patients import draw_admissions, list_stays
from synthsize.simulate.physiology import Physiology
from synthsize.simulate.planting import Planting
from synthsize.simulate.raw_tables import HEADERS, raw_columns
from synthsize.simulate.rows import join_rows
from synthsize.simulate.truth import (
    CONCEPT_SETS,
    true_admissions,
    true_diagnoses,
    true_labels,
    true_measurements,
)
from synthsize.simulate.write import RawTable, TruthTable

logger = logging.getLogger("synthsize.simulate")

BLOCK = 500  # admissions drawn at once: bounds the memory; part of what a seed means
MIN_ADMISSIONS = 300
MAX_ADMISSIONS = 58_976  # as many as MIMIC-III v1.4 has
LABELS = {
    "admission_id": pa.int64(),
    "mortality": pa.bool_(),
    "sepsis": pa.bool_(),
    "septic_shock": pa.bool_(),
}


def simulate_extract(folder: Path, *, n_admissions: int, seed: int) -> None:
    """Write a simulated MIMIC-III extract and its truth.

    Parameters
    ----------
    folder : pathlib.Path
        Receives ADMISSIONS, PATIENTS, DIAGNOSES_ICD, ICUSTAYS, CHARTEVENTS and LABEVENTS as .csv.gz, and
        under ``truth/`` the canonical tables of a correct extraction for each concept set, the labels, and
        the list of planted oddities. Made if absent; files of these names are replaced.
    n_admissions : int
        Hospital admissions of all ages, newborns included, as MIMIC-III counts its 58,976.
    seed : int
        Non-negative. The same seed and size give the same bytes.

    Raises
    ------
    InputError
        If `n_admissions` is outside 300 to 58,976.

    Notes
    -----
    The model is described in `model` (who falls ill), `physiology` (the courses), `charts`, `labs` and
    `coding` (what gets recorded). Admissions are drawn in blocks of 500, each from its own child of the seed,
    so memory does not grow with the size.
    """
    if not MIN_ADMISSIONS <= n_admissions <= MAX_ADMISSIONS:
        raise InputError(
            f"n_admissions is {n_admissions}, but a simulated extract has {MIN_ADMISSIONS} to "
            f"{MAX_ADMISSIONS} hospital admissions: set simulate.admissions to a size between these"
        )
    for concepts in CONCEPT_SETS:
        (folder / "truth" / concepts).mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        raw = {name: files.enter_context(RawTable(folder, name)) for name in HEADERS}
        truth = {
            path: files.enter_context(TruthTable(folder / "truth" / path, columns))
            for path, columns in _truth_files()
        }
        for number, start in enumerate(range(0, n_admissions, BLOCK)):
            size = min(BLOCK, n_admissions - start)
            rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
            block, planting = draw_block(rng, size, number)
            for name, columns in raw_columns(block, rng).items():
                raw[name].write(columns)
            _write_truth(block, truth)
            if number == 0:
                planting.ledger(block.admissions).to_csv(folder / "truth" / "oddities.csv", index=False)
            logger.info("%d of %d admissions", start + size, n_admissions)


def draw_block(rng: np.random.Generator, size: int, number: int) -> tuple[Block, Planting]:
    """Draw one block of `size` admissions; the first one (`number` 0) gets the oddities planted."""
    admissions = draw_admissions(rng, size, number, calibrated_law())
    planting = Planting()
    if number == 0:
        plant_admissions(admissions, planting)
    stays = list_stays(rng, admissions, number)
    body = Physiology(rng, admissions)
    diagnoses = draw_diagnoses(rng, admissions, body)
    charts = join_rows([draw_charts(rng, admissions, stays, body), draw_last_rounds(rng, admissions, stays)])
    block = Block(admissions, stays, diagnoses, charts, draw_labs(rng, admissions, body))
    if number == 0:
        block = plant_codes(plant_rows(block, planting), planting)
    return block, planting


def _truth_files() -> list[tuple[str, dict[str, pa.DataType]]]:
    tables = (ADMISSIONS, DIAGNOSES, MEASUREMENTS)
    return [("labels.parquet", LABELS)] + [
        (f"{concepts}/{table.name}.parquet", table.columns) for concepts in CONCEPT_SETS for table in tables
    ]


def _write_truth(block: Block, truth: dict[str, TruthTable]) -> None:
    truth["labels.parquet"].write(true_labels(block))
    admissions, diagnoses = true_admissions(block), true_diagnoses(block)
    for concepts in CONCEPT_SETS:
        truth[f"{concepts}/admissions.parquet"].write(admissions)
        truth[f"{concepts}/diagnoses.parquet"].write(diagnoses)
        truth[f"{concepts}/measurements.parquet"].write(true_measurements(block, concepts))
