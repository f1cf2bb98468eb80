"""What agents may ask, over the Model Context Protocol: read-only, on standard input and output."""
