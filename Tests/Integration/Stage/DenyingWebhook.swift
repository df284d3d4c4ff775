import Foundation
import X509Tools

/// `scripts/deny-webhook.py` behind a certificate of its own: a real admission webhook that denies whatever it is asked.
struct DenyingWebhook: Sendable {
    static let message = "the timeout is longer than our policy allows"
    static let field = "spec.http[0].timeout"

    let port: Int
    /// The authority that signed it, as a webhook configuration takes it.
    let authority: String
    private let process: Background
    private let lifeline: Lifeline

    /// Starts it and waits until it listens.
    static func start() async throws -> DenyingWebhook {
        let folder = try Scratch.folder("webhook")
        let now = Int64(Date().timeIntervalSince1970)
        let authority = try TestAuthority(commonName: "Webhook", notBefore: now - 3600, notAfter: now + 86_400)
        var request = CertificateRequest(commonName: "127.0.0.1", notBefore: now - 3600, notAfter: now + 86_400)
        request.ipAddresses = ["127.0.0.1"]
        let issued = try authority.issue(request)
        let (certificate, key) = (folder.appending(path: "tls.crt"), folder.appending(path: "tls.key"))
        try Data(issued.chainPEM).write(to: certificate)
        try Data(issued.privateKeyPEM).write(to: key)
        let lifeline = Lifeline()
        let process = try Background(
            "/usr/bin/python3",
            [
                Checkout.top.appending(path: "scripts/deny-webhook.py").path, certificate.path, key.path, field,
                message,
            ], folder: folder, input: lifeline.pipe)
        try await eventually("the webhook listens") {
            guard process.isRunning else { throw StageError("the webhook did not start: \(process.text("stderr"))") }
            return process.text("stdout").contains("\n")
        }
        guard let port = process.text("stdout").split(separator: "\n").first.flatMap({ Int($0) }) else {
            throw StageError("the webhook names no port: \(process.text("stdout"))")
        }
        return DenyingWebhook(
            port: port, authority: Data(authority.certificatePEM).base64EncodedString(), process: process,
            lifeline: lifeline)
    }

    /// What it was asked about, as `dryRun VirtualService shop/checkout`.
    var reviews: [String] { process.text("stdout").split(separator: "\n").dropFirst().map(String.init) }

    /// Ends it: its port refuses connections from then on.
    func end() async {
        process.signal(SIGKILL)
        await process.end()
    }

    /// A configuration that asks it about the VirtualServices of namespaces with the label `policy: NAME` before they are
    /// stored; older servers do not label a namespace with its own name.
    func configuration(_ name: String) -> String {
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: \(name)}
        webhooks:
        - name: routes.policy.example.com
          clientConfig: {url: "https://127.0.0.1:\(port)/validate", caBundle: \(authority)}
          rules: [{apiGroups: [networking.istio.io], apiVersions: ["*"], resources: [virtualservices], operations: [CREATE, UPDATE]}]
          namespaceSelector: {matchLabels: {policy: \(name)}}
          failurePolicy: Fail
          sideEffects: None
          timeoutSeconds: 5
          admissionReviewVersions: [v1]
        """
    }

    /// Held open for as long as it shall live.
    private final class Lifeline: @unchecked Sendable {
        let pipe = Pipe()
    }
}
