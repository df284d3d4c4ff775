import JSONValue
import KubeClient
import Testing
import TrafficModel

@testable import Operator

@Suite("What the credential of a member may do")
struct MemberRightsTests {
    static let all = AccessRules(rules: [.init(groups: ["*"], resources: ["*"], verbs: ["*"])])

    static func rules(_ groups: String, _ resources: String, _ verbs: String, names: [String] = []) -> AccessRules.Rule
    {
        let words = { (text: String) in text.split(separator: " ", omittingEmptySubsequences: false).map(String.init) }
        return .init(groups: words(groups), resources: words(resources), verbs: words(verbs), names: names)
    }

    func rights(_ kinds: Set<TrafficKind>, _ answers: [String: MemberRights.Answer]) -> MemberRights {
        MemberRights(
            MemberRights.needs(of: kinds, in: ["shop"], gatewayNamespaces: ["istio-ingress"]), answers)
    }

    @Test("lists and watches are needed everywhere, writes where AccessPoints are, Services and Secrets at gateways")
    func needs() {
        let needs = MemberRights.needs(of: [.gateway, .service], in: ["shop"], gatewayNamespaces: ["istio-ingress"])
        func verbs(_ namespace: String, _ resource: String) -> [String] {
            needs.filter { $0.namespace == namespace && $0.resource == resource }.map(\.verb)
        }
        #expect(verbs(MemberRights.anywhere, "gateways") == ["list", "watch"])
        #expect(verbs("shop", "gateways") == ["get", "create", "patch", "delete"])
        #expect(verbs("istio-ingress", "services") == ["get", "create", "patch", "delete"])
        #expect(verbs("istio-ingress", "gateways").isEmpty && verbs("shop", "secrets").isEmpty)
        #expect(verbs("istio-ingress", "secrets") == ["get"])
        #expect(!needs.contains { $0.verb == "update" || $0.verb == "*" })
        let many = MemberRights.needs(of: [.service], in: (0..<100).map { "n\($0)" }, gatewayNamespaces: [])
        #expect(Set(many.map(\.namespace)).count == MemberRights.namespaceLimit + 1)
    }

    @Test("nothing is missing where all is allowed, and it is not whole until every namespace has been asked about")
    func whole() {
        let answers = ["default", "shop", "istio-ingress"].reduce(into: [String: MemberRights.Answer]()) {
            $0[$1] = .rules(Self.all)
        }
        let all = rights(Set(TrafficKind.allCases), answers)
        #expect(all.missing.isEmpty && all.doubt == nil && all.isWhole)
        var fewer = answers
        fewer["shop"] = nil
        #expect(!rights([.service], fewer).isWhole)
    }

    @Test("what is missing is named by verb, kind and namespace, with the rules that mend it")
    func missing() {
        let reading = AccessRules(rules: [
            Self.rules("networking.istio.io ", "gateways virtualservices services", "list watch")
        ])
        let writing = AccessRules(rules: [
            Self.rules("networking.istio.io", "gateways virtualservices", "get create delete"),
            Self.rules("", "services", "*"),
        ])
        let gateway = AccessRules(rules: [
            Self.rules("", "services", "get create patch delete"), Self.rules("", "secrets", "list"),
        ])
        let found = rights(
            [.gateway, .virtualService, .service],
            ["default": .rules(reading), "shop": .rules(writing), "istio-ingress": .rules(gateway)])
        #expect(
            found.description == "in shop: patch of gateways.networking.istio.io, virtualservices.networking.istio.io"
                + "; in istio-ingress: get of secrets")
        #expect(
            found.remedy
                == "a Role in shop with rules: [{apiGroups: [networking.istio.io], resources: [gateways, virtualservices],"
                + " verbs: [patch]}]; a Role in istio-ingress with rules: [{apiGroups: [\"\"], resources: [secrets],"
                + " verbs: [get]}]")
    }

    @Test("namespaces that lack the same stand together, and few of them are named")
    func folded() {
        let namespaces = (1...7).map { "n\($0)" }
        let needs = MemberRights.needs(of: [.service], in: namespaces, gatewayNamespaces: [])
        var answers: [String: MemberRights.Answer] = ["default": .rules(Self.all)]
        for name in namespaces {
            answers[name] = .rules(AccessRules(rules: [Self.rules("", "services", "get create")]))
        }
        let found = MemberRights(needs, answers)
        #expect(found.description == "in n1, n2, n3, n4, n5 and 2 more: patch, delete of services")
        #expect(
            found.remedy == "a Role in each of n1, n2, n3, n4, n5 and 2 more with rules: [{apiGroups: [\"\"],"
                + " resources: [services], verbs: [patch, delete]}]")
        answers["n3"] = .rules(Self.all)
        answers["n4"] = .rules(AccessRules(rules: []))
        #expect(
            MemberRights(needs, answers).description == "in n1, n2, n5, n6, n7: patch, delete of services"
                + "; in n4: get, create, patch, delete of services")
    }

    @Test("a namespace called default is one like any other, and Secrets may be granted by name")
    func named() {
        let needs = MemberRights.needs(of: [.service], in: ["default"], gatewayNamespaces: ["istio-ingress"])
        let reading = AccessRules(rules: [Self.rules("", "services", "list watch")])
        let gateway = AccessRules(rules: [
            Self.rules("", "services", "*"), Self.rules("", "secrets", "get", names: ["shop-tls"]),
        ])
        let found = MemberRights(needs, ["default": .rules(reading), "istio-ingress": .rules(gateway)])
        #expect(found.description == "in default: get, create, patch, delete of services")
        #expect(found.remedy.hasPrefix("a Role in default with rules: "))
        let nothing = MemberRights(
            needs, ["default": .rules(AccessRules(rules: [])), "istio-ingress": .rules(gateway)])
        #expect(nothing.description.hasPrefix("cluster-wide: list, watch of services; in default: "))
    }

    @Test("an authorizer that does not tell, and a question without an answer, leave it open")
    func doubt() {
        let quiet = AccessRules(rules: [], isIncomplete: true)
        let open = rights(
            [.service], ["default": .rules(quiet), "shop": .rules(Self.all), "istio-ingress": .rules(Self.all)])
        #expect(open.missing.isEmpty && open.doubt?.contains("authorizer") == true)
        let unread = rights(
            [.service], ["default": .unreadable("403"), "shop": .rules(Self.all), "istio-ingress": .rules(Self.all)])
        #expect(unread.missing.isEmpty && unread.doubt == "403" && unread.isWhole)
    }

    @Test("rules are read as a SelfSubjectRulesReview writes them; what is no rule allows nothing")
    func reading() {
        let rules = AccessRules([
            "resourceRules": [
                ["verbs": ["get"], "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["a"]],
                ["verbs": ["*"], "apiGroups": ["x"], "resources": ["*"]], ["verbs": "get"], 5,
            ], "incomplete": true,
        ])
        #expect(!rules.allows("get", group: "", resource: "secrets"))
        #expect(rules.allows("patch", group: "x", resource: "any") && !rules.allows("get", group: "y", resource: "any"))
        #expect(rules.isIncomplete && !AccessRules(nil).isIncomplete)
    }
}
