"""The chart for Kubernetes: what it renders is taken, is safe, and is what the product is."""

import importlib
import importlib.util
import json
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import kubernetes_validate
import psycopg
import pytest
import yaml
from psycopg.sql import SQL
from pydantic_settings import BaseSettings

from cohoi.settings import Settings as CommandLine
from command_api.adapters.topic_making import LARGEST_BATCH_BYTES
from command_api.bootstrap import open_relay
from command_api.entrypoints.http import app as command_door
from command_api.settings import Settings as CommandSettings
from opportunity_events.topic import FACTS_TOPIC
from projector.settings import Settings as ProjectorSettings
from query_api.entrypoints.http import app as query_door
from query_api.settings import Settings as QuerySettings
from report_worker.bootstrap.background import open_rounds
from report_worker.bootstrap.door import open_door_parts
from report_worker.domain.report import Queue
from report_worker.entrypoints.celery_app import app as celery_app
from report_worker.entrypoints.http import app as report_door
from report_worker.settings import Settings as ReportSettings
from service_runtime.http.health import Readiness
from service_runtime.metrics import REGISTRY, Readings
from service_runtime.tokens import new_signing_key, public_key_set
from support.rendered_chart import (
    CHART,
    Document,
    Workload,
    by_component,
    lint,
    named,
    rendered,
    template,
    workloads,
)
from support.routings import Route, Upstream, caddy_route, gateway_route

CHECKOUT: Final = Path(__file__).parents[2]
DEPLOY: Final = CHECKOUT / "deploy"
RUNBOOKS: Final = CHECKOUT / "docs" / "runbooks"
VALUES: Final = sorted((Path(__file__).parent / "chart_values").glob("*.yaml"))
MINIMAL: Final = Path(__file__).parent / "chart_values" / "minimal.yaml"
EVERYTHING: Final = MINIMAL.with_name("everything.yaml")
ISSUER: Final = MINIMAL.with_name("issuer.yaml")

# Kinds of others, whose schemas come with their operators.
_FOREIGN: Final = {
    "HTTPRoute",
    "PodMonitor",
    "PrometheusRule",
    "ScaledObject",
    "ServiceMonitor",
    "TriggerAuthentication",
}
_OLDEST, _NEWEST = "1.30", "1.37"
_DOORS: Final = {
    "command-api": (command_door, CommandSettings),
    "query-api": (query_door, QuerySettings),
    "report-api": (report_door, ReportSettings),
}
_SETTINGS: Final[Mapping[str, type[BaseSettings]]] = {
    "command_api": CommandSettings,
    "projector": ProjectorSettings,
    "report_worker": ReportSettings,
    "cohoi": CommandLine,
}
_OTHERS: Final = {"proxy", "tools", "test"}  # what runs no process of a service
# Paths that differ from a route in what routers get wrong.
_ODD_PATHS: Final = (
    "/",
    "/v1",
    "/v1/reports",
    "/v1/reports/",
    "/v1/reportsx",
    "/v1/reports/x/file",
    "/v1/jobs",
    "/v1/jobsx",
    "/v1/jobs/x/refusals",
    "/v1/views",
    "/v1/views/x",
    "/v1/viewsx/reports",
    "/v2/reports",
)
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

pytestmark = pytest.mark.needs_helm

every_values = pytest.mark.parametrize("values", VALUES, ids=lambda path: path.stem)


@every_values
def test_helms_linter_has_nothing_to_say(values: Path) -> None:
    done = lint(values)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("version", [_OLDEST, _NEWEST])
@every_values
def test_kubernetes_takes_every_document(values: Path, version: str) -> None:
    documents = rendered(values)
    assert len(documents) > 15
    own = [one for one in documents if one["kind"] not in _FOREIGN]
    for document in own:
        kubernetes_validate.validate(dict(document), version, strict=True)


@every_values
def test_no_two_documents_have_one_name(values: Path) -> None:
    names = [(one["kind"], one["metadata"]["name"]) for one in rendered(values)]
    assert sorted(set(names)) == sorted(names)


def test_the_longest_release_still_has_names_that_kubernetes_takes() -> None:
    for document in rendered(EVERYTHING, release="r" * 53):
        assert len(document["metadata"]["name"]) <= 63
        labels: dict[str, str] = document["metadata"]["labels"]
        assert all(len(value) <= 63 for value in labels.values())


