{{- /* How everything is called. */ -}}

{{- define "cohoi.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- /* Short enough that every name of ours stays within the 63 letters of a label. */ -}}
{{- define "cohoi.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "cohoi.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "cohoi.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "cohoi.selector" -}}
app.kubernetes.io/name: {{ include "cohoi.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "cohoi.labels" -}}
{{ include "cohoi.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "cohoi.serviceAccountName" -}}
{{- default (include "cohoi.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "cohoi.image" -}}
{{- if .image.digest -}}
{{- printf "%s@%s" .image.repository .image.digest -}}
{{- else -}}
{{- printf "%s:%s" .image.repository (default .version .image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "cohoi.reportsClaim" -}}
{{- default (printf "%s-reports" (include "cohoi.fullname" .)) .Values.reports.existingClaim -}}
{{- end -}}

{{- /* The numbers of this release, whichever monitor scraped them. */ -}}
{{- define "cohoi.metricsSelector" -}}
{{- $full := include "cohoi.fullname" . -}}
namespace="{{ .Release.Namespace }}",job=~"{{ $full }}-.+|{{ .Release.Namespace }}/{{ $full }}-.+"
{{- end -}}
