"""Measures glassnet beside its peers, and counts the instructions of its hot loops; see README.md."""
