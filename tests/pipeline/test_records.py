"""Records of what made a result: what fits, what is refused, and that the error can be corrected."""

import os

import pytest

from synthsize.errors import InputError
from synthsize.pipeline.records import (
    DIGESTS,
    check_inputs,
    check_sources,
    content_digest,
    fits,
    record_file,
    write_records,
)

LINEAGE, OTHER = "0123456789abcdef", "fedcba9876543210"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("task,value\nsepsis,1\n")
    write_records([path], LINEAGE)
    return path


def test_a_result_fits_what_made_it_and_nothing_else(table):
    assert fits(table, LINEAGE)
    assert not fits(table, OTHER)
    check_inputs({str(table): ("lineage", LINEAGE)})


def test_a_copy_with_its_record_fits_whatever_its_time_stamp(table, tmp_path):
    copy = tmp_path / "copy" / table.name
    copy.parent.mkdir()
    for file in (table, record_file(table)):
        (copy.parent / file.name).write_bytes(file.read_bytes())
    os.utime(copy, (1, 1))
    assert fits(copy, LINEAGE)
    check_inputs({str(copy): ("lineage", LINEAGE)})


def test_a_result_of_another_configuration_is_rejected_by_name(table):
    with pytest.raises(
        InputError, match=r"table\.csv was made under another configuration or from other files"
    ):
        check_inputs({str(table): ("lineage", OTHER)})
    assert fits(table, LINEAGE)  # the record is true, and stays for the configuration that it belongs to


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"lineage": "0123456789abcdef"}', "\x00"])
def test_a_result_without_a_whole_record_is_rejected(table, content):
    record_file(table).write_text(content)
    assert not fits(table, LINEAGE)
    with pytest.raises(InputError, match="from other files"):
        check_inputs({str(table): ("lineage", LINEAGE)})


def test_an_edited_result_is_rejected_and_loses_its_record_so_that_it_becomes_due(table):
    table.write_text(table.read_text().replace("1", "2"))
    with pytest.raises(InputError, match="changed after it was made; run the same command again"):
        check_inputs({str(table): ("lineage", LINEAGE)})
    assert not fits(table, LINEAGE)


def test_a_result_of_another_size_does_not_fit(table):
    table.write_text(table.read_text() + "shock,2\n")
    assert not fits(table, LINEAGE)


def test_a_missing_result_does_not_fit(table):
    table.unlink()
    assert not fits(table, LINEAGE)


def test_a_folder_fits_by_its_visible_files(tmp_path):
    folder = tmp_path / "formatted"
    folder.mkdir()
    (folder / "a.csv").write_text("1")
    write_records([folder], LINEAGE)
    (folder / ".snakemake_timestamp").touch()
    check_inputs({str(folder): ("lineage", LINEAGE)})
    (folder / "a.csv").rename(folder / "b.csv")
    with pytest.raises(InputError, match="changed after it was made"):
        check_inputs({str(folder): ("lineage", LINEAGE)})


@pytest.mark.parametrize("kind", ["content", "stat"])
def test_a_source_file_that_changes_during_the_run_is_rejected(tmp_path, kind):
    source = tmp_path / "measurements.sql"
    source.write_text("SELECT 1")
    expected = {str(source): (kind, DIGESTS[kind](source)), "results/x.csv": ("lineage", LINEAGE)}
    check_sources(expected)
    source.write_text("SELECT 10")
    with pytest.raises(InputError, match="changed while the run was under way"):
        check_sources(expected)


def test_a_time_stamp_is_no_part_of_a_content(table):
    before = content_digest(table)
    os.utime(table, (1, 1))
    assert content_digest(table) == before