@every_values
def test_every_process_is_asked_how_it_is_or_says_why_not(values: Path) -> None:
    for one in workloads(rendered(values)):
        probes = {"startupProbe", "livenessProbe", "readinessProbe"} & set(one.container)
        if one.metadata.get("annotations", {}).get("no-probes"):
            assert probes == set(), one.component
        else:
            assert len(probes) == 3, one.component


def test_probes_ask_where_something_answers() -> None:
    paths = {"/livez", "/readyz"}
    assert paths <= set(_documented())
    for one in workloads(rendered(EVERYTHING)):
        ports = {port["name"]: port["containerPort"] for port in one.container.get("ports", [])}
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            asked = one.container.get(probe, {}).get("httpGet")
            if asked is None:
                continue
            if asked["port"] == "metrics":
                listens = one.environment["COHOI_METRICS_LISTEN"]["value"]
                assert listens == f"0.0.0.0:{ports['metrics']}"
            else:
                assert (asked["port"], ports["http"]) == ("http", 8000)
                assert asked["path"] in paths


@every_values
def test_every_container_is_fenced_in(values: Path) -> None:
    for one in workloads(rendered(values)):
        assert one.spec["automountServiceAccountToken"] is False
        assert one.spec["enableServiceLinks"] is False, "a Service `cohoi` would set COHOI_PORT"
        pod, own = one.spec["securityContext"], one.container["securityContext"]
        assert pod["runAsNonRoot"] is True
        assert pod["runAsUser"] == pod["runAsGroup"] == pod["fsGroup"] == 65532
        assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
        assert own["readOnlyRootFilesystem"] is True
        assert own["allowPrivilegeEscalation"] is False
        assert own["capabilities"]["drop"] == ["ALL"]
        added = own["capabilities"].get("add", [])
        assert added == (["NET_BIND_SERVICE"] if one.component == "proxy" else [])


@every_values
def test_every_container_says_what_it_takes(values: Path) -> None:
    for one in workloads(rendered(values)):
        resources = one.container["resources"]
        assert set(resources["requests"]) == {"cpu", "memory"}, one.component
        assert "memory" in resources["limits"], one.component
        volumes: list[dict[str, Any]] = one.spec.get("volumes", [])
        room = [volume["emptyDir"] for volume in volumes if "emptyDir" in volume]
        assert all("sizeLimit" in empty for empty in room), one.component


@every_values
def test_every_image_is_of_one_version(values: Path) -> None:
    for one in workloads(rendered(values)):
        _, _, behind = one.container["image"].rpartition("/")
        name, _, version = behind.partition("@" if "@" in behind else ":")
        assert name
        assert version not in {"", "latest"}


@every_values
def test_a_process_has_longer_to_end_than_it_takes(values: Path) -> None:
    drains = {
        "command-api": _constant("cohoi.entrypoints.web", "_DRAIN_S"),
        "query-api": _constant("cohoi.entrypoints.web", "_DRAIN_S"),
        "report-api": _constant("cohoi.entrypoints.web", "_DRAIN_S"),
        "relay": _constant("command_api.entrypoints.relay", "_STOP_WITHIN_S"),
        "projector": _constant("projector.entrypoints.run", "_STOP_WITHIN_S"),
        "purger": _constant("cohoi.entrypoints.purge_watch", "_STOP_WITHIN_S"),
    }
    for one in workloads(rendered(values)):
        if one.component not in drains:
            continue
        hook = one.container.get("lifecycle", {}).get("preStop", {})
        slept: float = hook.get("sleep", {}).get("seconds", 0)
        assert one.spec["terminationGracePeriodSeconds"] > slept + drains[one.component] + 5
        assert slept > 0 or one.component not in _DOORS, "requests still come in for a moment"


def _constant(module: str, name: str) -> float:
    return getattr(importlib.import_module(module), name)


@every_values
def test_a_process_gets_the_variables_that_it_reads_and_all_that_it_needs(values: Path) -> None:
    for one in workloads(rendered(values)):
        classes = _settings_of(one)
        if not classes:
            continue
        own = {name for name in one.environment if name != "SSL_CERT_FILE"}  # of extraEnv
        assert own <= {name for each in classes for name in _variables(each)}, one.component
        needed = {
            name for each in classes for name, is_needed in _variables(each).items() if is_needed
        }
        assert needed <= own, one.component


