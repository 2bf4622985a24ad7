"""Decides: what to ask, what it means, where it leads; values in, values out."""
