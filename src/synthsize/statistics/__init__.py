"""What tidy result rows say: intervals, paired comparisons, regret, prices and their summaries. Fits nothing."""
