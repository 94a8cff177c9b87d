"""The contract: what can happen, how it is written down, and how it is read back."""
