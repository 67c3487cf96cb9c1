"""Checks of stored certificates, knowing no solver: only the game types and the document."""
