/// `networking/v1alpha3/service_entry.proto`.
extension Message {
    /// The spec of a ServiceEntry.
    static let serviceEntry = Message(
        "ServiceEntry",
        [
            ("hosts", .list(.string, count: 1...256)), ("addresses", .list(.text(0...64), count: 0...256)),
            ("ports", .messages(.servicePort, count: 0...256)),
            ("location", .choice(["MESH_EXTERNAL", "MESH_INTERNAL"])),
            ("resolution", .choice(["NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS"])),
            ("endpoints", .messages(.workloadEntry, count: 0...4096)),
            ("workloadSelector", .message(.workloadSelector)), ("exportTo", .names), ("subjectAltNames", .strings),
        ], required: ["hosts"], oneOf: [["workloadSelector", "endpoints"]])

    private static let servicePort = Message(
        "ServicePort",
        [("number", .port), ("protocol", .text(0...256)), ("name", .text(0...256)), ("targetPort", .port)],
        required: ["number", "name"])
}
