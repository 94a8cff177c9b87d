{{- /* The variables of each kind of process: what its settings class reads, and nothing else. */ -}}

{{- define "cohoi.env.secret" -}}
- name: {{ .name }}
  valueFrom: {secretKeyRef: {name: {{ .secret | quote }}, key: {{ .key | quote }}}}
{{- end -}}

{{- define "cohoi.env.log" -}}
{{ include "cohoi.env.secret" (dict "name" "COHOI_LOG_DSN" "secret" .Values.databases.existingSecret "key" .Values.databases.logKey) }}
{{- end -}}

{{- define "cohoi.env.read" -}}
{{ include "cohoi.env.secret" (dict "name" "COHOI_READ_DSN" "secret" .Values.databases.existingSecret "key" .Values.databases.readKey) }}
{{- end -}}

{{- define "cohoi.env.keys" -}}
- {name: COHOI_MASTER_KEY_FILE, value: /var/lib/cohoi/master.key}
{{- end -}}

{{- define "cohoi.env.keySet" -}}
- name: COHOI_JWKS
  value: {{ default "/var/lib/cohoi/jwks.json" .Values.tokens.jwks.url | quote }}
{{- end -}}

{{- define "cohoi.env.tokens" -}}
{{- with .Values.tokens.issuer }}
- {name: COHOI_TOKEN_ISSUER, value: {{ . | quote }}}
{{- end }}
{{- with .Values.tokens.audience }}
- {name: COHOI_TOKEN_AUDIENCE, value: {{ . | quote }}}
{{- end }}
{{- end -}}

{{- define "cohoi.env.command" -}}
{{ include "cohoi.env.log" . }}
{{ include "cohoi.env.read" . }}
{{ include "cohoi.env.keys" . }}
{{ include "cohoi.env.keySet" . }}
{{- end -}}

{{- define "cohoi.env.query" -}}
{{- $read := default .Values.databases.readKey .Values.databases.queryReadKey -}}
{{ include "cohoi.env.log" . }}
{{ include "cohoi.env.secret" (dict "name" "COHOI_READ_DSN" "secret" .Values.databases.existingSecret "key" $read) }}
{{ include "cohoi.env.keys" . }}
{{ include "cohoi.env.keySet" . }}
- {name: COHOI_QUERY_CONNECTIONS, value: {{ .Values.queryApi.connections | quote }}}
{{- end -}}

{{- define "cohoi.env.report" -}}
{{ include "cohoi.env.secret" (dict "name" "COHOI_REPORTS_DSN" "secret" .Values.databases.existingSecret "key" .Values.databases.reportsKey) }}
{{ include "cohoi.env.log" . }}
{{ include "cohoi.env.read" . }}
{{ include "cohoi.env.secret" (dict "name" "COHOI_REDIS_URL" "secret" .Values.redis.existingSecret "key" .Values.redis.key) }}
- {name: COHOI_REPORTS_DIR, value: /var/lib/cohoi-reports}
{{ include "cohoi.env.keys" . }}
{{ include "cohoi.env.keySet" . }}
{{- end -}}

{{- define "cohoi.env.projection" -}}
{{ include "cohoi.env.log" . }}
{{ include "cohoi.env.read" . }}
{{ include "cohoi.env.keys" . }}
{{- end -}}

{{- define "cohoi.env.owner" -}}
{{ include "cohoi.env.secret" (dict "name" "DATABASE_URL" "secret" .Values.owner.existingSecret "key" .Values.owner.key) }}
- {name: COHOI_DATA_DIR, value: /var/lib/cohoi}
{{ include "cohoi.env.keys" . }}
{{- end -}}

{{- define "cohoi.env.purge" -}}
- {name: COHOI_PURGE_AFTER_S, value: {{ .Values.purger.afterSeconds | int64 | quote }}}
{{- end -}}

{{- define "cohoi.env.lanes" -}}
- {name: COHOI_LANES, value: {{ .Values.lanes | quote }}}
{{- end -}}

{{- define "cohoi.env.door" -}}
- {name: COHOI_LOG_LEVEL, value: {{ .Values.logLevel }}}
{{- end -}}

{{- define "cohoi.env.numbers" -}}
- {name: COHOI_METRICS_LISTEN, value: "0.0.0.0:9100"}
{{- end -}}

{{- define "cohoi.env.kafka" -}}
{{- if .Values.kafka.enabled -}}
- {name: COHOI_KAFKA_BOOTSTRAP, value: {{ .Values.kafka.bootstrap | quote }}}
{{ include "cohoi.env.kafkaAccess" . }}
{{- end -}}
{{- end -}}

{{- /* The command line reads the brokers' address under the name that other programs use too. */ -}}
{{- define "cohoi.env.toolsKafka" -}}
{{- if .Values.kafka.enabled -}}
- {name: KAFKA_BOOTSTRAP, value: {{ .Values.kafka.bootstrap | quote }}}
{{ include "cohoi.env.kafkaAccess" . }}
{{- end -}}
{{- end -}}

{{- define "cohoi.env.kafkaAccess" -}}
{{- $kafka := .Values.kafka -}}
- {name: COHOI_KAFKA_SECURITY, value: {{ $kafka.security }}}
{{- with $kafka.topic }}
- {name: COHOI_KAFKA_TOPIC, value: {{ . | quote }}}
{{- end }}
{{- with $kafka.statesTopic }}
- {name: COHOI_KAFKA_STATES_TOPIC, value: {{ . | quote }}}
{{- end }}
{{- if $kafka.ca.existingSecret }}
- {name: COHOI_KAFKA_CA_FILE, value: /etc/cohoi/kafka/ca.crt}
{{- end }}
{{- if $kafka.certificate.existingSecret }}
- {name: COHOI_KAFKA_CERTIFICATE_FILE, value: /etc/cohoi/kafka/user.crt}
- {name: COHOI_KAFKA_KEY_FILE, value: /etc/cohoi/kafka/user.key}
{{- end }}
{{- if hasPrefix "SASL" $kafka.security }}
- {name: COHOI_KAFKA_SASL_MECHANISM, value: {{ $kafka.sasl.mechanism }}}
- {name: COHOI_KAFKA_USERNAME, value: {{ $kafka.sasl.username | quote }}}
- {name: COHOI_KAFKA_PASSWORD_FILE, value: /etc/cohoi/kafka/password}
{{- end }}
{{- end -}}

{{- define "cohoi.environment" -}}
{{- $root := .root -}}
{{- range .settings }}
{{- with include (printf "cohoi.env.%s" .) $root | trim }}
{{ . }}
{{- end }}
{{- end }}
{{- with $root.Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}
