# The made-up hospital: a MIMIC-III-shaped extract whose truth is known.

if SIMULATED:

    rule simulate_extract:
        """Write the simulated extract (MIMIC-III's tables and oddities) and its truth."""
        input:
            code=code("simulate.simulation"),
        output:
            tables=[
                f"{RESULTS}/simulate/{table.upper()}.csv.gz" for table in SOURCE.tables
            ],
            truth=directory(f"{RESULTS}/simulate/truth"),
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
        script:
            "../scripts/simulate_extract.py"
