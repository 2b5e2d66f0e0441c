/// The way to a value as Json.NET writes it in messages: `rows[1].name`, `['a b'].c`, empty for the whole document.
public struct DottedPath: Sendable, Hashable, CustomStringConvertible {
    /// One step inwards.
    public enum Step: Sendable, Hashable {
        /// To the member of that name.
        case name(String)
        /// To the element at that index.
        case index(Int)
    }

    /// The steps from the outermost value inwards.
    public var steps: [Step]

    /// Makes a path of steps.
    public init(_ steps: [Step] = []) { self.steps = steps }

    /// The text of the path.
    public var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .index(let index):
                text += "[\(index)]"
            case .name(let name):
                if name.unicodeScalars.contains(where: Self.isSpecial) {
                    text += "['\(Self.escaped(name))']"
                } else {
                    text += text.isEmpty ? name : ".\(name)"
                }
            }
        }
        return text
    }

    private static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ".", " ", "'", "/", "\"", "[", "]", "(", ")", "\t", "\n", "\r", "\u{0C}", "\u{08}", "\\", "\u{85}",
            "\u{2028}", "\u{2029}":
            true
        default:
            false
        }
    }

    private static func escaped(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "'": result += "\\'"
            case "\\": result += "\\\\"
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\u{0C}": result += "\\f"
            case "\u{08}": result += "\\b"
            case "\u{85}": result += "\\u0085"
            case "\u{2028}": result += "\\u2028"
            case "\u{2029}": result += "\\u2029"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
