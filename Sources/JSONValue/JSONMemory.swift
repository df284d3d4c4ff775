// The only file of the room with unsafe code. Words are read only where eight bytes remain; strings are made of ranges
// that `Span.extracting` has checked; the places of the stack are initialised exactly below its count. With `Array`
// in place of the stack, parsing takes 15 % more instructions.

extension JSONScanner {
    /// The first offset from `start` whose byte cannot stand for itself in an ASCII string: a quote, a backslash, a
    /// control byte or a byte from 0x80; the end of the text if there is none.
    @inline(__always)
    static func plainEnd(_ source: Span<UInt8>, from start: Int) -> Int {
        var next = start
        while next + 8 <= source.count {
            let word = word(source, at: next)
            // The high bit of a byte is set if it is below 0x20, a quote, a backslash or not ASCII. A borrow can
            // only spoil bytes after the first hit, and only the first one counts.
            let controls = word &- repeated(0x20)
            let quotes = (word ^ repeated(UInt8(ascii: "\""))) &- repeated(0x01)
            let backslashes = (word ^ repeated(UInt8(ascii: "\\"))) &- repeated(0x01)
            let hits = (controls | quotes | backslashes | word) & repeated(0x80)
            if hits != 0 { return next + hits.trailingZeroBitCount / 8 }
            next += 8
        }
        while next < source.count {
            let byte = source[next]
            if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            next += 1
        }
        return next
    }

    /// Eight times the same byte.
    @inline(__always)
    private static func repeated(_ byte: UInt8) -> UInt64 {
        UInt64(byte) &* 0x0101_0101_0101_0101
    }

    /// Eight bytes of the text, the first one lowest; the caller has checked that they exist.
    @inline(__always)
    static func word(_ source: Span<UInt8>, at offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: source.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The string of a range of bytes that are known to be UTF-8.
    @inline(__always)
    static func string(_ source: Span<UInt8>, _ range: Range<Int>) -> String {
        unsafe source.extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension JSONScanner {
    /// The first eight bytes of a range, the first one highest, with zeros behind a shorter range.
    @inline(__always)
    static func prefix(_ source: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        guard range.lowerBound + 8 <= source.count else {
            var prefix: UInt64 = 0
            for offset in 0..<8 {
                let byte = offset < range.count ? source[range.lowerBound + offset] : 0
                prefix = prefix << 8 | UInt64(byte)
            }
            return prefix
        }
        let word = word(source, at: range.lowerBound).byteSwapped
        return range.count >= 8 ? word : word & ~(UInt64.max >> UInt64(8 * range.count))
    }

    /// Negative, zero or positive as the bytes of `left` come before, equal or come after those of `right`.
    @inline(__always)
    static func byteOrder(_ source: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>) -> Int {
        let common = min(left.count, right.count)
        var offset = 0
        while offset + 8 <= common {
            let mine = word(source, at: left.lowerBound + offset)
            let others = word(source, at: right.lowerBound + offset)
            if mine != others { return mine.byteSwapped < others.byteSwapped ? -1 : 1 }
            offset += 8
        }
        while offset < common {
            let difference = Int(source[left.lowerBound + offset]) - Int(source[right.lowerBound + offset])
            if difference != 0 { return difference }
            offset += 1
        }
        return left.count - right.count
    }
}

/// Children that wait until their container ends, so that it is allocated once and at its exact size.
///
/// Elements move in and out; no reference is counted on the way.
@safe struct JSONChildStack<Element>: ~Copyable {
    private var storage: UnsafeMutableBufferPointer<Element>
    private(set) var count = 0

    init() {
        unsafe storage = .allocate(capacity: 16)
    }

    deinit {
        unsafe storage.extracting(0..<count).deinitialize()
        unsafe storage.deallocate()
    }

    @inline(__always)
    mutating func push(_ element: consuming Element) {
        if unsafe count == storage.count { grow() }
        unsafe storage.initializeElement(at: count, to: element)
        count += 1
    }

    private mutating func grow() {
        let larger = UnsafeMutableBufferPointer<Element>.allocate(capacity: 2 * count)
        _ = unsafe larger.moveInitialize(fromContentsOf: storage)
        unsafe storage.deallocate()
        unsafe storage = larger
    }

    /// Removes the elements from `base` on, which is at most `count`, and gives them in order.
    @inline(__always)
    mutating func take(from base: Int) -> [Element] {
        take(from: base, order: base..<count)
    }

    /// Removes the elements from `base` on and gives them in `order`, a permutation of their places.
    @inline(__always)
    mutating func take(from base: Int, order: some Sequence<Int>) -> [Element] {
        var taken: [Element] = []
        taken.reserveCapacity(count - base)
        for place in order { unsafe taken.append(storage.moveElement(from: place)) }
        count = base
        return taken
    }

    /// Removes the elements from `base` on, which is at most `count`.
    @inline(__always)
    mutating func drop(from base: Int) {
        unsafe storage.extracting(base..<count).deinitialize()
        count = base
    }

    /// The last element, which must exist.
    var last: Element {
        @inline(__always) get { unsafe storage[count - 1] }
        @inline(__always) _modify { yield unsafe &storage[count - 1] }
    }

    /// The element at `place`, which must be below `count`.
    subscript(place: Int) -> Element {
        @inline(__always) get { unsafe storage[place] }
    }
}
