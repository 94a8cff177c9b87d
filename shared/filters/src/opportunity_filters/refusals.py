"""What a filter can be refused with: the parameter, and how to mend it; no HTTP."""

from service_runtime.languages import Words


class BadFilter(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A query parameter has a value that makes no sense; `reason` says how to mend it."""

    def __init__(self, parameter: str, reason: Words) -> None:
        super().__init__(parameter)
        self.parameter = parameter
        self.reason = reason
