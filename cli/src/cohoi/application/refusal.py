"""What the command line raises where it cannot go on: one sentence for people, and exit 1."""


class Refused(Exception):  # noqa: N818 - a refusal, not a defect
    """The message is one clear sentence or two: what is so, where, and how to mend it."""
