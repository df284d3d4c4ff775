import Foundation
import JSONValue

/// A real DNS server on loopback (Debian's dnsmasq) that serves the records of a DNSEndpoint, as external-dns and a
/// provider would.
actor NameServer {
    nonisolated let port = Int.random(in: 20_000...29_999)
    private var process: (server: Background, lifeline: Pipe)?

    nonisolated var address: String { "127.0.0.1:\(port)" }

    /// Runs its arguments for as long as standard input is open.
    ///
    /// The server closes every descriptor that it has not opened. Foundation takes that of a child for its end and waits
    /// for it, and meanwhile sees no other child end: so the shell is the child.
    private static let keeper = #""$@" & read -r; kill -KILL $!"#

    /// Serves exactly these records from now on; a name may have several.
    func serve(_ records: [(name: String, address: String)]) async throws {
        await stop()
        let lifeline = Pipe()
        let server = try Background(
            "/bin/bash",
            [
                "-c", Self.keeper, "keeper", "/usr/sbin/dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv",
                "--no-hosts", "--port=\(port)", "--listen-address=127.0.0.1", "--bind-interfaces",
                "--local=/example.com/", "--local-ttl=1", "--pid-file",
            ] + records.map { "--host-record=\($0.name),\($0.address)" }, folder: try Scratch.folder("dnsmasq"),
            input: lifeline)
        process = (server, lifeline)
    }

    /// Serves what the entries of a DNSEndpoint say.
    func serve(endpoints: [JSONValue]) async throws {
        try await serve(
            endpoints.flatMap { endpoint in
                (endpoint["targets"]?.arrayValue ?? []).map {
                    (endpoint["dnsName"]?.stringValue ?? "", $0.stringValue ?? "")
                }
            })
    }

    func stop() async {
        try? process?.lifeline.fileHandleForWriting.close()
        await process?.server.end()
        process = nil
    }
}

/// The CRD of external-dns, as far as a server needs it.
enum DNSEndpointDefinition {
    static let name = "dnsendpoints.externaldns.k8s.io"

    /// Source: kubernetes-sigs/external-dns `config/crd/standard/dnsendpoints.externaldns.k8s.io.yaml`, without its
    /// descriptions and patterns.
    static let yaml = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: \(name)
          annotations:
            api-approved.kubernetes.io: https://github.com/kubernetes-sigs/external-dns/pull/2007
        spec:
          group: externaldns.k8s.io
          names: {kind: DNSEndpoint, listKind: DNSEndpointList, plural: dnsendpoints, singular: dnsendpoint}
          scope: Namespaced
          versions:
          - name: v1alpha1
            served: true
            storage: true
            subresources: {status: {}}
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  apiVersion: {type: string}
                  kind: {type: string}
                  metadata: {type: object}
                  spec:
                    type: object
                    properties:
                      endpoints:
                        type: array
                        items:
                          type: object
                          properties:
                            dnsName: {type: string}
                            labels: {type: object, additionalProperties: {type: string}}
                            providerSpecific:
                              type: array
                              items:
                                type: object
                                properties: {name: {type: string}, value: {type: string}}
                            recordTTL: {type: integer, format: int64}
                            recordType: {type: string}
                            setIdentifier: {type: string}
                            targets: {type: array, items: {type: string}}
                  status:
                    type: object
                    properties: {observedGeneration: {type: integer, format: int64}}
        """
}
