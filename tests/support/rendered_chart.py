"""The chart for Kubernetes as Helm renders it, and its documents as tests look at them."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

CHART: Final = Path(__file__).parents[2] / "deploy" / "chart"
# a Helm that `go install` built believes in a very old Kubernetes
_CLUSTER: Final = ("--kube-version", "1.34.0")
_WITHIN_S: Final = 60
_TEMPLATED: Final = ("Deployment", "Job")

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Workload:
    """A pod of the chart: whose it is, and what it is made of."""

    component: str
    kind: str
    metadata: Mapping[str, Any]
    spec: Mapping[str, Any]

    @property
    def container(self) -> Mapping[str, Any]:
        """Its only container."""
        (container,) = self.spec["containers"]
        return container

    @property
    def command(self) -> list[str]:
        """Everything that it is started with, behind the entrypoint of the image."""
        return [*self.container.get("command", []), *self.container.get("args", [])]

    @property
    def environment(self) -> dict[str, Mapping[str, Any]]:
        """Its variables by name."""
        variables: list[dict[str, Any]] = self.container.get("env", [])
        return {variable["name"]: variable for variable in variables}

    def sources_of(self, volume: str) -> list[tuple[str, str]]:
        """Return the secrets and the paths of a projected volume."""
        return [
            (source["secret"]["name"], item["path"])
            for one in self.spec.get("volumes", [])
            if one["name"] == volume
            for source in one["projected"]["sources"]
            for item in source["secret"]["items"]
        ]


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Helm, whose end the caller judges."""
    return subprocess.run(  # noqa: S603 - Helm's own program
        [str(shutil.which("helm")), *arguments],
        capture_output=True,
        text=True,
        timeout=_WITHIN_S,
        check=False,
    )


def lint(values: Path) -> subprocess.CompletedProcess[str]:
    """Run Helm's own linter."""
    return helm("lint", "--strict", str(CHART), *_CLUSTER, "--values", str(values))


def template(
    values: Path, settings: Sequence[str] = (), release: str = "cohoi"
) -> subprocess.CompletedProcess[str]:
    """Render the chart with a file of values, and settings as `--set` takes them."""
    chosen = [word for setting in settings for word in ("--set", setting)]
    where = ("--namespace", "sales", "--values", str(values))
    return helm("template", release, str(CHART), *_CLUSTER, *where, *chosen)


@cache
def rendered(values: Path, *settings: str, release: str = "cohoi") -> tuple[Document, ...]:
    """Return the documents that Helm renders."""
    done = template(values, settings, release)
    assert done.returncode == 0, done.stderr
    return tuple(one for one in yaml.safe_load_all(done.stdout) if one is not None)


def named(documents: Sequence[Document], kind: str) -> dict[str, Document]:
    """Return the documents of a kind by their names."""
    return {one["metadata"]["name"]: one for one in documents if one["kind"] == kind}


def workloads(documents: Sequence[Document]) -> Iterator[Workload]:
    """Yield every pod that the documents lead to."""
    for document in documents:
        kind = document["kind"]
        if kind in _TEMPLATED:
            pod = document["spec"]["template"]
        elif kind == "Pod":
            pod = document
        else:
            continue
        component = pod["metadata"]["labels"]["app.kubernetes.io/component"]
        yield Workload(component, kind, pod["metadata"], pod["spec"])


def by_component(documents: Sequence[Document]) -> dict[str, Workload]:
    """Return every pod by the component that it is."""
    return {one.component: one for one in workloads(documents)}
