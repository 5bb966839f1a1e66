"""Statistics of tidy result rows: intervals, paired comparisons, regret, prices and their summaries. Fits nothing."""
