"""What the desk can say no with: names and data, no HTTP."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The business says no."""


class NotFound(Refusal):
    """There is no such report for this caller."""


class Forbidden(Refusal):
    """The caller may see the report, but not end it."""


class UnknownIds(Refusal):
    """These filters name something that the organization does not have."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__(*keys)
        self.keys = keys


class KeyReused(Refusal):
    """The idempotency key was used for another request."""


class TooManyOpen(Refusal):
    """As many reports of the organization wait or run as may; `limit` of them."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class NotReady(Refusal):
    """The report has no file, yet or at all."""


class Expired(Refusal):
    """The report's file is not kept any longer."""


class BadPosition(Refusal):
    """A position beyond the organization's newest; the parameter names it."""

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter)
        self.parameter = parameter


class Behind(Refusal):
    """The read models have not reached the position asked for; it may be asked again."""
