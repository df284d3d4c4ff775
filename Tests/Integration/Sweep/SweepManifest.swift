import JSONValue
import YAMLFormat

/// The AccessPoint of the crash sweep: three versions of it, which between them create, change and remove objects.
///
/// Each version keeps the VIP Service and the Gateway as they are, changes the VirtualService, and has a ServiceEntry
/// of its own in place of the one before.
enum SweepManifest {
    static let namespace = "sweep"
    static let name = "checkout"
    static let service = "checkout-sweep-vip"

    static func accessPoint(_ version: Int) throws -> JSONValue {
        let text = """
            apiVersion: accesspoint.io/v1alpha1
            kind: AccessPoint
            metadata: {name: \(name), namespace: \(namespace)}
            spec:
              scope: {regions: [us-west, us-east, eu-central]}
              trafficTemplate:
              - name: vip
                object:
                  apiVersion: v1
                  kind: Service
                  metadata: {name: \(service), namespace: istio-ingress}
                  spec: {type: LoadBalancer, selector: {istio: ingressgateway}, ports: [{name: https, port: 443, targetPort: 8443}]}
              - name: gateway
                object:
                  apiVersion: networking.istio.io/v1
                  kind: Gateway
                  metadata: {name: \(name)}
                  spec:
                    selector: {istio: ingressgateway}
                    servers: [{port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: \(name)-\(namespace)}, hosts: [\(name).\(namespace).example.com]}]
              - name: route
                object:
                  apiVersion: networking.istio.io/v1
                  kind: VirtualService
                  metadata: {name: \(name)}
                  spec: {hosts: [\(name).\(namespace).example.com], gateways: [\(name)], http: [{timeout: \(version)s, route: [{destination: {host: \(name).\(namespace).svc.cluster.local, port: {number: 8080}}}]}]}
              - name: external
                object:
                  apiVersion: networking.istio.io/v1
                  kind: ServiceEntry
                  metadata: {name: external-\(version)}
                  spec: {hosts: [external-\(version).example.org], location: MESH_EXTERNAL, resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]}
              policy:
                rollout:
                  canary: {targets: {availabilityZones: [us-west-az1]}, gate: Manual, soakSeconds: 0}
                  progressDeadlineSeconds: 600
            """
        guard let document = try YAML.documents(Array(text.utf8)).first else { throw StageError("no manifest") }
        return document
    }
}
