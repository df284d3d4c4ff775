/// Compares strings by their UTF-8 bytes.
///
/// Swift's own `==` takes canonically equivalent strings for equal ("é" in one or two code points); a Kubernetes
/// API server compares bytes, and so must everything that identifies an object.
enum ByteOrder {
    static func equal(_ left: String, _ right: String) -> Bool {
        // The first test is a fast memory comparison for the ordinary case of two different names.
        left == right && left.utf8.elementsEqual(right.utf8)
    }

    static func less(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    static func less(_ left: [String], _ right: [String]) -> Bool {
        left.lexicographicallyPrecedes(right, by: less)
    }
}
