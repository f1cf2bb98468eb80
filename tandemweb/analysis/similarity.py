"""How alike two mentions are: the words they share, the places in the code they name, the marks they bear."""
