import JSONValue

/// The members of one object of a kubeconfig, read by name and type; errors name the place and never a value.
struct KubeconfigFields {
    let subject: String
    let members: JSONObject

    init(_ json: JSONValue?, _ subject: String) throws(KubeconfigError) {
        guard let members = json?.objectValue else {
            throw KubeconfigError(subject, "is missing or not a mapping", "write the kubeconfig as kubectl does")
        }
        self.subject = subject
        self.members = members
    }

    /// The names of members that are present and not null.
    var present: [String] { members.filter { !$0.value.isNull }.map(\.key) }

    /// A text; nil if missing, null or empty.
    func text(_ key: String) throws(KubeconfigError) -> String? {
        guard let value = members[key], !value.isNull else { return nil }
        guard let text = value.stringValue else { throw wrong(key, "is not a string", "put it in quotes") }
        return text.isEmpty ? nil : text
    }

    /// A switch; false if missing or null.
    func flag(_ key: String) throws(KubeconfigError) -> Bool {
        guard let value = members[key], !value.isNull else { return false }
        guard let flag = value.boolValue else { throw wrong(key, "is neither true nor false", "write true or false") }
        return flag
    }

    /// Bytes in Base64; nil if missing, null or empty.
    func data(_ key: String) throws(KubeconfigError) -> [UInt8]? {
        guard let text = try text(key) else { return nil }
        guard let bytes = Base64.decode(text) else {
            throw wrong(key, "is not Base64", "encode the PEM file with base64 -w0")
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// A list of objects; empty if missing or null.
    func objects(_ key: String) throws(KubeconfigError) -> [JSONValue] {
        guard let value = members[key], !value.isNull else { return [] }
        guard let list = value.arrayValue else {
            throw wrong(key, "is not a list", "write the kubeconfig as kubectl does")
        }
        return list
    }

    /// A list of texts; empty if missing or null.
    func texts(_ key: String, allowsEmpty: Bool = false) throws(KubeconfigError) -> [String] {
        var texts: [String] = []
        for element in try objects(key) {
            guard let text = element.stringValue, allowsEmpty || !text.isEmpty else {
                throw wrong(
                    key, "holds something else than \(allowsEmpty ? "" : "non-empty ")strings", "put each in quotes")
            }
            texts.append(text)
        }
        return texts
    }

    func wrong(_ key: String, _ problem: String, _ remedy: String) -> KubeconfigError {
        KubeconfigError(subject.isEmpty ? key : "\(subject).\(key)", problem, remedy)
    }
}
