"""What a read can say no with beside a bad filter: a name and data, no HTTP."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The question cannot be answered as it was asked."""


class NotFound(Refusal):
    """The thing that the path names does not exist for this caller."""


class Forbidden(Refusal):
    """The caller's role does not allow it."""


class UnknownIds(Refusal):
    """These query parameters name something that is not there for this caller."""

    def __init__(self, parameters: tuple[str, ...]) -> None:
        super().__init__(*parameters)
        self.parameters = parameters


class BadCursor(Refusal):
    """A cursor that was not made for this list under this filter and sort."""


class BadPosition(Refusal):
    """A position that is none, or beyond the organization's newest; the parameter names it."""

    def __init__(self, parameter: str = "min_position") -> None:
        super().__init__(parameter)
        self.parameter = parameter


class ReadModelBehind(Refusal):
    """What can be read has not reached the position asked for; it may be asked again."""


class MalformedHeader(Refusal):
    """A header that this read takes has no form that it takes; the header is named."""

    def __init__(self, header: str) -> None:
        super().__init__(header)
        self.header = header


class TooManyStreams(Refusal):
    """This process has as many event streams as it takes; one may be asked for again later."""
