import JSONValue
import TrafficModel

/// Replaces the variables in a value and says where that was not possible.
struct Substitution {
    let variables: Variables
    /// The name of the target, for problems that concern it alone.
    let target: String
    private(set) var problems: [RenderProblem] = []

    init(variables: Variables, target: String) {
        self.variables = variables
        self.target = target
    }

    /// The value with its variables replaced.
    /// - Parameters:
    ///   - value: a template's object or an override's value.
    ///   - origin: a problem that names the template or override; its path, message and remedy are filled in.
    ///   - pointer: where the value stands in the AccessPoint.
    /// - Returns: the value; where a string was wrong it stays as it was, and the problem is kept.
    mutating func replace(_ value: JSONValue, origin: RenderProblem.Origin, at pointer: [String]) -> JSONValue {
        guard value.containsText(where: Variables.concern) else { return value }
        var found: [RenderProblem] = []
        let result = value.mapText(at: JSONPointer(tokens: pointer)) { text, place in
            do throws(Variables.Failure) {
                return try variables.substituted(text)
            } catch {
                found.append(problem(error, origin, place))
                return text
            }
        }
        problems += found
        return result
    }

    private func problem(
        _ failure: Variables.Failure, _ origin: RenderProblem.Origin, _ place: JSONPointer
    ) -> RenderProblem {
        switch failure {
        case .unknown(let name):
            origin.problem(
                .unknownVariable, path: place.fieldPath, "there is no variable $(\(Excerpt.of(name)))",
                "use one of \(Variables.list), or write $$(\(Excerpt.of(name))) to keep the text as it is")
        case .unclosed:
            origin.problem(
                .unclosedVariable, path: place.fieldPath, "a $( begins a variable but has no )",
                "add the ), or write $$( to keep the text as it is")
        case .labelMissing(let key):
            origin.problem(
                .labelMissing, path: place.fieldPath, target: target,
                "MemberCluster \(target) has no label \(Excerpt.of(key))",
                "set the label, or leave the cluster out of the placement")
        }
    }
}

extension RenderProblem {
    /// What a problem is about, apart from the field.
    struct Origin {
        var template: String?
        var override: String?
        var operation: Int?

        init(template: String? = nil, override: String? = nil, operation: Int? = nil) {
            self.template = template
            self.override = override
            self.operation = operation
        }

        func problem(
            _ code: Code, severity: Severity = .error, path: String, target: String? = nil, _ message: String,
            _ remedy: String
        ) -> RenderProblem {
            RenderProblem(
                code, severity: severity, target: target, template: template, override: override,
                operation: operation, path: path, message: message, remedy: remedy)
        }
    }
}
