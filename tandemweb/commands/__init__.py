"""Commands of the terminal that are more than a few lines, one module each; ``cli`` registers them."""
