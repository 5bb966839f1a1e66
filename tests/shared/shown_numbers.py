"""Numbers that the reader of a page sees, among which no identifier of a patient or stay may be."""

import re


def shown_numbers(page: str) -> set[int]:
    """Whole numbers of five digits and more in the text of a page; its images are left out."""
    text = re.sub(r'"data:[^"]*"', "", page)
    return {int(number) for number in re.findall(r"(?<![\d.])\d{5,}(?![\d.])", text)}
