import Testing

/// A spec that is wrong in one place: an AccessPoint that is right but for one text replaced in it.
struct BadSpec: Sendable, CustomTestStringConvertible {
    /// Who refuses it.
    enum Door: Sendable, Hashable {
        /// The API server, by the schema of the CRD.
        case server
        /// The operator: a condition of the AccessPoint turns False with this reason.
        case condition(String, String)
    }

    /// What is wrong.
    var title: String
    var door: Door
    /// What the message holds: the field, and what to do.
    var says: [String]
    /// The text of `template` that is replaced, and by what; several pairs one after the other.
    var edits: [(String, String)]

    init(_ title: String, _ door: Door, says: [String], _ edits: (String, String)...) {
        self.title = title
        self.door = door
        self.says = says
        self.edits = edits
    }

    var testDescription: String { title }

    /// Tells the rows of all tables apart.
    var number: Int {
        (Self.byRule + Self.byRendering).firstIndex { $0.title == title } ?? -1
    }

    /// The manifest with the fault in it.
    func manifest(name: String, namespace: String) throws -> String {
        var text = Self.template
        for (old, new) in edits {
            guard text.contains(old) else { throw StageError("'\(title)': the template holds no '\(old)'") }
            text = text.replacing(old, with: new, maxReplacements: 1)
        }
        return text.replacing("NAME", with: name).replacing("SPACE", with: namespace)
    }

    /// A right AccessPoint, so written that each fault is one replacement.
    private static let template = """
        apiVersion: accesspoint.io/v1alpha1
        kind: AccessPoint
        metadata: {name: NAME, namespace: SPACE}
        spec:
          scope: {level: AvailabilityZone, regions: [us-west, us-east, eu-central]}
          trafficTemplate:
          - name: vip
            object:
              apiVersion: v1
              kind: Service
              metadata: {name: NAME-SPACE-vip, namespace: istio-ingress}
              spec: {type: LoadBalancer, selector: {istio: ingressgateway}, ports: [{name: https, port: 443, targetPort: 8443}]}
          - name: route
            object:
              apiVersion: networking.istio.io/v1
              kind: VirtualService
              metadata: {name: NAME, labels: {team: shop}}
              spec: {hosts: [NAME.example.com], http: [{timeout: 1s, route: [{destination: {host: NAME.SPACE.svc.cluster.local}}]}]}
          overrides:
          - name: timeout
            targets: {regions: [eu-central]}
            resources: [{template: route}]
            jsonPatch: [{op: add, path: /spec/http/0/timeout, value: 9s}]
          policy:
            rollout:
              canary: {targets: {availabilityZones: [us-west-az1]}, count: 1, gate: Manual, soakSeconds: 0}
              progressDeadlineSeconds: 600
            runtime: {drift: Correct, minAvailable: 1}
        """
}
