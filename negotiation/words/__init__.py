"""Results become sentences and tables, each number traceable to the inequality behind it."""