def test_the_command_line_finds_the_database_of_the_owner() -> None:
    for component in ("migrate", "purger", "tools"):
        variable = by_component(rendered(EVERYTHING))[component].environment["DATABASE_URL"]
        assert variable["valueFrom"]["secretKeyRef"] == {"name": "cohoi-owner", "key": "dsn"}
    others = [one for one in workloads(rendered(EVERYTHING)) if one.component in _DOORS]
    assert all("DATABASE_URL" not in one.environment for one in others)


def _settings_of(one: Workload) -> list[type[BaseSettings]]:
    """Return the classes by which a process reads its environment."""
    if one.component in {"migrate", "tools"}:
        return [CommandLine]
    if one.component in _OTHERS:
        return []
    if one.command[0] == "serve":
        return [_DOORS[one.command[1]][1], CommandLine]
    module = next(word for word in one.command if "." in word)
    return [_SETTINGS[module.partition(".")[0]]]


def _variables(settings: type[BaseSettings]) -> dict[str, bool]:
    """Return the variables that a class reads, and whether it needs them."""
    prefix = settings.model_config.get("env_prefix", "")
    return {
        str(field.validation_alias or f"{prefix}{name}".upper()): field.is_required()
        for name, field in settings.model_fields.items()
    }


@every_values
def test_files_that_variables_name_are_mounted_where_they_say(values: Path) -> None:
    for one in workloads(rendered(values)):
        mounts: list[dict[str, Any]] = one.container.get("volumeMounts", [])
        at = {mount["name"]: mount["mountPath"] for mount in mounts}
        there = {
            f"{at[volume]}/{path}"
            for volume in {"keys", "kafka"} & set(at)
            for _, path in one.sources_of(volume)
        }
        named_files = {
            str(variable["value"])
            for name, variable in one.environment.items()
            if name.startswith("COHOI_KAFKA_") and name.endswith("_FILE")
        }
        assert named_files <= there, one.component
        if "COHOI_REPORTS_DIR" in one.environment:
            assert at["reports"] == one.environment["COHOI_REPORTS_DIR"]["value"]
        assert set(at) == {volume["name"] for volume in one.spec.get("volumes", [])}


@every_values
def test_only_who_verifies_tokens_gets_a_file_of_their_keys(values: Path) -> None:
    of_an_issuer = values == ISSUER
    for component, one in by_component(rendered(values)).items():
        has_file = "jwks.json" in {path for _, path in one.sources_of("keys")}
        verifies = component in {*_DOORS, "tools"}
        assert has_file == (verifies and not of_an_issuer), component


async def test_who_gets_no_master_key_starts_without_one(database: str, tmp_path: Path) -> None:
    jwks = json.dumps(public_key_set(new_signing_key()))
    (tmp_path / "jwks.json").write_text(jwks, encoding="utf-8")
    keyless = {
        component
        for component, one in by_component(rendered(EVERYTHING)).items()
        if one.environment.get("COHOI_MASTER_KEY_FILE")
        and "master.key" not in {path for _, path in one.sources_of("keys")}
    }
    assert keyless == {"relay", "report-api", "scheduler"}
    common: dict[str, Any] = {
        "log_dsn": database,
        "read_dsn": database,
        "master_key_file": tmp_path / "there is none",
        "jwks": tmp_path / "jwks.json",
    }
    async with open_relay(CommandSettings(**common, kafka_bootstrap="127.0.0.1:9")):
        pass
    own: dict[str, Any] = {
        "reports_dsn": database,
        "redis_url": "redis://127.0.0.1:9",
        "reports_dir": tmp_path,
    }
    settings = ReportSettings(**common, **own)
    async with open_door_parts(settings, Readiness(), Readings()):
        pass
    with open_rounds(settings, celery_app):
        pass


@every_values
def test_the_chart_makes_no_secret_and_names_those_of_the_values(values: Path) -> None:
    documents = rendered(values)
    assert named(documents, "Secret") == {}
    chosen = json.dumps([yaml.safe_load(values.read_text()), _defaults()])
    used = set(
        re.findall(
            r'"(?:secretKeyRef|secret)": \{"(?:name|secretName)": "([^"]+)"', json.dumps(documents)
        )
    )
    assert len(used) >= 4
    for name in used:
        assert f'"{name}"' in chosen


def _defaults() -> dict[str, Any]:
    return yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))


