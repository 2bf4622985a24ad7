"""Danger read in her own words, in nine languages: rules written by people, one file a language, one reader."""

from flows.lexicon.reader import lexicons, read

__all__ = ["lexicons", "read"]
