"""Text that people open in spreadsheets: no cell of it can run as a formula."""

from typing import Final

# East Asian versions read the full-width signs the same way, and a leading line break is cut off
# before the look.
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet take a cell for a formula or a command, where it stands first."""


def disarm(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet might run."""
    return f"'{text}" if text.startswith(DANGEROUS) else text
