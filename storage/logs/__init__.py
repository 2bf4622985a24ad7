"""The flow log: what each conversation amounts to, lists, one log, what it adds up to. Codes only."""
