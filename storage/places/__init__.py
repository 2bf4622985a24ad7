"""Where she can go: the houses, their sealed addresses, beds that are kept, and what may not be told of them."""
