"""Serves staff and supervisors: pages over the store, closed unless opened."""
