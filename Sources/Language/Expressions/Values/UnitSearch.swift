/// Finds a sequence of bytes or UTF-16 units in a longer one in linear time (Knuth, Morris and Pratt), so that hostile
/// patterns cost no more than others.
struct UnitSearch<Unit: FixedWidthInteger> {
    private let needle: [Unit]
    private let failures: [Int]

    /// Prepares the search for a sequence that is not empty.
    init(_ needle: [Unit]) {
        self.needle = needle
        var failures = [Int](repeating: 0, count: needle.count)
        var matched = 0
        var index = 1
        while index < needle.count {
            while matched > 0, needle[index] != needle[matched] { matched = failures[matched - 1] }
            if needle[index] == needle[matched] { matched += 1 }
            failures[index] = matched
            index += 1
        }
        self.failures = failures
    }

    /// Calls `body` with the place of each occurrence, in order, until it says false.
    ///
    /// - Parameters:
    ///   - units: The sequence to search.
    ///   - overlapping: Whether the next occurrence may begin inside the last one.
    ///   - body: Takes a place and says whether to go on.
    func forEach(in units: UnsafeBufferPointer<Unit>, overlapping: Bool, _ body: (Int) -> Bool) {
        guard let first = needle.first else { return }
        var matched = 0
        var index = 0
        let count = units.count
        while index < count {
            if matched == 0 {
                while index < count, units[index] != first { index += 1 }
                if index == count { return }
                matched = 1
                index += 1
            } else {
                while matched > 0, units[index] != needle[matched] { matched = failures[matched - 1] }
                if units[index] == needle[matched] { matched += 1 }
                index += 1
            }
            if matched == needle.count {
                if !body(index - matched) { return }
                matched = overlapping ? failures[matched - 1] : 0
            }
        }
    }
}

/// Where texts occur in texts.
enum TextSearch {
    /// Calls `body` with the places in UTF-8 bytes of the occurrences of a text that is not empty, one after the other.
    static func forEachPlace(of needle: String, in text: String, _ body: (Int) -> Void) {
        let search = UnitSearch(Array(needle.utf8))
        var copy = text
        copy.withUTF8 { units in
            search.forEach(in: units, overlapping: false) {
                body($0)
                return true
            }
        }
    }

    /// The number of occurrences of a text that is not empty, one after the other.
    static func count(of needle: String, in text: String) -> Int {
        var count = 0
        forEachPlace(of: needle, in: text) { _ in count += 1 }
        return count
    }

    /// Whether a text that is not empty occurs.
    static func contains(_ needle: String, in text: String) -> Bool {
        guard needle.utf8.count <= text.utf8.count else { return false }
        let search = UnitSearch(Array(needle.utf8))
        var found = false
        var copy = text
        copy.withUTF8 { units in
            search.forEach(in: units, overlapping: false) { _ in
                found = true
                return false
            }
        }
        return found
    }

    /// The places in UTF-16 units of the occurrences without regard to case, overlapping ones too, until `body` says no.
    static func forEachIgnoringCase(of needle: String, in text: String, _ body: (Int) -> Bool) {
        if TextUnits.isASCII(needle), TextUnits.isASCII(text) {
            let search = UnitSearch(needle.utf8.map(CaseMapping.upperASCII))
            let units = text.utf8.map(CaseMapping.upperASCII)
            units.withUnsafeBufferPointer { search.forEach(in: $0, overlapping: true, body) }
        } else {
            let search = UnitSearch(Array(CaseMapping.upper(needle).utf16))
            let units = Array(CaseMapping.upper(text).utf16)
            units.withUnsafeBufferPointer { search.forEach(in: $0, overlapping: true, body) }
        }
    }
}
