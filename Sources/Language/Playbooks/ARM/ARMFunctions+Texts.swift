internal import Content
internal import Expressions
internal import JSONTree

extension ARMFunctions {
    /// Functions over text.
    static let texts: [String: ARMFunction] = [
        "concat": ARMFunction(atLeast: 0) { _, values throws(ARMError) in
            if let first = values.first, first.arrayValue != nil {
                var all: [JSON] = []
                for value in values {
                    all += try elements(value, "concat")
                }
                return .array(all)
            }
            return try limited(values.map(display).joined())
        },
        "format": ARMFunction(atLeast: 1) { _, values throws(ARMError) in
            try limited(ARMFormat.format(text(values[0], "format"), Array(values.dropFirst())))
        },
        "string": ARMFunction(1) { _, values throws(ARMError) in try limited(display(values[0])) },
        "tolower": ARMFunction(1) { _, values throws(ARMError) in .string(try text(values[0], "toLower").lowercased())
        },
        "toupper": ARMFunction(1) { _, values throws(ARMError) in .string(try text(values[0], "toUpper").uppercased())
        },
        "trim": ARMFunction(1) { _, values throws(ARMError) in .string(try text(values[0], "trim").trimmingSpaces) },
        "replace": ARMFunction(3) { _, values throws(ARMError) in
            let old = try text(values[1], "replace")
            let whole = try text(values[0], "replace")
            let new = try text(values[2], "replace")
            return try old.isEmpty
                ? .string(whole)
                : limited(whole.split(separator: old, omittingEmptySubsequences: false).joined(separator: new))
        },
        "split": ARMFunction(2) { _, values throws(ARMError) in
            let whole = try text(values[0], "split")
            let delimiters = values[1].arrayValue ?? [values[1]]
            var pieces = [Substring(whole)]
            for delimiter in delimiters {
                let mark = try text(delimiter, "split")
                if !mark.isEmpty {
                    pieces = pieces.flatMap { $0.split(separator: mark, omittingEmptySubsequences: false) }
                }
            }
            return .array(pieces.map { .string(String($0)) })
        },
        "startswith": ARMFunction(2) { _, values throws(ARMError) in
            .bool(try text(values[0], "startsWith").lowercased().hasPrefix(text(values[1], "startsWith").lowercased()))
        },
        "endswith": ARMFunction(2) { _, values throws(ARMError) in
            .bool(try text(values[0], "endsWith").lowercased().hasSuffix(text(values[1], "endsWith").lowercased()))
        },
        "padleft": ARMFunction(2...3) { _, values throws(ARMError) in
            let whole = display(values[0])
            let width = try integer(values[1], "padLeft")
            let filling = values.count > 2 ? try text(values[2], "padLeft") : " "
            guard filling.count == 1, width >= 0, width <= 100_000 else {
                throw ARMError("The template function 'padLeft' expects a width up to 100000 and one character.")
            }
            return .string(String(repeating: filling, count: max(0, Int(width) - whole.count)) + whole)
        },
        "substring": ARMFunction(2...3) { _, values throws(ARMError) in
            let units = Array(try text(values[0], "substring").utf16)
            let start = try integer(values[1], "substring")
            let length = values.count > 2 ? try integer(values[2], "substring") : Int64(units.count) - start
            guard start >= 0, length >= 0, start <= Int64(units.count), length <= Int64(units.count) - start else {
                throw ARMError(
                    "The template function 'substring' parameters are out of range: start \(start), length \(length) of \(units.count)."
                )
            }
            return .string(String(decoding: units[Int(start)..<Int(start + length)], as: UTF16.self))
        },
        "indexof": ARMFunction(2) { _, values throws(ARMError) in
            if let array = values[0].arrayValue {
                return .integer(Int64(array.firstIndex(of: values[1]) ?? -1))
            }
            return .integer(try position(of: text(values[1], "indexOf"), in: text(values[0], "indexOf"), last: false))
        },
        "lastindexof": ARMFunction(2) { _, values throws(ARMError) in
            if let array = values[0].arrayValue {
                return .integer(Int64(array.lastIndex(of: values[1]) ?? -1))
            }
            return .integer(
                try position(of: text(values[1], "lastIndexOf"), in: text(values[0], "lastIndexOf"), last: true)
            )
        },
        "join": ARMFunction(2) { _, values throws(ARMError) in
            try limited(elements(values[0], "join").map(display).joined(separator: text(values[1], "join")))
        },
        "json": ARMFunction(1) { _, values throws(ARMError) in try parse(text(values[0], "json"), "json") },
        "base64": ARMFunction(1) { _, values throws(ARMError) in
            .string(Base64.encode(Array(try text(values[0], "base64").utf8)))
        },
        "base64tostring": ARMFunction(1) { _, values throws(ARMError) in
            .string(String(decoding: try decoded(values[0], "base64ToString"), as: UTF8.self))
        },
        "base64tojson": ARMFunction(1) { _, values throws(ARMError) in
            try parse(String(decoding: decoded(values[0], "base64ToJson"), as: UTF8.self), "base64ToJson")
        },
        "datauri": ARMFunction(1) { _, values throws(ARMError) in
            .string("data:text/plain;charset=utf8;base64," + Base64.encode(Array(try text(values[0], "dataUri").utf8)))
        },
        "datauritostring": ARMFunction(1) { _, values throws(ARMError) in
            let whole = try text(values[0], "dataUriToString")
            guard whole.hasPrefix("data:"), let comma = whole.firstIndex(of: ",") else {
                throw ARMError("The template function 'dataUriToString' expects a data URI.")
            }
            let content = String(whole[whole.index(after: comma)...])
            let isEncoded = whole[..<comma].hasSuffix(";base64")
            return isEncoded
                ? .string(String(decoding: try decoded(.string(content), "dataUriToString"), as: UTF8.self))
                : .string(PercentEncoding.decode(content))
        },
        "uricomponent": ARMFunction(1) { _, values throws(ARMError) in
            .string(PercentEncoding.encode(try text(values[0], "uriComponent")))
        },
        "uricomponenttostring": ARMFunction(1) { _, values throws(ARMError) in
            .string(PercentEncoding.decode(try text(values[0], "uriComponentToString")))
        },
        "uri": ARMFunction(2) { _, values throws(ARMError) in
            let base = try text(values[0], "uri")
            let relative = try text(values[1], "uri")
            // A base that ends with a slash keeps its path; another one loses its last part, as .NET combines them.
            let scheme = base.firstRange(of: "://")?.upperBound ?? base.startIndex
            let trimmed = relative.hasPrefix("/") ? String(relative.dropFirst()) : relative
            guard !base.hasSuffix("/"), let slash = base[scheme...].lastIndex(of: "/") else {
                return .string(base + (base.hasSuffix("/") ? "" : "/") + trimmed)
            }
            return .string(base[...slash] + trimmed)
        },
        "uniquestring": ARMFunction(atLeast: 1) { _, values throws(ARMError) in
            .string(StableHash.uniqueString(values.map(display)))
        },
        "guid": ARMFunction(atLeast: 1) { _, values throws(ARMError) in .string(StableHash.guid(values.map(display))) },
        "newguid": ARMFunction(0) { evaluator, _ throws(ARMError) in
            // Not random, so that importing a file twice gives the same; each call gives another one.
            evaluator.generatedGUIDs += 1
            return .string(
                StableHash.guid([
                    "newGuid", evaluator.context.deploymentName, evaluator.pointer, String(evaluator.generatedGUIDs),
                ])
            )
        },
    ]

    private static func position(of part: String, in whole: String, last: Bool) -> Int64 {
        let units = Array(whole.lowercased().utf16)
        let wanted = Array(part.lowercased().utf16)
        guard wanted.count <= units.count else {
            return -1
        }
        let starts = Array(0...(units.count - wanted.count))
        let found = (last ? starts.reversed() : starts).first { units[$0..<($0 + wanted.count)].elementsEqual(wanted) }
        return found.map(Int64.init) ?? -1
    }

    private static func decoded(_ json: JSON, _ function: String) throws(ARMError) -> [UInt8] {
        guard let bytes = Base64.decode(try text(json, function), mode: .strict) else {
            throw ARMError("The template function '\(function)' expects a text in base64.")
        }
        return bytes
    }

    private static func parse(_ text: String, _ function: String) throws(ARMError) -> JSON {
        do throws(JSONError) {
            return try JSON.parse(text)
        } catch {
            throw ARMError("The template function '\(function)' expects a text that is JSON: \(error.message)")
        }
    }
}
