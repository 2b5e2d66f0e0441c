/// A pattern for names: `*` stands for any characters, `?` for one; without regard to the case of ASCII letters.
struct NamePattern: Sendable {
    private let pattern: [UInt8]

    /// Reads a pattern.
    ///
    /// - Throws: ``FileFailure`` when it is longer than 255 bytes, which no name is.
    init(_ text: String) throws {
        guard text.utf8.count <= 255 else {
            throw FileFailure(400, "InvalidPattern", "The pattern is longer than 255 bytes.")
        }
        pattern = Array(text.lowercased().utf8)
    }

    /// Whether a name fits; never more steps than pattern times name.
    func matches(_ name: String) -> Bool {
        let name = Array(name.lowercased().utf8)
        var (place, at) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while at < name.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = (place, at)
                place += 1
            } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") || pattern[place] == name[at] {
                place += 1
                at += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                place = last.pattern + 1
                at = last.name + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
