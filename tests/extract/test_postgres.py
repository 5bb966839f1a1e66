"""A PostgreSQL server in place of a folder: the same canonical tables, read-only, and one sentence for what is wrong."""

import socket
import sys

import pandas as pd
import pytest
from postgres_server import PASSWORD
from test_databases import extracted, filled

from synthsize.errors import InputError
from synthsize.extract.locations import as_param, from_param, location_of
from synthsize.extract.postgres import reader
from synthsize.extract.postgres.catalogue import fingerprint
from synthsize.extract.postgres.connection import connect, driver
from synthsize.extract.postgres.server import Server, read_server
from synthsize.extract.preflight import check_source
from synthsize.extract.source import load_source
from synthsize.extract.tables import find_tables
from synthsize.pipeline.config import check_secrets
from synthsize.pipeline.records import DIGESTS, check_sources
from synthsize.pipeline.server_tables import input_files

__all__ = ["filled"]
pytestmark = pytest.mark.xdist_group("postgres")
MIMIC3 = load_source("mimic3")
# Columns as other loaders make them: wide numbers, padded text, true and false, a zone, whole times as text.
OTHER_TYPES = {
    "HADM_ID": "bigint",
    "ITEMID": "numeric(10)",
    "VALUENUM": "numeric",
    "GENDER": "char(5)",
    "ICD9_CODE": "varchar(10)",
    "HOSPITAL_EXPIRE_FLAG": "boolean",
    "ADMITTIME": "timestamptz",
    "DISCHTIME": "text",
    "DOB": "date",
}
AS_TEXT = dict.fromkeys(("SUBJECT_ID", "HADM_ID", "ITEMID", "CHARTTIME", "VALUENUM", "ERROR", "DOB"), "text")


@pytest.mark.parametrize("types", [{}, OTHER_TYPES, AS_TEXT], ids=["mimic-code", "other types", "text"])
def test_a_server_gives_the_same_tables_as_files(filled, extraction, database, types):
    expected = extracted(extraction, filled.write())
    server = database.load(filled, types=types)
    for table, of_files in zip(extracted(extraction, server), expected, strict=True):
        pd.testing.assert_frame_equal(table, of_files, check_exact=True)
