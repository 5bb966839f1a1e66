# Tidy results -> figures, each as PNG, PDF and SVG with its caption as text.

# What every rule that draws runs beside the figure's own module.
FIGURE_FRAME = ("report.figures.save", "report.missing")


rule plot_curves:
    """Draw one metric against the synthetic size, tasks by generators, for one classifier."""
    input:
        curves=rules.summarise_results.output.curves,
        vtss=rules.summarise_results.output.vtss,
        controls=rules.summarise_results.output.controls,
        code=code("report.figures.curves", *FIGURE_FRAME),
    output:
        **figure_files(
            "{metric}_{classifier}",
            "curves",
            "Benchmark",
            figure="{metric}",
            classifier="{classifier}",
        ),
    log:
        f"{LOGS}/plot_curves/{{metric}}_{{classifier}}.log",
    benchmark:
        f"{LOGS}/plot_curves/{{metric}}_{{classifier}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        labels=TASK_LABELS,
        left_out=LEFT_OUT,
        interval=config["protocol"]["interval"],
    script:
        "../scripts/plot_curves.py"


rule plot_choices:
    """Draw how often VTSS chose which synthetic size, for one classifier."""
    input:
        choices=rules.compare_sizes.output.choices,
        code=code("report.figures.choices", *FIGURE_FRAME),
    output:
        **figure_files(
            "chosen_sizes_{classifier}",
            "chosen_sizes",
            "Benchmark",
            figure="chosen sizes",
            classifier="{classifier}",
        ),
    log:
        f"{LOGS}/plot_choices/{{classifier}}.log",
    benchmark:
        f"{LOGS}/plot_choices/{{classifier}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        labels=TASK_LABELS,
        left_out=LEFT_OUT,
    script:
        "../scripts/plot_choices.py"


rule plot_validation:
    """Draw the validation curves that VTSS chose from, for one classifier."""
    input:
        validation=rules.summarise_validation.output[0],
        code=code("report.figures.validation", *FIGURE_FRAME),
    output:
        **figure_files(
            "validation_curves_{classifier}",
            "validation_curves",
            "Benchmark",
            figure="validation curves",
            classifier="{classifier}",
        ),
    log:
        f"{LOGS}/plot_validation/{{classifier}}.log",
    benchmark:
        f"{LOGS}/plot_validation/{{classifier}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        labels=TASK_LABELS,
        interval=config["protocol"]["interval"],
        left_out=LEFT_OUT,
    script:
        "../scripts/plot_validation.py"


rule plot_bands:
    """Draw where all sizes at once differ from m = 1, for one classifier."""
    input:
        bands=rules.compare_sizes.output.bands,
        code=code("report.figures.bands", *FIGURE_FRAME),
    output:
        **figure_files(
            "differences_to_balance_{classifier}",
            "differences_to_balance",
            "Benchmark",
            figure="differences to m = 1",
            classifier="{classifier}",
        ),
    log:
        f"{LOGS}/plot_bands/{{classifier}}.log",
    benchmark:
        f"{LOGS}/plot_bands/{{classifier}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        labels=TASK_LABELS,
        left_out=LEFT_OUT,
    script:
        "../scripts/plot_bands.py"


rule plot_differences:
    """Draw what VTSS gains within a split over fixed sizes and weights, for one classifier."""
    input:
        paired=rules.compare_sizes.output.paired,
        code=code("report.figures.differences", *FIGURE_FRAME),
    output:
        **figure_files(
            "paired_differences_{classifier}",
            "paired_differences",
            "Benchmark",
            figure="paired differences",
            classifier="{classifier}",
        ),
    log:
        f"{LOGS}/plot_differences/{{classifier}}.log",
    benchmark:
        f"{LOGS}/plot_differences/{{classifier}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        labels=TASK_LABELS,
        left_out=LEFT_OUT,
    script:
        "../scripts/plot_differences.py"


rule plot_pareto:
    """Draw balanced risk against calibration over all synthetic sizes, for one classifier."""
    input:
        curves=rules.summarise_results.output.curves,
        controls=rules.summarise_results.output.controls,
        code=code("report.figures.pareto", *FIGURE_FRAME),
    output:
        **figure_files(
            "pareto_{classifier}",
            "pareto",
            "Benchmark",
            figure="risk and calibration",
            classifier="{classifier}",
        ),
    log:
        f"{LOGS}/plot_pareto/{{classifier}}.log",
    benchmark:
        f"{LOGS}/plot_pareto/{{classifier}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        labels=TASK_LABELS,
        left_out=LEFT_OUT,
    script:
        "../scripts/plot_pareto.py"


rule plot_coverage:
    """Draw who has a value of each variable, by charting system, and what is imputed."""
    input:
        coverage=rules.describe_cohort.output.coverage,
        missingness=rules.describe_cohort.output.missingness,
        code=code("report.figures.coverage", *FIGURE_FRAME),
    output:
        **figure_files(
            "missingness_coverage", "missingness_coverage", "Cohort", figure="coverage"
        ),
    log:
        f"{LOGS}/plot_coverage/plot_coverage.log",
    benchmark:
        f"{LOGS}/plot_coverage/plot_coverage.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        suppress_below=config["reporting"]["suppress_below"],
    script:
        "../scripts/plot_coverage.py"


rule plot_attrition:
    """Draw who is left after each step from the raw extract to the analysis tables."""
    input:
        attrition=rules.describe_cohort.output.attrition,
        code=code("report.figures.attrition", *FIGURE_FRAME),
    output:
        **figure_files("attrition", "attrition", "Cohort", figure="attrition"),
    log:
        f"{LOGS}/plot_attrition/plot_attrition.log",
    benchmark:
        f"{LOGS}/plot_attrition/plot_attrition.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        labels=TASK_LABELS,
        left_out=LEFT_OUT,
        suppress_below=config["reporting"]["suppress_below"],
    script:
        "../scripts/plot_attrition.py"
