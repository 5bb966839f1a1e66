"""Figures for journals: one module each, and what their panels share."""
