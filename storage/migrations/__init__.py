"""How the store grew: one file a change, each tested."""
