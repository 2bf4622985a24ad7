"""Talks with her: takes in what she says and sends what was saved to be said."""