def test_the_processes_are_those_of_compose() -> None:
    compose: dict[str, Any] = yaml.safe_load((DEPLOY / "docker-compose.yml").read_text("utf-8"))
    apart = {"postgres", "redis", "kafka", "keys", "proxy"}  # parts of others, and a volume's keys
    here = by_component(rendered(MINIMAL))
    wanted = {name: one for name, one in compose["services"].items() if name not in apart}
    assert set(wanted) <= set(here)
    for name, service in wanted.items():
        assert here[name].command == [*service.get("entrypoint", []), *service["command"]]


def test_every_module_that_is_started_is_there() -> None:
    for one in workloads(rendered(EVERYTHING)):
        words = one.command
        for module in [after for word, after in pairwise(words) if word in {"-m", "--app"}]:
            assert importlib.util.find_spec(module), module
        queues = [after for word, after in pairwise(words) if word == "-Q"]
        assert set(queues) <= {queue.value for queue in Queue}


def test_the_migration_stands_on_nothing_of_the_release() -> None:
    documents = rendered(MINIMAL)
    (job,) = named(documents, "Job").values()
    hook = job["metadata"]["annotations"]
    assert hook["helm.sh/hook"] == "pre-install,pre-upgrade,pre-rollback"
    assert hook["helm.sh/hook-delete-policy"] == "before-hook-creation,hook-succeeded"
    pod = job["spec"]["template"]["spec"]
    account = named(documents, "ServiceAccount")[pod["serviceAccountName"]]["metadata"][
        "annotations"
    ]
    assert account["helm.sh/hook"] == hook["helm.sh/hook"]
    assert int(account["helm.sh/hook-weight"]) < int(hook["helm.sh/hook-weight"])
    assert not {"configMap", "persistentVolumeClaim"} & {
        key for one in pod["volumes"] for key in one
    }


def test_the_scheduler_is_never_there_twice() -> None:
    scheduler = named(rendered(EVERYTHING), "Deployment")["cohoi-scheduler"]["spec"]
    assert (scheduler["replicas"], scheduler["strategy"]) == (1, {"type": "Recreate"})


def test_the_files_of_reports_are_shared_by_whoever_names_their_folder() -> None:
    documents = rendered(MINIMAL)
    (claim,) = named(documents, "PersistentVolumeClaim")
    assert named(documents, "PersistentVolumeClaim")[claim]["spec"]["accessModes"] == [
        "ReadWriteMany"
    ]
    sharing = {
        one.component for one in workloads(documents) if "COHOI_REPORTS_DIR" in one.environment
    }
    assert sharing == {"report-api", "report-worker", "report-worker-slow", "scheduler"}
    for one in workloads(documents):
        claims = [
            v["persistentVolumeClaim"]["claimName"]
            for v in one.spec.get("volumes", [])
            if "persistentVolumeClaim" in v
        ]
        assert claims == ([claim] if one.component in sharing else []), one.component


def test_a_changed_routing_starts_the_proxy_anew() -> None:
    documents = rendered(MINIMAL)
    annotations = by_component(documents)["proxy"].metadata["annotations"]
    other = by_component(rendered(MINIMAL, "fullnameOverride=other"))["proxy"].metadata[
        "annotations"
    ]
    assert annotations["checksum/config"] != other["checksum/config"]


def test_proxy_and_gateway_route_as_the_caddyfile_does() -> None:
    documents = rendered(EVERYTHING)
    truth = caddy_route((DEPLOY / "Caddyfile").read_text(encoding="utf-8"))
    proxy = caddy_route(named(documents, "ConfigMap")["cohoi-proxy"]["data"]["Caddyfile"])
    gateway = gateway_route(named(documents, "HTTPRoute")["cohoi"])
    for method, path in _requests():
        door, _ = truth(method, path)
        for route in (proxy, gateway):
            assert _door_behind(documents, route(method, path)) == door, f"{method} {path}"


def test_every_operation_goes_to_a_door_that_has_it() -> None:
    documents = rendered(EVERYTHING)
    route: Route = gateway_route(named(documents, "HTTPRoute")["cohoi"])
    owners: dict[tuple[str, str], set[str]] = {}
    for name, (door, _) in _DOORS.items():
        for path, operations in door.openapi_document()["paths"].items():
            for method in operations:
                owners.setdefault((method.upper(), path), set()).add(name)
    assert len(owners) > 60
    for (method, path), doors in owners.items():
        assert _door_behind(documents, route(method, _filled(path))) in doors, f"{method} {path}"


def _requests() -> list[tuple[str, str]]:
    paths = [*map(_filled, _documented()), *_ODD_PATHS]
    return [(method, path) for path in paths for method in _METHODS]


