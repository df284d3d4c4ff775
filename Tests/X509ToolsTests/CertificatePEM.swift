/// The PEM of one certificate.
func pem(_ der: [UInt8]) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: der.count, by: 3) {
        let group = Array(der[start..<min(start + 3, der.count)])
        let padded = group + [UInt8](repeating: 0, count: 3 - group.count)
        let bits = Int(padded[0]) << 16 | Int(padded[1]) << 8 | Int(padded[2])
        let digits = stride(from: 18, through: 0, by: -6).map { alphabet[bits >> $0 & 63] }
        text += digits.prefix(group.count + 1) + [UInt8](repeating: UInt8(ascii: "="), count: 3 - group.count)
        if start % 48 == 45 { text.append(UInt8(ascii: "\n")) }
    }
    return [UInt8](HostilePEMTests.begin.utf8) + text + [UInt8](("\n" + HostilePEMTests.finish).utf8)
}
