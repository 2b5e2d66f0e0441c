import JSONTree

/// The functions' values.
///
/// A function of null is null; texts compare without regard to case.
enum ODataFunctions {
    static func call(_ function: ODataFunction, _ arguments: [JSON]) -> JSON {
        guard let text = arguments.first?.stringValue else { return .null }
        switch function {
        case .tolower: return .string(text.lowercased())
        case .toupper: return .string(text.uppercased())
        case .trim: return .string(trimmed(text))
        case .length: return .integer(Int64(text.count))
        case .substring: return substring(text, arguments)
        case .contains, .startswith, .endswith, .indexof, .concat:
            guard arguments.count == 2, let other = arguments[1].stringValue else { return .null }
            return call(function, text, other)
        }
    }

    private static func call(_ function: ODataFunction, _ text: String, _ other: String) -> JSON {
        let (folded, part) = (Array(text.lowercased().utf8), Array(other.lowercased().utf8))
        switch function {
        case .concat: return .string(text + other)
        case .startswith: return .bool(folded.starts(with: part))
        case .endswith: return .bool(folded.suffix(part.count).elementsEqual(part))
        case .indexof:
            guard let byte = index(of: part, in: folded) else { return .integer(-1) }
            return .integer(Int64(String(decoding: folded[..<byte], as: UTF8.self).count))
        default: return .bool(index(of: part, in: folded) != nil)
        }
    }

    private static func index(of part: [UInt8], in text: [UInt8]) -> Int? {
        guard let first = part.first else { return 0 }
        guard part.count <= text.count else { return nil }
        return (0...(text.count - part.count)).first {
            text[$0] == first && text[$0..<($0 + part.count)].elementsEqual(part)
        }
    }

    private static func substring(_ text: String, _ arguments: [JSON]) -> JSON {
        guard let start = arguments[1].integerValue, start >= 0 else { return .null }
        let rest = text.dropFirst(Int(clamping: start))
        guard arguments.count == 3 else { return .string(String(rest)) }
        guard let count = arguments[2].integerValue, count >= 0 else { return .null }
        return .string(String(rest.prefix(Int(clamping: count))))
    }

    private static func trimmed(_ text: String) -> String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        let tail = text.drop(while: isSpace)
        return String(tail.reversed().drop(while: isSpace).reversed())
    }
}
