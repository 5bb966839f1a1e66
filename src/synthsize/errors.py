"""Errors whose message is for the person running the pipeline."""

# Said in place of the message of a library that handles rows.
WITHHELD = "its message is left out because it may quote patients' rows"


def foreign(error: Exception) -> str:
    """Name an error of a class that is not this package's, without its message, which may quote rows.

    The message of a refused parameter is kept: scikit-learn makes it of the parameter alone. The error itself belongs
    behind the raised one (``from error``), for whoever calls the library.
    """
    name = type(error).__name__
    if name == "InvalidParameterError":
        return f"{name}: {' '.join(str(error).split())}"
    return f"{name}; {WITHHELD}"


class InputError(ValueError):
    """Input or configuration that its owner can correct.

    The message is one sentence that names the file, column or configuration key and says what to do; a job that
    ends with it prints the sentence and no traceback.
    """


class ParameterError(InputError):
    """A parameter whose value its class refuses.

    Attributes
    ----------
    parameter : str
        Its name.
    fault : str
        What is wrong with it, as the rest of a sentence that begins with the name.
    """

    def __init__(self, owner: str, parameter: str, fault: str) -> None:
        super().__init__(f"parameter {parameter!r} of {owner} {fault}")
        self.parameter = parameter
        self.fault = fault
