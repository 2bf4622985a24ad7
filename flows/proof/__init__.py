"""The proof: the whole conversation explored by `advance()` itself, and what holds in every state of it."""
