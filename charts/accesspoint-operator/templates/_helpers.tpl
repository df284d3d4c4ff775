{{- define "accesspoint-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "accesspoint-operator.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "accesspoint-operator.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "accesspoint-operator.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "accesspoint-operator.metricsName" -}}
{{- include "accesspoint-operator.fullname" . | trunc 55 | trimSuffix "-" }}-metrics
{{- end }}

{{- define "accesspoint-operator.dashboardName" -}}
{{- include "accesspoint-operator.fullname" . | trunc 53 | trimSuffix "-" }}-dashboard
{{- end }}

{{- define "accesspoint-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "accesspoint-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "accesspoint-operator.labels" -}}
{{ include "accesspoint-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: accesspoint-operator
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "accesspoint-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "accesspoint-operator.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name must be set when serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "accesspoint-operator.image" -}}
{{- with .Values.image }}
{{- $name := ternary (printf "%s/%s" .registry .repository) .repository (ne .registry "") }}
{{- if .digest }}{{ $name }}@{{ .digest }}{{ else }}{{ $name }}:{{ default $.Chart.AppVersion .tag }}{{ end }}
{{- end }}
{{- end }}

{{- /* The namespaces whose Secrets a MemberCluster may name, the release's own first. */}}
{{- define "accesspoint-operator.secretNamespaces" -}}
{{- prepend .Values.memberClusters.secretNamespaces .Release.Namespace | uniq | join "," }}
{{- end }}

{{- /* Kubernetes before 1.25 does not know x-kubernetes-validations; there the operator alone checks the rules. */}}
{{- define "accesspoint-operator.crdRules" -}}
{{- if semverCompare ">=1.25.0-0" .Capabilities.KubeVersion.Version }}true{{ end }}
{{- end }}
