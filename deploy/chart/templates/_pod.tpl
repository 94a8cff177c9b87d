{{- /* What every pod of the chart is like, and every process of Cohoi in it. */ -}}

{{- define "cohoi.podMetadata" -}}
labels:
  {{- include "cohoi.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
  {{- with .root.Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (default dict .annotations) .root.Values.podAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /*
Nobody's root, no token of the API, and no variables for the services of the namespace: one that is called `cohoi` would
give us a COHOI_PORT of "tcp://…".
*/ -}}
{{- define "cohoi.podSpec" -}}
serviceAccountName: {{ .account }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "cohoi.spread" -}}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "cohoi.selector" $.root | nindent 8 }}
        app.kubernetes.io/component: {{ $.component }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end -}}

{{- define "cohoi.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{- define "cohoi.mounts" -}}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
  {{- if or .masterKey (include "cohoi.keySetFile" .) .signing }}
  - {name: keys, mountPath: /var/lib/cohoi, readOnly: true}
  {{- end }}
  {{- if include "cohoi.kafkaFiles" . }}
  - {name: kafka, mountPath: /etc/cohoi/kafka, readOnly: true}
  {{- end }}
  {{- if .files }}
  - {name: reports, mountPath: /var/lib/cohoi-reports}
  {{- end }}
  {{- with .root.Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "cohoi.keySetFile" -}}
{{- if and .keySet (not .root.Values.tokens.jwks.url) }}true{{ end -}}
{{- end -}}

{{- define "cohoi.kafkaFiles" -}}
{{- $kafka := .root.Values.kafka -}}
{{- if and .kafka (or $kafka.ca.existingSecret $kafka.certificate.existingSecret (hasPrefix "SASL" $kafka.security)) }}true{{ end -}}
{{- end -}}

{{- define "cohoi.volumes" -}}
{{- $values := .root.Values -}}
volumes:
  - name: tmp
    emptyDir: {sizeLimit: 1Gi}
  {{- if or .masterKey (include "cohoi.keySetFile" .) .signing }}
  - name: keys
    projected:
      defaultMode: 0440
      sources:
        {{- if .masterKey }}
        - secret:
            name: {{ $values.masterKey.existingSecret }}
            items: [{key: {{ $values.masterKey.key | quote }}, path: master.key}]
        {{- end }}
        {{- if include "cohoi.keySetFile" . }}
        - secret:
            name: {{ $values.tokens.jwks.existingSecret }}
            items: [{key: {{ $values.tokens.jwks.key | quote }}, path: jwks.json}]
        {{- end }}
        {{- if .signing }}
        - secret:
            name: {{ $values.tokens.signing.existingSecret }}
            items: [{key: {{ $values.tokens.signing.key | quote }}, path: signing.jwk}]
        {{- end }}
  {{- end }}
  {{- if include "cohoi.kafkaFiles" . }}
  - name: kafka
    projected:
      defaultMode: 0440
      sources:
        {{- with $values.kafka.ca }}{{ if .existingSecret }}
        - secret:
            name: {{ .existingSecret }}
            items: [{key: {{ .key | quote }}, path: ca.crt}]
        {{- end }}{{ end }}
        {{- with $values.kafka.certificate }}{{ if .existingSecret }}
        - secret:
            name: {{ .existingSecret }}
            items:
              - {key: {{ .certificateKey | quote }}, path: user.crt}
              - {key: {{ .privateKeyKey | quote }}, path: user.key}
        {{- end }}{{ end }}
        {{- if hasPrefix "SASL" $values.kafka.security }}
        - secret:
            name: {{ $values.kafka.sasl.existingSecret }}
            items: [{key: {{ $values.kafka.sasl.key | quote }}, path: password}]
        {{- end }}
  {{- end }}
  {{- if .files }}
  - name: reports
    persistentVolumeClaim: {claimName: {{ include "cohoi.reportsClaim" .root }}}
  {{- end }}
  {{- with $values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- /* A container of Cohoi's image. */ -}}
{{- define "cohoi.container" -}}
image: {{ include "cohoi.image" (dict "image" .root.Values.image "version" .root.Chart.AppVersion) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- with .command }}
command: {{ toJson . }}
{{- end }}
{{- with .args }}
args: {{ toJson . }}
{{- end }}
env:
  {{- include "cohoi.environment" . | nindent 2 }}
{{ include "cohoi.containerSecurity" . }}
resources:
  {{- toYaml .resources | nindent 2 }}
{{ include "cohoi.mounts" . }}
{{- end -}}

{{- /*
A door lives while it answers at all (/livez looks at nothing), and gets work while its databases answer (/readyz). All
others have one light way to be asked: the thread that tells their numbers. It answers while the interpreter does, and
that is all that a restart could mend: what waits for a database or a broker tries again by itself, and who holds a lane
or a job in silence loses it by its lease.
*/ -}}
{{- define "cohoi.probes" -}}
{{- if .door -}}
startupProbe:
  httpGet: {path: /livez, port: http}
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /livez, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
{{- else -}}
startupProbe:
  httpGet: {path: /metrics, port: metrics}
  periodSeconds: 2
  timeoutSeconds: 5
  failureThreshold: 90
livenessProbe:
  httpGet: {path: /metrics, port: metrics}
  periodSeconds: 20
  timeoutSeconds: 10
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /metrics, port: metrics}
  periodSeconds: 10
  timeoutSeconds: 10
  failureThreshold: 3
{{- end -}}
{{- end -}}
