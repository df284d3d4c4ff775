/// The AccessPoint that most tests use: a VIP Service, a Gateway and a VirtualService whose timeout differs per zone.
struct AccessPointManifest: Sendable {
    var name = "checkout"
    var namespace: String
    /// Name of the VIP Service in the gateway namespace.
    var vip: String?
    var timeout = "3s"
    var paused = false
    var progressDeadlineSeconds = 600
    /// The canary gate.
    var gate = "Manual"
    /// A host that the route has in eu-central only, and the Gateway does not serve.
    var europeanHost: String?
    /// The Secret of the Gateway in eu-central, where it shall be another than the application's.
    var europeanSecret: String?
    /// `spec.dns`, in YAML's flow style.
    var dns: String?
    var regions = ["us-west", "us-east", "eu-central"]
    /// How the Gateway's server ends TLS.
    var tls = "SIMPLE"
    /// The port of the VIP.
    var port = 443
    /// Further fields of policy.rollout and policy.runtime, in YAML's flow style.
    var rollout: [String] = []
    var runtime: [String] = []

    var host: String { "\(name).\(namespace).example.com" }
    var service: String { vip ?? "\(name)-\(namespace)-vip" }

    var yaml: String {
        """
        apiVersion: accesspoint.io/v1alpha1
        kind: AccessPoint
        metadata: {name: \(name), namespace: \(namespace)}
        spec:
          scope: {regions: [\(regions.joined(separator: ", "))]}
          trafficTemplate:
          - name: vip
            object:
              apiVersion: v1
              kind: Service
              metadata: {name: \(service), namespace: istio-ingress}
              spec: {type: LoadBalancer, selector: {istio: ingressgateway}, ports: [{name: https, port: \(port), targetPort: 8443}]}
          - name: gateway
            object:
              apiVersion: networking.istio.io/v1
              kind: Gateway
              metadata: {name: \(name)}
              spec:
                selector: {istio: ingressgateway}
                servers: [{port: {number: \(port), name: https, protocol: HTTPS}, tls: {mode: \(tls), credentialName: \(name)-\(namespace)}, hosts: [\(host)]}]
          - name: route
            object:
              apiVersion: networking.istio.io/v1
              kind: VirtualService
              metadata: {name: \(name)}
              spec: {hosts: [\(host)], gateways: [\(name)], http: [{timeout: \(timeout), route: [{destination: {host: \(name).\(namespace).svc.cluster.local, port: {number: 8080}}}]}]}
          overrides:
          - name: eu-timeout
            targets: {regions: [eu-central]}
            resources: [{template: route}]
            jsonPatch: [{op: add, path: /spec/http/0/timeout, value: 9s}\(hostPatch)]\(secretOverride)\(dns.map { "\n  dns: \($0)" } ?? "")
          policy:
            rollout:
              paused: \(paused)
              canary: {targets: {availabilityZones: [us-west-az1]}, gate: \(gate), soakSeconds: 0}
              progressDeadlineSeconds: \(progressDeadlineSeconds)\(rollout.map { "\n      \($0)" }.joined())
            runtime: {\(runtime.joined(separator: ", "))}
        """
    }

    private var hostPatch: String { europeanHost.map { ", {op: add, path: /spec/hosts/-, value: \($0)}" } ?? "" }

    private var secretOverride: String {
        europeanSecret.map {
            """

              - name: eu-secret
                targets: {regions: [eu-central]}
                resources: [{template: gateway}]
                jsonPatch: [{op: replace, path: /spec/servers/0/tls/credentialName, value: \($0)}]
            """
        } ?? ""
    }
}
