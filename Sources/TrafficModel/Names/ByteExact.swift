/// Compares strings from input by their UTF-8 bytes.
///
/// Swift's own `==` takes canonically equivalent strings for equal ("é" in one or two code points); the servers
/// compare bytes.
func sameBytes(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
