"""What may leave the store, coarse and never so few alike that one is known."""
