/// What an API server says about a request: `metav1.Status`.
public struct APIStatus: Sendable, Hashable {
    /// `Success` or `Failure`.
    public var status: String
    /// The HTTP status code that the server meant; nil if it gave none.
    public var code: Int?
    /// The machine-readable reason, such as `NotFound` or `Conflict`; empty if the server gave none.
    public var reason: String
    /// The sentence for people.
    public var message: String
    /// What the request was about and what exactly was wrong.
    public var details: Details?

    /// Makes a status from its members.
    public init(status: String, code: Int?, reason: String, message: String, details: Details? = nil) {
        self.status = status
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
    }

    /// The object of the request and the causes of its failure.
    public struct Details: Sendable, Hashable {
        /// The name of the object; empty if the server gave none.
        public var name = ""
        /// The API group; empty for the core group.
        public var group = ""
        /// The kind, or in many replies the resource.
        public var kind = ""
        /// The uid of the object; empty if the server gave none.
        public var uid = ""
        /// One entry per wrong field or conflicting manager.
        public var causes: [Cause] = []
        /// The seconds after which the server asks to try again.
        public var retryAfterSeconds: Int?

        /// Makes empty details.
        public init() {}
    }

    /// One thing that was wrong.
    public struct Cause: Sendable, Hashable {
        /// The machine-readable reason, such as `FieldManagerConflict`.
        public var reason: String
        /// The sentence for people.
        public var message: String
        /// The path of the field, as the server writes it.
        public var field: String

        /// Makes a cause from its members.
        public init(reason: String, message: String, field: String) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }
}

extension APIStatus: CustomStringConvertible {
    /// The code, the reason and the message, as far as they are known.
    public var description: String {
        let head = [code.map(String.init) ?? "", reason].filter { !$0.isEmpty }.joined(separator: " ")
        return [head, message].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
