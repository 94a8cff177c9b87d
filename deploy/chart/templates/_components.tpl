{{- /*
Every process of Cohoi in one table: how it is started, what it reads and whom it speaks to. What goes over all of them
(deployments, budgets, policies, monitors) ranges over it.

  settings     which variables it reads, as a list of the definitions in _environment.tpl
  masterKey    whether it opens what is sealed; who only names the variable gets no file
  keySet       whether it verifies tokens
  files        whether it holds the files of reports
  speaksTo     the networkPolicy values that name where it goes
  door         whether it answers HTTP; all others serve their numbers alone
  lone         whether there is never more than one, not even for a moment
  graceSeconds how long it may take to end: more than its own drain, and the sleep before it
*/ -}}
{{- define "cohoi.components" -}}
command-api:
  values: commandApi
  args: [serve, command-api, --host, 0.0.0.0]
  settings: [command, tokens, door]
  masterKey: true
  keySet: true
  door: true
  speaksTo: [postgres, issuer]
  graceSeconds: 30
query-api:
  values: queryApi
  args: [serve, query-api, --host, 0.0.0.0]
  settings: [query, tokens, door]
  masterKey: true
  keySet: true
  door: true
  speaksTo: [postgres, issuer]
  graceSeconds: 30
report-api:
  values: reportApi
  args: [serve, report-api, --host, 0.0.0.0]
  settings: [report, tokens, door]
  keySet: true
  files: true
  door: true
  speaksTo: [postgres, issuer]
  graceSeconds: 30
jobs:
  values: jobs
  command: [python, -m, command_api.entrypoints.jobs]
  settings: [command, numbers]
  masterKey: true
  speaksTo: [postgres]
  graceSeconds: 30
{{- if .Values.kafka.enabled }}
relay:
  values: relay
  command: [python, -m, command_api.entrypoints.relay]
  settings: [command, kafka, numbers]
  kafka: true
  speaksTo: [postgres, kafka]
  graceSeconds: 30
{{- end }}
projector:
  values: projector
  command: [python, -m, projector.entrypoints.run]
  settings: [projection, numbers{{ if include "cohoi.projectsTopic" . }}, kafka{{ end }}]
  masterKey: true
  {{- if include "cohoi.projectsTopic" . }}
  kafka: true
  speaksTo: [postgres, kafka]
  {{- else }}
  speaksTo: [postgres]
  {{- end }}
  graceSeconds: 30
report-worker:
  values: reportWorker
  command: [celery, --app, report_worker.entrypoints.celery_app, worker]
  args: [--pool, solo, --loglevel, INFO, --without-gossip, --without-mingle, -Q, reports.fast, -n, "fast@%h"]
  settings: [report, numbers]
  masterKey: true
  files: true
  speaksTo: [postgres, redis]
  graceSeconds: 60
report-worker-slow:
  values: reportWorkerSlow
  command: [celery, --app, report_worker.entrypoints.celery_app, worker]
  args: [--pool, solo, --loglevel, INFO, --without-gossip, --without-mingle, -Q, reports.slow, -n, "slow@%h"]
  settings: [report, numbers]
  masterKey: true
  files: true
  speaksTo: [postgres, redis]
  graceSeconds: 60
scheduler:
  values: scheduler
  command: [python, -m, report_worker.entrypoints.scheduler]
  settings: [report, numbers]
  files: true
  lone: true
  speaksTo: [postgres, redis]
  graceSeconds: 30
{{- if .Values.purger.enabled }}
purger:
  values: purger
  command: [python, -m, cohoi.entrypoints.purge_watch]
  settings: [owner, purge, numbers]
  masterKey: true
  lone: true
  speaksTo: [postgres]
  graceSeconds: 30
{{- end }}
{{- end -}}

{{- define "cohoi.projectsTopic" -}}
{{- if and .Values.kafka.enabled .Values.projector.fromTopic }}true{{ end -}}
{{- end -}}

{{- /* The name under `autoscaling` that decides how many there are of a component; empty where `replicas` does. */ -}}
{{- define "cohoi.scaledBy" -}}
{{- $cpu := .root.Values.autoscaling.cpu -}}
{{- $keda := .root.Values.autoscaling.keda -}}
{{- if and $cpu.enabled (has .values (list "commandApi" "queryApi" "reportApi")) -}}
cpu
{{- else if and $keda.enabled (has .values (list "reportWorker" "reportWorkerSlow" "jobs" "projector")) -}}
{{- if (get $keda .values).enabled }}keda{{ end -}}
{{- end -}}
{{- end -}}
