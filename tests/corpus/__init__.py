"""Labelled archives of real work; see README.md."""
