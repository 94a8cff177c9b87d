"""What is wrong with a part of the product, said to people."""

from dataclasses import dataclass

from service_runtime.languages import Words


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong, by name, with a sentence that says what to do about it."""

    name: str
    words: Words
