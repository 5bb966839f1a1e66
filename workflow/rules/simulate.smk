# The simulated hospital: an extract with known ground truth, in the tables of one database.

if SIMULATED:

    rule simulate_extract:
        """Write the simulated extract (tables and oddities of simulate.schema) and its truth."""
        input:
            code=code(
                "simulate.simulation",
                f"simulate.schemas.{config['simulate']['schema']}",
            ),
        output:
            tables=[file for files in RAW_TABLES.values() for file in files],
            truth=directory(f"{LOCATION}/truth"),
        log:
            f"{LOGS}/simulate_extract/simulate_extract.log",
        benchmark:
            f"{LOGS}/simulate_extract/simulate_extract.tsv"
        conda:
            "../envs/synthsize.yaml"
        resources:
            mem_mb=2000,
        params:
            admissions=config["simulate"]["admissions"],
            seed=config["simulate"]["seed"],
            schema=config["simulate"]["schema"],
        script:
            "../scripts/simulate_extract.py"
