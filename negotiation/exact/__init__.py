"""Number work that several solution concepts share: exact rational algorithms, linear programs, curve following."""
