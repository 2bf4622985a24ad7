"""What we claim about speed, as commands that anyone can run: `make bench`, or `python -m benchmarks name …`.

Ours and the peer take turns within one run, so that a noisy machine is as noisy for both: what counts is
their ratio, the median of several short rounds.
"""
