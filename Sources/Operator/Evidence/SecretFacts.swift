import JSONValue
import KubeClient
import KubeModel
import X509Tools

/// What was learnt from reading one TLS Secret of a gateway: facts of its certificate, never its key.
///
/// The key is looked at once, to learn whether it belongs to the certificate, and is not kept.
enum SecretFacts: Sendable, Hashable {
    /// The server said that there is no such Secret.
    case missing
    /// The Secret could not be read; says why.
    case unreadable(String)
    /// The Secret is there, but holds no usable certificate and key; says which data are wrong.
    case invalid(String)
    /// The private key does not belong to the certificate; `holder`: but to this one of its chain, counted from 1.
    case keyMismatch(Certificate, holder: Int?)
    /// Certificate and key belong together; `chainBreak`: the certificate of the chain, counted from 1, that the next
    /// one did not issue.
    case usable(Certificate, chainBreak: Int?)

    /// Reads the facts out of a Secret in the order in which Istio looks for its data: `cert` and `key`, then
    /// `tls.crt` and `tls.key` (Istio `pilot/pkg/credentials/kube/secrets.go`).
    static func of(secret: KubeObject) -> SecretFacts {
        let data = secret.json["data"]?.objectValue ?? JSONObject()
        for (certificate, key) in [("cert", "key"), ("tls.crt", "tls.key")] {
            guard let certificateText = data[certificate]?.stringValue, let keyText = data[key]?.stringValue else {
                continue
            }
            guard let pem = Base64.decode(certificateText), !pem.isEmpty else {
                return .invalid("data \(certificate) is empty or not base64")
            }
            guard let keyPEM = Base64.decode(keyText), !keyPEM.isEmpty else {
                return .invalid("data \(key) is empty or not base64")
            }
            return facts(pem: pem, name: certificate, keyPEM: keyPEM, keyName: key)
        }
        return .invalid("has neither data tls.crt and tls.key nor cert and key")
    }

    private static func facts(pem: [UInt8], name: String, keyPEM: [UInt8], keyName: String) -> SecretFacts {
        let chain: [Certificate]
        do {
            chain = try Certificate.chain(pem: pem)
        } catch {
            return .invalid("data \(name): \(error)")
        }
        guard let leaf = chain.first else { return .invalid("data \(name) holds no certificate") }
        do {
            guard try leaf.matches(privateKeyPEM: keyPEM) else {
                let holder = try chain.firstIndex { try $0.matches(privateKeyPEM: keyPEM) }
                return .keyMismatch(leaf, holder: holder.map { $0 + 1 })
            }
            return .usable(leaf, chainBreak: Certificate.firstBreak(in: chain).map { $0 + 1 })
        } catch {
            return .invalid("data \(keyName): \(error)")
        }
    }
}
