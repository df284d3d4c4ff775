/// The text of a list as a kube-apiserver answers it: VirtualServices with managedFields, minified.
struct VirtualServiceList {
    /// The order in which the members of objects stand in the text.
    enum MemberOrder: String, CaseIterable {
        /// By key, as API servers write custom resources.
        case sorted
        /// As Go structs declare them, which is how API servers write built-in kinds.
        case declared
    }

    let count: Int
    let order: MemberOrder

    func text() -> [UInt8] {
        let items = (0..<count).map(item).joined(separator: ",")
        let list = object([
            ("kind", #""VirtualServiceList""#), ("apiVersion", #""networking.istio.io/v1""#),
            ("metadata", object([("continue", #""""#), ("resourceVersion", #""9182736""#)])),
            ("items", "[\(items)]"),
        ])
        return Array(list.utf8)
    }

    private func item(_ number: Int) -> String {
        object([
            ("kind", #""VirtualService""#), ("apiVersion", #""networking.istio.io/v1""#),
            ("metadata", metadata(number)), ("spec", spec(number)),
        ])
    }

    private func metadata(_ number: Int) -> String {
        object([
            ("name", #""checkout-\#(number)""#), ("namespace", #""shop-\#(number % 40)""#),
            ("uid", #""6c9f8d4b-7d21-4c1e-9a53-\#(String(100_000_000_000 + number))""#),
            ("resourceVersion", #""\#(812_345 + number)""#), ("generation", "\(number % 7 + 1)"),
            ("creationTimestamp", #""2026-03-04T05:06:07Z""#),
            (
                "labels",
                object([
                    ("app.kubernetes.io/managed-by", #""accesspoint-operator""#),
                    ("accesspoint.io/accesspoint", #""checkout-\#(number)""#),
                    ("accesspoint.io/namespace", #""shop-\#(number % 40)""#), ("team", #""payments""#),
                ])
            ),
            (
                "annotations",
                object([
                    ("accesspoint.io/template", #""route""#),
                    ("accesspoint.io/hash", #""9b74c9897bac770ffc029102a200c5de\#(number)""#),
                ])
            ),
            ("managedFields", "[\(managedFields)]"),
        ])
    }

    private var managedFields: String {
        let apply = manager("accesspoint-operator", "Apply", ownedFields)
        let team = object([("f:metadata", object([("f:labels", object([("f:team", "{}")]))]))])
        return apply + "," + manager("kubectl-label", "Update", team)
    }

    private func manager(_ name: String, _ operation: String, _ fields: String) -> String {
        object([
            ("manager", "\"\(name)\""), ("operation", "\"\(operation)\""),
            ("apiVersion", #""networking.istio.io/v1""#), ("time", #""2026-03-04T05:06:07Z""#),
            ("fieldsType", #""FieldsV1""#), ("fieldsV1", fields),
        ])
    }

    private var ownedFields: String {
        let leaf = "{}"
        return object([
            (
                "f:metadata",
                object([
                    (
                        "f:annotations",
                        object([("f:accesspoint.io/hash", leaf), ("f:accesspoint.io/template", leaf)])
                    ),
                    (
                        "f:labels",
                        object([
                            ("f:accesspoint.io/accesspoint", leaf), ("f:accesspoint.io/namespace", leaf),
                            ("f:app.kubernetes.io/managed-by", leaf),
                        ])
                    ),
                ])
            ),
            ("f:spec", object([("f:gateways", leaf), ("f:hosts", leaf), ("f:http", leaf)])),
        ])
    }

    private func spec(_ number: Int) -> String {
        object([
            ("hosts", #"["checkout-\#(number).shop.example.com","checkout-\#(number).eu.shop.example.com"]"#),
            ("gateways", #"["istio-ingress/public","mesh"]"#),
            ("http", "[\(route(number, "/api/v1", weight: 90)),\(route(number, "/static", weight: 10))]"),
        ])
    }

    private func route(_ number: Int, _ prefix: String, weight: Int) -> String {
        object([
            ("match", "[\(object([("uri", object([("prefix", "\"\(prefix)/\(number)\"")]))]))]"),
            ("route", "[\(destination(number, "v1", weight)),\(destination(number, "v2", 100 - weight))]"),
            ("timeout", #""2.5s""#),
            (
                "retries",
                object([
                    ("attempts", "3"), ("perTryTimeout", #""0.8s""#), ("retryOn", #""5xx,connect-failure,reset""#),
                ])
            ),
        ])
    }

    private func destination(_ number: Int, _ subset: String, _ weight: Int) -> String {
        object([
            (
                "destination",
                object([
                    ("host", #""checkout-\#(number).shop-\#(number % 40).svc.cluster.local""#),
                    ("subset", #""\#(subset)""#), ("port", object([("number", "8080")])),
                ])
            ),
            ("weight", "\(weight)"),
        ])
    }

    private func object(_ members: [(String, String)]) -> String {
        let ordered = order == .sorted ? members.sorted { $0.0 < $1.0 } : members
        return "{" + ordered.map { #""\#($0.0)":\#($0.1)"# }.joined(separator: ",") + "}"
    }
}
