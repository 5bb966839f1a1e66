"""Figures, summary tables and one self-contained HTML page from the benchmark's tidy results."""
