"""The keys of the cases: a store of their own, apart from what they open and from its backups."""
