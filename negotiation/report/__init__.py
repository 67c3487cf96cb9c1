"""Results become one self-contained HTML page."""
