import JSONValue
import KubeModel
import TrafficModel

/// An object of one target on its way through the overrides: what it is stands fixed, what it says may change.
struct Draft {
    let template: String
    let kind: TrafficKind
    let key: ObjectKey
    let apiVersion: String
    var body: JSONValue
    /// Whether an override has touched it.
    var isChanged = false
}

/// One thing that a body may not say; it becomes a problem where it is known how the body came about.
struct Violation {
    let code: RenderProblem.Code
    let pointer: JSONPointer
    let message: String
    let remedy: String

    init(_ code: RenderProblem.Code, _ pointer: [String], _ message: String, _ remedy: String) {
        self.code = code
        self.pointer = JSONPointer(tokens: pointer)
        self.message = message
        self.remedy = remedy
    }
}
