"""The simulated extract: the raw tables of one database, and the truth about them."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from importlib import import_module
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
from synthsize.simulate.rows import join_rows
from synthsize.simulate.schemas.names import FILES
from synthsize.simulate.schemas.schema import Schema
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
IDS = {name: pa.int64() for name in ("admission_id", "patient_id", "hadm_id", "subject_id")}


def simulate_extract(folder: Path, *, n_admissions: int, seed: int, schema: str = "mimic3") -> None:
    """Write a simulated extract and its truth.

    Parameters
    ----------
    folder : pathlib.Path
        Receives the raw tables as .csv.gz, in subfolders where the database has them, and under ``truth/`` the
        canonical tables of a correct extraction for each concept set, the labels, the list of planted oddities and,
        but for MIMIC-III, ``ids.parquet``: what its admissions and patients are called in the MIMIC-III extract of
        the same seed and size. Made if absent; files of these names are replaced.
    n_admissions : int
        Hospital admissions of all ages, newborns included, as MIMIC-III counts its 58,976. Databases without
        children, or without patients outside of intensive care, hold fewer of them.
    seed : int
        Non-negative. The same seed and size give the same bytes, and the same patients in every schema.
    schema : {"mimic3", "mimic4", "eicu", "omop"}
        The database whose tables are written.

    Raises
    ------
    InputError
        If `n_admissions` is outside 300 to 58,976.

    Notes
    -----
    The model is described in `model` (who falls ill), `physiology` (the courses), `charts`, `labs` and
    `coding` (what gets recorded), and what each database makes of it in the modules of `schemas`. Admissions are
    drawn in blocks of 500, each from its own child of the seed, so memory does not grow with the size.
    """
    if not MIN_ADMISSIONS <= n_admissions <= MAX_ADMISSIONS:
        raise InputError(
            f"n_admissions is {n_admissions}, but a simulated extract has {MIN_ADMISSIONS} to "
            f"{MAX_ADMISSIONS} hospital admissions: set simulate.admissions to a size between these"
        )
    form = _load_schema(schema)
    with ExitStack() as files:
        raw = {
            table: files.enter_context(
                RawTable(folder / FILES[schema][table], header.split(), quoted=form.quotes_header)
            )
            for table, header in form.headers.items()
        }
        truth = {
            name: files.enter_context(TruthTable(folder / "truth" / f"{name}.parquet", columns))
            for name, columns in _truth_tables(form)
        }
        for table, rows in form.constants.items():
            raw[table].write(rows)
        for number, start in enumerate(range(0, n_admissions, BLOCK)):
            size = min(BLOCK, n_admissions - start)
            rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
            block, planting = draw_block(rng, size, number)
            written = form.write(block, rng)
            for table, columns in written.tables.items():
                raw[table].write(columns)
            for name, frame in written.truth.items():
                truth[name].write(frame)
            if number == 0:
                planting.ledger(block.admissions).to_csv(folder / "truth" / "oddities.csv", index=False)
            logger.info("%d of %d admissions", start + size, n_admissions)


def _load_schema(name: str) -> Schema:
    schema: Schema = import_module(f"synthsize.simulate.schemas.{name}").SCHEMA
    return schema


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


def _truth_tables(schema: Schema) -> list[tuple[str, dict[str, pa.DataType]]]:
    tables = (ADMISSIONS, DIAGNOSES, MEASUREMENTS)
    return [
        ("labels", LABELS),
        *([] if schema.keeps_ids else [("ids", IDS)]),
        *(
            (f"{concepts}/{table.name}", table.columns)
            for concepts in schema.concept_sets
            for table in tables
        ),
    ]
