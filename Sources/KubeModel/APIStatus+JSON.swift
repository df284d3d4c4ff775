public import JSONValue

extension APIStatus {
    /// Reads a `Status` object; nil if the JSON is not one. Members of a wrong type read as missing.
    public init?(_ json: JSONValue) {
        guard json["kind"]?.stringValue == "Status", json["apiVersion"]?.stringValue == "v1" else { return nil }
        self.init(
            status: json["status"]?.stringValue ?? "", code: Self.count(json["code"]),
            reason: json["reason"]?.stringValue ?? "", message: json["message"]?.stringValue ?? "",
            details: json["details"].flatMap(Details.init))
    }

    /// The whole `Status` object.
    public var json: JSONValue {
        var members: JSONObject = [
            "apiVersion": "v1", "kind": "Status", "metadata": .object(JSONObject()), "status": .string(status),
        ]
        members["code"] = code.map { .integer(Int64($0)) }
        members.setText("reason", reason)
        members.setText("message", message)
        members["details"] = details?.json
        return .object(members)
    }

    fileprivate static func count(_ json: JSONValue?) -> Int? {
        json?.integerValue.flatMap(Int.init(exactly:)).flatMap { $0 > 0 ? $0 : nil }
    }
}

extension APIStatus.Details {
    fileprivate init?(_ json: JSONValue) {
        guard json.objectValue != nil else { return nil }
        name = json["name"]?.stringValue ?? ""
        group = json["group"]?.stringValue ?? ""
        kind = json["kind"]?.stringValue ?? ""
        uid = json["uid"]?.stringValue ?? ""
        retryAfterSeconds = APIStatus.count(json["retryAfterSeconds"])
        causes = (json["causes"]?.arrayValue ?? []).map { cause in
            APIStatus.Cause(
                reason: cause["reason"]?.stringValue ?? "", message: cause["message"]?.stringValue ?? "",
                field: cause["field"]?.stringValue ?? "")
        }
    }

    fileprivate var json: JSONValue {
        var members = JSONObject()
        members.setText("name", name)
        members.setText("group", group)
        members.setText("kind", kind)
        members.setText("uid", uid)
        members["retryAfterSeconds"] = retryAfterSeconds.map { .integer(Int64($0)) }
        if !causes.isEmpty { members["causes"] = .array(causes.map(\.json)) }
        return .object(members)
    }
}

extension APIStatus.Cause {
    fileprivate var json: JSONValue {
        var members = JSONObject()
        members.setText("reason", reason)
        members.setText("message", message)
        members.setText("field", field)
        return .object(members)
    }
}

extension JSONObject {
    /// Sets a member unless its text is empty: the API's `omitempty`.
    fileprivate mutating func setText(_ member: String, _ text: String) {
        if !text.isEmpty { self[member] = .string(text) }
    }
}
