import ArgumentParser
import JSONValue

/// The forms in which results are written.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case yaml
    case json
    case table
}

extension JSONValue {
    /// The value on several lines, as kubectl writes it.
    var indented: String {
        var text = ""
        write(to: &text, indent: "")
        return text
    }

    private func write(to text: inout String, indent: String) {
        let inner = indent + "    "
        switch self {
        case .object(let members) where !members.isEmpty:
            text += "{"
            for (index, member) in members.enumerated() {
                text += (index == 0 ? "\n" : ",\n") + inner + JSONValue.string(member.key).text() + ": "
                member.value.write(to: &text, indent: inner)
            }
            text += "\n\(indent)}"
        case .array(let elements) where !elements.isEmpty:
            text += "["
            for (index, element) in elements.enumerated() {
                text += (index == 0 ? "\n" : ",\n") + inner
                element.write(to: &text, indent: inner)
            }
            text += "\n\(indent)]"
        default: text += self.text()
        }
    }

    /// The value in one short line.
    var brief: String {
        let text = self.text().onOneLine
        return text.unicodeScalars.count > 100 ? String(text.unicodeScalars.prefix(99)) + "…" : text
    }
}
