"""The figures of the house, as frozen values: counted from traces and traffic, suppressed before they leave."""
