"""What a copy of the process does."""

import runpy


def run_script(file):
    """Run a rule's script as `python file` would."""
    runpy.run_path(file, run_name="__main__")
