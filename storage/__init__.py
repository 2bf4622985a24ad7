"""Remembers: one turn is one transaction, including the messages to send."""
