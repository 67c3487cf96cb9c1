"""Answers side by side: scenarios, variants, settings, rival theories and stored results."""
