"""What /metrics says, as tests read it."""

from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True)
class Numbers:
    """The samples of one scrape."""

    text: str

    def __getitem__(self, name: str) -> float:
        """Return the sum of a number over all of its labels."""
        return self.of(name)

    def of(self, name: str, **labels: str) -> float:
        """Return the sum of the samples of a name that have these labels."""
        return sum(
            value
            for sample, found, value in self.samples()
            if sample == name and labels.items() <= found.items()
        )

    def samples(self) -> list[tuple[str, dict[str, str], float]]:
        """Return every sample: its name, labels and value."""
        return [
            (sample.name, dict(sample.labels), float(sample.value))
            for family in text_string_to_metric_families(self.text)
            for sample in family.samples
        ]
