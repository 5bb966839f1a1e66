# The raw tables, SQL and cohort settings that the rules reading a source take. No rules here.

from synthsize.extract.raw.locations import as_param

DESCRIPTION = str(SOURCE.folder / "source.yaml")


def raw_tables(*names):
    """Files of the named raw tables, or of all of them; optional ones that are absent are left out."""
    wanted = names or RAW_TABLES
    files = [str(file) for name in wanted for file in RAW_TABLES.get(name, ())]
    return list(dict.fromkeys(files))  # a database file holds all tables


def location(wildcards):
    """Folder, database file or server in which a job finds the raw tables (`extract.table_search.find_tables`)."""
    return as_param(LOCATION)


def shared_sql(*names):
    """SQL of the package that a step runs besides the source's."""
    return [f"extract/sql/{name}" for name in ("macros.sql", *names)]


def sql_of(step):
    """SQL of the source that a step runs."""
    return [str(file) for file in SOURCE.sql_files(step)]


def cohort(*keys, settings=config):
    """The named cohort settings, for a rule that depends on no others."""
    return {key: settings["cohort"][key] for key in keys}
