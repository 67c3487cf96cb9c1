"""What is printed must not depend on the terminal in which the tests run."""

import os

for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
    os.environ.pop(name, None)
