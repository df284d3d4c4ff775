import Foundation
import JSONValue
import KubeClient
import KubeModel
import Testing

extension Integration {
    @Suite("What cert-manager says of a certificate")
    struct RenewalTests {
        private static let certificates = GroupVersionResource(
            group: "cert-manager.io", version: "v1", resource: "certificates")

        @Test("its time of renewal is shown, its trouble is told, and without it nothing is amiss")
        func renewal() async throws {
            let site = try await Site.operated()
            try await site.namespace("renewal")
            let member = site.member(Site.canary)
            try await annotate("checkout-renewal", site)
            // The Secret names a Certificate, and there is no cert-manager.
            let ready = try await site.rollOut(AccessPointManifest(namespace: "renewal"))
            #expect(ready.isTrue("CertificatesReady"))
            try await untilCertificate("is listed", site) {
                $0["reason"] == "SecretReady" && $0["notAfter"] != nil && $0["renewalTime"] == nil
            }

            try await member("create", "--validate=false", "-f", "-", input: Self.definition)
            try await eventually("Certificates can be made") {
                try await member.attempt("apply", "-f", "-", input: Self.certificate).succeeded
            }
            let renewalTime = Timestamp(secondsSince1970: Int64(Date().timeIntervalSince1970) + 30 * 86_400).rfc3339
            try await say(["type": "Ready", "status": "True", "reason": "Ready"], renewalTime, site)
            try await untilCertificate("shows when it is renewed", site) {
                $0["reason"] == "SecretReady" && $0["renewalTime"]?.stringValue == renewalTime
            }

            // A certificate that ends soon is renewed in time, as cert-manager says.
            let hosts = ["checkout.renewal.example.com"]
            try await member.apply(site.certificate("checkout-renewal", hosts: hosts, days: 2).text())
            try await annotate("checkout-renewal", site)
            let ending = try await site.until("the renewal is promised", in: "renewal") {
                $0.condition("CertificatesReady")?.message.contains("cert-manager renews it at \(renewalTime)") ?? false
            }
            #expect(ending.condition("CertificatesReady")?.reason == "ExpiringSoon" && ending.isTrue("Ready"))

            // It is not renewed, and cert-manager says why.
            try await member.apply(site.certificate("checkout-renewal", hosts: hosts).text())
            try await annotate("checkout-renewal", site)
            try await say(
                ["type": "Ready", "status": "False", "reason": "Expired", "message": "the issuer does not answer"],
                renewalTime, site)
            let failing = try await site.until("cert-manager's trouble is told", in: "renewal") {
                $0.condition("CertificatesReady")?.reason == "RenewalFailed"
            }
            #expect(
                failing.condition("CertificatesReady")?.message.contains(
                    "cert-manager's Certificate istio-ingress/web is not ready: Expired: the issuer does not answer")
                    ?? false)
            #expect(failing.isTrue("Ready"))
            #expect(failing.row(Site.canary)["reason"] == "RenewalFailed")
            try await site.untilTold("RenewalFailed", "the issuer does not answer", in: "renewal")

            // Without cert-manager all is as it was: what is left is that the others have another version.
            try await member("delete", "crd", "certificates.cert-manager.io")
            try await site.until("nothing is said any more", in: "renewal") {
                $0.condition("CertificatesReady")?.reason == "CertificateStale"
            }
        }

        /// cert-manager notes in a Secret which Certificate it belongs to.
        private func annotate(_ secret: String, _ site: Site) async throws {
            try await site.member(Site.canary)(
                "annotate", "secret", secret, "-n", Site.gatewayNamespace, "--overwrite",
                "cert-manager.io/certificate-name=web")
        }

        /// Writes the status of the Certificate as cert-manager does.
        private func say(_ condition: JSONValue, _ renewalTime: String, _ site: Site) async throws {
            _ = try await Site.client(Site.canary, site.fleet, site.transport).mergePatch(
                ["status": ["conditions": [condition], "renewalTime": .string(renewalTime)]],
                resource: Self.certificates, key: ObjectKey(namespace: Site.gatewayNamespace, name: "web"),
                fieldManager: "cert-manager-certificates-readiness", subresource: "status")
        }

        private func untilCertificate(_ what: String, _ site: Site, _ holds: @Sendable (JSONValue) -> Bool)
            async throws
        {
            _ = try await site.host.until("the certificate in the AccessPointTarget \(what)") { record in
                record.objects("AccessPointTarget", in: "renewal").first {
                    $0.spec?["clusterName"]?.stringValue == Site.canary
                        && $0.status?["certificates"]?[0].map(holds) ?? false
                }
            }
        }

        private static let certificate = """
            apiVersion: cert-manager.io/v1
            kind: Certificate
            metadata: {name: web, namespace: istio-ingress}
            spec: {secretName: checkout-renewal, dnsNames: [checkout.renewal.example.com]}
            """

        /// As much of cert-manager's CRD as is asked of it.
        private static let definition = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: certificates.cert-manager.io}
            spec:
              group: cert-manager.io
              scope: Namespaced
              names: {kind: Certificate, listKind: CertificateList, plural: certificates, singular: certificate}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}}
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """
    }
}
