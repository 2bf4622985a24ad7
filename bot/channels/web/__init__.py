"""The web chat: one page at one address, which leaves nothing behind when she goes."""
