"""The messaging apps and pages on which she can write, one folder each."""