def _documented() -> list[str]:
    document: dict[str, Any] = json.loads((CHECKOUT / "docs" / "openapi.json").read_text("utf-8"))
    return list(document["paths"])


def _filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "0190c1e2", path)


def _door_behind(documents: Sequence[Document], upstream: Upstream) -> str:
    """Return the door that is served by the pods behind a Service."""
    host, port = upstream
    service = named(documents, "Service")[host]["spec"]
    assert port in {one["port"] for one in service["ports"]}
    (behind,) = [
        one
        for one in workloads(documents)
        if service["selector"].items() <= one.metadata["labels"].items()
    ]
    return behind.command[1]


@every_values
def test_every_selector_finds_the_pods_of_one_component(values: Path) -> None:
    documents = rendered(values)
    for kind in ("Deployment", "PodDisruptionBudget"):
        for name, document in named(documents, kind).items():
            wanted = document["spec"]["selector"]["matchLabels"]
            found = [
                one
                for one in workloads(documents)
                if wanted.items() <= one.metadata["labels"].items()
            ]
            assert [f"cohoi-{one.component}" for one in found] == [name]


def test_every_pod_has_a_policy_that_names_its_ways() -> None:
    documents = rendered(EVERYTHING)
    policies = named(documents, "NetworkPolicy")
    assert policies["cohoi-default"]["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert not {"ingress", "egress"} & set(policies["cohoi-default"]["spec"])
    assert set(policies) == {"cohoi-default"} | {
        f"cohoi-{one.component}" for one in workloads(documents)
    }
    for one in workloads(documents):
        spec = policies[f"cohoi-{one.component}"]["spec"]
        out = {port["port"] for rule in spec["egress"] for port in rule["ports"]}
        reads = set(one.environment)
        assert (5432 in out) == bool({"COHOI_LOG_DSN", "DATABASE_URL"} & reads), one.component
        assert (9092 in out) == bool({"COHOI_KAFKA_BOOTSTRAP", "KAFKA_BOOTSTRAP"} & reads)
        if one.component not in _DOORS:  # whose settings name it, and which sends it nothing
            assert (6379 in out) == ("COHOI_REDIS_URL" in reads), one.component
        into = {port["port"] for rule in spec.get("ingress", []) for port in rule["ports"]}
        assert into == {port["containerPort"] for port in one.container.get("ports", [])}


def test_nobody_counts_replicas_beside_a_scaler() -> None:
    documents = rendered(EVERYTHING)
    scalers = [
        *named(documents, "HorizontalPodAutoscaler").values(),
        *named(documents, "ScaledObject").values(),
    ]
    scaled = [one["spec"]["scaleTargetRef"]["name"] for one in scalers]
    assert len(scaled) == len(set(scaled)) == 7
    for name, deployment in named(documents, "Deployment").items():
        assert ("replicas" in deployment["spec"]) == (name not in scaled), name


def test_there_are_never_more_projectors_than_lanes() -> None:
    spec = named(rendered(EVERYTHING), "ScaledObject")["cohoi-projector"]["spec"]
    lanes = by_component(rendered(EVERYTHING))["migrate"].environment["COHOI_LANES"]["value"]
    assert spec["maxReplicaCount"] == int(lanes) == 8


def test_scalers_count_what_waits_as_a_login_that_may_do_nothing_else(database: str) -> None:
    documents = rendered(EVERYTHING)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute((DEPLOY / "kubernetes" / "create_scaler.sql").read_bytes())
        try:
            _plant_work(owner)
            owner.execute("set role cohoi_scaler")
            counts = {
                name: _counted(owner, trigger["metadata"]["query"])
                for name, scaled in named(documents, "ScaledObject").items()
                for trigger in scaled["spec"]["triggers"]
                if trigger["type"] == "postgresql"
            }
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute("select from reports.reports")
        finally:
            owner.execute("reset role; drop owned by cohoi_scaler; drop role cohoi_scaler")
    assert counts == {"cohoi-jobs": 1, "cohoi-report-worker": 2, "cohoi-report-worker-slow": 1}


def _counted(connection: psycopg.Connection, query: str) -> int:
    (row,) = connection.execute(SQL(query)).fetchall()  # pyright: ignore[reportArgumentType] - the chart's
    (count,) = row
    assert isinstance(count, int)
    return count


def _plant_work(owner: psycopg.Connection) -> None:
    """Write rows that wait, without the organization that they would belong to."""
    owner.execute("set session_replication_role = replica")
    owner.execute((Path(__file__).parent / "waiting_work.sql").read_bytes())
    owner.execute("reset session_replication_role")


@every_values
def test_every_number_that_is_asked_for_is_counted_by_the_product(values: Path) -> None:
    counted = _counted_names()
    asked = set(re.findall(r"\bcohoi_\w+", "\n".join(_expressions(rendered(values)))))
    assert (len(asked) > 10) == (values == EVERYTHING)
    assert asked <= counted


def _expressions(documents: Sequence[Document]) -> list[str]:
    rules = [
        rule["expr"]
        for one in named(documents, "PrometheusRule").values()
        for group in one["spec"]["groups"]
        for rule in group["rules"]
    ]
    scaled = [
        trigger["metadata"]["query"]
        for one in named(documents, "ScaledObject").values()
        for trigger in one["spec"]["triggers"]
        if trigger["type"] == "prometheus"
    ]
    return [*rules, *scaled]


def _counted_names() -> set[str]:
    """Return every name that some process of the product gives out; its parts are imported."""
    ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
    return {
        f"{family.name}{end}"
        for family in REGISTRY.collect()
        for end in ends.get(family.type, ("",))
    }


def test_alerts_are_those_of_the_runbooks() -> None:
    (rules,) = named(rendered(EVERYTHING), "PrometheusRule").values()
    told = [rule for group in rules["spec"]["groups"] for rule in group["rules"]]
    rows = re.findall(
        r"^\| (?P<alert>[^|]+) \| (?P<condition>[^|]*cohoi_[^|]+) \| (?P<page>[^|]+) \|$",
        (RUNBOOKS / "index.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert len(rows) == len(told) > 10
    for name, condition, page in rows:
        (metric,) = re.findall(r"cohoi_\w+", condition)
        # of this one the web of one machine tells; here Prometheus itself knows it
        asked = "up{" if metric == "cohoi_process_up" else metric
        (rule,) = [one for one in told if asked in one["expr"]]
        assert rule["annotations"]["runbook"].endswith(
            f"/{page}.md" if (RUNBOOKS / f"{page}.md").exists() else "/index.md"
        ), name
        figure = re.search(r"(?:>|==) (\d+)`|over (\d+) s", condition)
        assert figure
        assert re.search(rf"(?:>|==) {figure[1] or figure[2]}\b", rule["expr"]), name
        lasts = re.search(r"for (\d+) (s|m)", condition)
        assert rule.get("for") == (f"{lasts[1]}{lasts[2]}" if lasts else None), name


def test_monitors_scrape_ports_that_there_are() -> None:
    documents = rendered(EVERYTHING)
    (doors,) = named(documents, "ServiceMonitor").values()
    (values,) = [one["values"] for one in doors["spec"]["selector"]["matchExpressions"]]
    assert set(values) == set(_DOORS)
    (endpoint,) = doors["spec"]["endpoints"]
    assert endpoint["port"] in {
        port["name"]
        for one in named(documents, "Service").values()
        for port in one["spec"]["ports"]
    }
    (others,) = named(documents, "PodMonitor").values()
    (scraped,) = others["spec"]["podMetricsEndpoints"]
    served = {
        one.component
        for one in workloads(documents)
        if scraped["port"] in {port["name"] for port in one.container.get("ports", [])}
    }
    assert served == {
        one.component for one in workloads(documents) if "COHOI_METRICS_LISTEN" in one.environment
    }


@pytest.mark.parametrize(
    "setting",
    [
        "replicaz=2",
        "queryApi.replicaz=2",
        "kafka.securitty=SSL",
        "image.tag=latest",
        "lanes=0",
        "lanes=257",
    ],
)
def test_a_typo_in_the_values_is_an_error(setting: str) -> None:
    done = template(MINIMAL, [setting])
    assert done.returncode != 0
    assert "values don't meet the specifications of the schema" in done.stderr


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (["image.repository="], "image.repository is empty: name the registry"),
        (["kafka.bootstrap="], "kafka.bootstrap is empty: name the brokers"),
        (
            ["kafka.security=SASL_SSL"],
            "kafka.security is SASL_SSL, which needs kafka.sasl.username",
        ),
        (["kafka.ca.existingSecret=ca"], "kafka.security is PLAINTEXT, where certificates are not"),
        (["tokens.jwks.url=https://i/jwks"], "needs tokens.issuer and tokens.audience"),
        (
            [
                "tokens.jwks.url=https://i/jwks",
                "tokens.issuer=i",
                "tokens.audience=a",
                "tokens.signing.existingSecret=s",
            ],
            "the issuer there signs tokens",
        ),
        (["ingress.enabled=true", "proxy.enabled=false"], "ingress.enabled needs proxy.enabled"),
        (["httpRoute.enabled=true"], "httpRoute.parentRefs is empty"),
        (["serviceAccount.create=false"], "serviceAccount.name is empty"),
        (["monitoring.enabled=true"], "monitoring.operatorKey.existingSecret is empty"),
        (
            ["autoscaling.keda.enabled=true", "autoscaling.keda.projector.enabled=true"],
            "autoscaling.keda.projector.prometheusAddress is empty",
        ),
        (
            [
                "autoscaling.keda.enabled=true",
                "autoscaling.keda.projector.enabled=true",
                "autoscaling.keda.projector.prometheusAddress=http://p:9090",
            ],
            "autoscaling.keda.projector needs monitoring.enabled",
        ),
        (
            [
                "autoscaling.keda.enabled=true",
                "autoscaling.keda.projector.enabled=true",
                "autoscaling.keda.projector.prometheusAddress=http://p:9090",
                "autoscaling.keda.projector.min=2",
                "monitoring.enabled=true",
                "monitoring.operatorKey.existingSecret=k",
            ],
            "autoscaling.keda.projector.min is 2, and there are 1 lanes",
        ),
        (["autoscaling.cpu.queryApi.min=11"], "autoscaling.cpu.queryApi: min is 11 and max is 10"),
    ],
)
def test_values_that_do_not_go_together_are_refused_with_a_sentence(
    settings: Sequence[str], sentence: str
) -> None:
    done = template(MINIMAL, settings)
    assert done.returncode != 0
    assert sentence in done.stderr


def test_the_schema_knows_every_value_and_no_other() -> None:
    schema: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    assert set(_named_in(schema, schema["$defs"])) - {("global",)} == set(_named_by(_defaults()))


def _named_in(
    schema: Mapping[str, Any], shared: Mapping[str, Any], above: tuple[str, ...] = ()
) -> list[tuple[str, ...]]:
    """Return the path of every value that a schema names; of open maps, the map's own."""
    target = schema.get("$ref", "").removeprefix("#/$defs/")
    properties: Mapping[str, Any] = (shared[target] if target else schema).get("properties", {})
    if not properties or target == "resources":
        return [above]
    return [
        path for name, one in properties.items() for path in _named_in(one, shared, (*above, name))
    ]


def _named_by(values: Mapping[str, Any], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, one in values.items():
        path = (*above, name)
        nested = isinstance(one, dict) and one and name != "resources"
        found += _named_by(one, path) if nested else [path]
    return found


def test_the_example_of_a_topic_is_what_the_relay_demands() -> None:
    (topic,) = [one for one in _examples("kafka.yaml") if one["kind"] == "KafkaTopic"]
    assert topic["metadata"]["name"] == FACTS_TOPIC
    assert topic["spec"]["partitions"] == _defaults()["lanes"]
    settings = topic["spec"]["config"]
    assert settings["max.message.bytes"] >= LARGEST_BATCH_BYTES
    assert settings["cleanup.policy"] == "delete"
    assert settings["message.timestamp.type"] == "CreateTime"
    assert topic["spec"]["replicas"] > settings["min.insync.replicas"] == 2


def test_kubernetes_takes_the_example_of_a_valkey() -> None:
    for document in _examples("valkey.yaml"):
        kubernetes_validate.validate(dict(document), _NEWEST, strict=True)


def _examples(name: str) -> list[Document]:
    text = (DEPLOY / "kubernetes" / name).read_text(encoding="utf-8")
    return list(yaml.safe_load_all(text))


def test_the_page_for_operators_makes_every_secret_that_an_install_needs() -> None:
    page = (CHECKOUT / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    made = set(re.findall(r"create secret generic ([\w-]+)", page))
    needed = set(re.findall(r'"secretKeyRef": \{"name": "([^"]+)"', json.dumps(rendered(MINIMAL))))
    for one in workloads(rendered(MINIMAL)):
        needed |= {name for name, _ in one.sources_of("keys")}
    assert needed <= made
