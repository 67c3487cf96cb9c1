"""Solutions become documents that hold everything needed to check them."""
