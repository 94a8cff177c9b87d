"""The one way in which a fold refuses: loudly, with the reason."""


class UnfoldableFactError(Exception):
    """A fact that does not go on what stands: the lane has to stop at it."""


def absent(subject: str) -> UnfoldableFactError:
    """Say that a fact speaks of something that never began."""
    return UnfoldableFactError(f"{subject} has no first fact")


def begun_twice(subject: str) -> UnfoldableFactError:
    """Say that something that stands already begins again."""
    return UnfoldableFactError(f"{subject} begins a second time")


def no_such_change(kind: str, field: str) -> UnfoldableFactError:
    """Say that a field is not of this kind, or its new value not of the field's type."""
    return UnfoldableFactError(f"no {kind} has a field {field!r} with a value like that")
