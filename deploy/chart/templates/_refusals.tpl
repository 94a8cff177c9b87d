{{- /* Values that are right one by one and wrong together, each with a sentence. */ -}}
{{- define "cohoi.refusals" -}}
{{- $v := .Values -}}
{{- if not $v.image.repository -}}
{{- fail "image.repository is empty: name the registry to which you pushed the image of deploy/Dockerfile." -}}
{{- end -}}
{{- if and $v.kafka.enabled (not $v.kafka.bootstrap) -}}
{{- fail "kafka.bootstrap is empty: name the brokers as host:port,host:port, or set kafka.enabled=false." -}}
{{- end -}}
{{- if and (hasPrefix "SASL" $v.kafka.security) (not (and $v.kafka.sasl.username $v.kafka.sasl.existingSecret)) -}}
{{- fail (printf "kafka.security is %s, which needs kafka.sasl.username and kafka.sasl.existingSecret." $v.kafka.security) -}}
{{- end -}}
{{- if and (not (hasSuffix "SSL" $v.kafka.security)) (or $v.kafka.ca.existingSecret $v.kafka.certificate.existingSecret) -}}
{{- fail (printf "kafka.security is %s, where certificates are not looked at: set SSL or SASL_SSL, or name none." $v.kafka.security) -}}
{{- end -}}
{{- if and $v.tokens.jwks.url (not (and $v.tokens.issuer $v.tokens.audience)) -}}
{{- fail "tokens.jwks.url names an issuer, which needs tokens.issuer and tokens.audience: else its tokens for others were good here." -}}
{{- end -}}
{{- if and $v.tokens.signing.existingSecret $v.tokens.jwks.url -}}
{{- fail "tokens.signing is of no use beside tokens.jwks.url: the issuer there signs tokens." -}}
{{- end -}}
{{- if and $v.ingress.enabled (not $v.proxy.enabled) -}}
{{- fail "ingress.enabled needs proxy.enabled: an Ingress cannot tell commands from reads, which share paths." -}}
{{- end -}}
{{- if and $v.httpRoute.enabled (not $v.httpRoute.parentRefs) -}}
{{- fail "httpRoute.parentRefs is empty: name the gateway that the route belongs to." -}}
{{- end -}}
{{- if and (not $v.serviceAccount.create) (not $v.serviceAccount.name) -}}
{{- fail "serviceAccount.name is empty: name the account that is there, or let one be made." -}}
{{- end -}}
{{- if and $v.monitoring.enabled (not $v.monitoring.operatorKey.existingSecret) -}}
{{- fail "monitoring.operatorKey.existingSecret is empty: the doors tell their numbers to operators' keys alone (cohoi api-key create --operator)." -}}
{{- end -}}
{{- $keda := $v.autoscaling.keda -}}
{{- if and $keda.enabled $keda.projector.enabled (not $keda.projector.prometheusAddress) -}}
{{- fail "autoscaling.keda.projector.prometheusAddress is empty: projectors are scaled by a lag that Prometheus knows." -}}
{{- end -}}
{{- if and $keda.enabled $keda.projector.enabled (not $v.monitoring.enabled) -}}
{{- fail "autoscaling.keda.projector needs monitoring.enabled: nobody else reads the lag of lanes." -}}
{{- end -}}
{{- if and $keda.enabled $keda.projector.enabled (gt (int $keda.projector.min) (int $v.lanes)) -}}
{{- fail (printf "autoscaling.keda.projector.min is %d, and there are %d lanes: a lane is held by one projector." (int $keda.projector.min) (int $v.lanes)) -}}
{{- end -}}
{{- range $where, $scaled := dict "cpu" (list "commandApi" "queryApi" "reportApi") "keda" (list "reportWorker" "reportWorkerSlow" "jobs") -}}
{{- range $scaled -}}
{{- $bounds := get (get $v.autoscaling $where) . -}}
{{- if gt (int $bounds.min) (int $bounds.max) -}}
{{- fail (printf "autoscaling.%s.%s: min is %d and max is %d, which leaves nothing between." $where . (int $bounds.min) (int $bounds.max)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
