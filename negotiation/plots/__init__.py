"""Results become figures; each function draws on the axes that it is given and returns them."""
