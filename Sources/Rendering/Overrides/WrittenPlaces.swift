import JSONValue

/// The places of one object that overrides have written so far, to tell where a later one writes over an earlier one.
///
/// An override writes a whole value: what is in it is written by it too, until a later one writes there.
struct WrittenPlaces {
    fileprivate struct Writing {
        let override: String
        /// What was written; nil if something was removed.
        let value: JSONValue?

        /// What was written there inside; nil if nothing was.
        func inside(_ step: String) -> Writing? {
            value?.value(at: JSONPointer(tokens: [step])).map { Writing(override: override, value: $0) }
        }
    }

    /// What was written at a place, and after that inside of it, by the bytes of the next step.
    fileprivate struct Place {
        var writing: Writing?
        var inner: [[UInt8]: Place] = [:]
    }

    private var root = Place()

    /// A place that two overrides write differently.
    struct Overlap: Hashable {
        let pointer: JSONPointer
        let earlier: String
    }

    /// The most that is told of one object: two overrides that rewrite one long list meet at every element.
    static let limit = 16

    /// Notes what an override has made of an object.
    ///
    /// A place counts only where the override finds exactly what the earlier one has put there: elements that have moved
    /// in a list are other elements. To write what stands there already is no change but a writing all the same.
    /// - Parameters:
    ///   - statements: what the override says that places hold.
    ///   - old: the object before.
    ///   - new: the object after.
    ///   - override: its name.
    /// - Returns: the first places that another override wrote before, in the order of the document.
    mutating func note(
        _ statements: [OverrideStage.Statement], from old: JSONValue, to new: JSONValue, by override: String
    ) -> [Overlap] {
        var overlaps: [Overlap] = []
        for change in FieldChange.between(old, and: new) {
            if overlaps.count < Self.limit, let earlier = writer(before: change, otherThan: override) {
                overlaps.append(Overlap(pointer: change.pointer, earlier: earlier))
            }
            root.reach(change.pointer.tokens[...]) {
                $0 = Place(writing: Writing(override: override, value: change.after))
            }
        }
        for statement in statements {
            guard let before = old.value(at: statement.place), let after = new.value(at: statement.place) else {
                continue
            }
            root.reach(statement.place.tokens[...]) { $0.keep(statement.value, before, after, by: override) }
        }
        return overlaps
    }

    /// Which other override wrote what a change takes away or replaces.
    private func writer(before change: FieldChange, otherThan override: String) -> String? {
        var (place, nearest) = (Optional(root), root.writing)
        for step in change.pointer.tokens {
            place = place?.inner[Array(step.utf8)]
            nearest = place?.writing ?? nearest?.inside(step)
        }
        if let nearest, nearest.value == change.before, nearest.override != override { return nearest.override }
        guard let before = change.before else { return nil }
        return place?.writer(in: before, otherThan: override)
    }
}

extension WrittenPlaces.Place {
    mutating func reach(_ steps: ArraySlice<String>, _ body: (inout Self) -> Void) {
        guard let step = steps.first else { return body(&self) }
        inner[Array(step.utf8), default: Self()].reach(steps.dropFirst(), body)
    }

    /// Notes the plain values and lists of a statement that were there before and still are.
    ///
    /// A list of which the statement changes a part says the rest of it only because it has to.
    mutating func keep(_ statement: JSONValue, _ before: JSONValue, _ after: JSONValue, by override: String) {
        switch statement {
        case .null: break
        case .object(let members):
            for member in members {
                guard let before = before[member.key], let after = after[member.key] else { continue }
                inner[Array(member.key.utf8), default: Self()].keep(member.value, before, after, by: override)
            }
        default:
            guard statement == before, statement == after else { return }
            writing = WrittenPlaces.Writing(override: override, value: statement)
        }
    }

    /// Which other override wrote a part of a value that stands here, the first in the order of the document.
    func writer(in value: JSONValue, otherThan override: String) -> String? {
        if let writing, writing.value == value, writing.override != override { return writing.override }
        guard !inner.isEmpty else { return nil }
        switch value {
        case .object(let members):
            return members.lazy.compactMap { inner[Array($0.key.utf8)]?.writer(in: $0.value, otherThan: override) }
                .first
        case .array(let elements):
            return elements.indices.lazy.compactMap { index in
                inner[Array(String(index).utf8)]?.writer(in: elements[index], otherThan: override)
            }.first
        default: return nil
        }
    }
}
