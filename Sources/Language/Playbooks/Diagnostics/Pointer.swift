/// Building and reading of JSON pointers (RFC 6901) as plain text.
enum Pointer {
    /// The pointer of member `name` below `base`.
    static func child(_ base: String, _ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return base + "/" + name
        }
        var escaped = base + "/"
        for character in name.unicodeScalars {
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    /// The pointer of element `index` below `base`.
    static func child(_ base: String, _ index: Int) -> String {
        base + "/" + String(index)
    }

    /// The pointer above, or nil for the whole document.
    static func parent(_ pointer: String) -> String? {
        guard let slash = pointer.lastIndex(of: "/") else {
            return nil
        }
        return String(pointer[..<slash])
    }

    /// Whether `pointer` is `base` or lies below it.
    static func isWithin(_ pointer: String, _ base: String) -> Bool {
        guard pointer.hasPrefix(base) else {
            return false
        }
        let rest = pointer.dropFirst(base.count)
        return rest.isEmpty || rest.first == "/"
    }
}
