"""The errors that speak to the person running the pipeline."""


class InputError(ValueError):
    """Input or configuration that its owner can mend.

    The message is one sentence that names the file, column or configuration key and says what to do; a job that
    ends with it prints the sentence and no traceback.
    """
