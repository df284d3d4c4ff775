import KubeClient
import KubeModel
import Testing

@Suite("What a 403 is about")
struct DenialTests {
    private static func refused(_ message: String, cause: String? = nil) -> APIError {
        var details = APIStatus.Details()
        if let cause { details.causes = [APIStatus.Cause(reason: cause, message: "", field: "metadata.namespace")] }
        let status = APIStatus(status: "Failure", code: 403, reason: "Forbidden", message: message, details: details)
        return APIError(
            APIOperation(.apply, .services, namespace: "shop", name: "web", dryRun: true), cluster: "eu-1",
            .response(code: 403, status, retryAfter: nil))
    }

    @Test(
        "the server's sentence tells quota, permission and webhook apart, and each has its own remedy",
        arguments: [
            (
                #"services "web" is forbidden: exceeded quota: vips, requested: services=1, used: services=2, limited: services=2"#,
                .quota("vips"), "raise ResourceQuota shop/vips there, or remove something that it counts"
            ),
            (
                #"services "web" is forbidden: status unknown for quota: vips, resources: services"#, .quota("vips"),
                "raise ResourceQuota shop/vips there"
            ),
            (
                #"services "web" is forbidden: failed quota: vips: must specify limits.cpu"#, .quota("vips"),
                "ResourceQuota shop/vips"
            ),
            (
                #"services "web" is forbidden: insufficient quota to match these scopes: [{PriorityClass In [a]}]"#,
                .quota(nil), "add a ResourceQuota that allows it"
            ),
            (
                #"virtualservices.networking.istio.io "web" is forbidden: User "operator" cannot patch resource "virtualservices" in API group "networking.istio.io" in the namespace "shop""#,
                .permission(.init(verb: "patch", resource: "virtualservices.networking.istio.io")),
                "grant the operator's user patch on virtualservices.networking.istio.io"
            ),
            (
                #"services "web" is forbidden: User "a \"b\"" cannot create resource "services" in API group "" in the namespace "shop": RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found"#,
                .permission(.init(verb: "create", resource: "services")), "grant the operator's user create on services"
            ),
            (
                #"services is forbidden: User "operator" cannot list resource "services" in API group "" at the cluster scope"#,
                .permission(.init(verb: "list", resource: "services")), "grant the operator's user list on services"
            ),
            ("no", .permission(nil), "grant the operator's user this verb on this resource"),
            (#"User "x" cannot resource "#, .permission(nil), "grant"),
            (
                #"admission webhook "quota.example.com" denied the request: services "web" is forbidden: exceeded quota: x, no"#,
                .admission, "change the object, or what refuses it"
            ),
            (
                "services \"web\" is forbidden: ValidatingAdmissionPolicy 'a' with binding 'b' denied request: too big",
                .admission, "change the object, or what refuses it"
            ),
        ] as [(String, Denial, String)])
    func told(message: String, denial: Denial, remedy: String) {
        let error = Self.refused(message)
        #expect(error.denial == denial)
        #expect(error.description.contains(remedy), "\(error)")
        #expect(error.disposition == .denied)
    }

    @Test("fields that are wrong are named once: behind the sentence of a server that does not say them")
    func fields() {
        func refused(_ message: String) -> String {
            var details = APIStatus.Details()
            details.causes = [
                APIStatus.Cause(reason: "FieldValueInvalid", message: "no", field: "spec.http[0].timeout")
            ]
            let status = APIStatus(
                status: "Failure", code: 422, reason: "Invalid", message: message, details: details)
            return APIError(
                APIOperation(.apply, .services), cluster: "eu-1", .response(code: 422, status, retryAfter: nil)
            ).description
        }
        #expect(refused("too long").contains(": too long (spec.http[0].timeout) -- "))
        #expect(refused("spec.http[0].timeout: too long").contains(": spec.http[0].timeout: too long -- "))
    }

    @Test("what to do about it is said to whoever made the request")
    func requester() {
        let caller = Requester(account: "your user", machine: "this machine")
        let message = #"secrets "a" is forbidden: User "jane" cannot get resource "secrets" in API group """#
        #expect(Self.refused(message).message(for: caller).hasSuffix(" -- grant your user get on secrets"))
        #expect(Self.refused("no").message(for: caller).hasSuffix(" -- grant your user this verb on this resource"))
        let dead = APIError(
            APIOperation(.get, .services), cluster: "eu-1", .transport(TransportError(.connectionRefused)))
        #expect(dead.message(for: caller).hasSuffix("firewall let this machine reach it"))
        #expect(dead.description.hasSuffix("firewall let the operator reach it"))
    }

    @Test("a namespace that is being deleted is told by the cause, not by the words")
    func terminating() {
        let message =
            #"services "web" is forbidden: unable to create new content in namespace shop because it is being terminated"#
        #expect(Self.refused(message, cause: "NamespaceTerminating").denial == .namespaceTerminating)
        #expect(Self.refused(message).denial == .permission(nil))
    }

    @Test("a 403 without a Status is a missing permission, and no other code is a denial")
    func others() {
        let plain = APIError(
            APIOperation(.get, .services), cluster: "eu-1", .response(code: 403, nil, retryAfter: nil))
        #expect(plain.denial == .permission(nil))
        let missing = APIError(
            APIOperation(.get, .services), cluster: "eu-1", .response(code: 404, nil, retryAfter: nil))
        #expect(missing.denial == nil)
    }
}
