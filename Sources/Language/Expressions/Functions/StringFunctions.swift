import JSONTree

/// Functions on text (section 4.1).
enum StringFunctions {
    static let all: [ExpressionFunction] = [
        make("concat", ["text…"], "Joins the texts of all its arguments.", concat),
        make(
            "substring",
            ["text", "start", "length?"],
            "Gives the part of a text from a zero-based place.",
            substring
        ),
        make("slice", ["text", "start", "end?"], "Gives a part of a text; negative places count from its end.", slice),
        make("replace", ["text", "old", "new"], "Replaces all occurrences of a text, by case.", replace),
        make("split", ["text", "delimiter"], "Cuts a text at a delimiter into an array.", split),
        make("toLower", ["text"], "Writes a text in lower case.", toLower),
        make("toUpper", ["text"], "Writes a text in upper case.", toUpper),
        make("trim", ["text"], "Takes white space off both ends of a text.", trim),
        make(
            "indexOf",
            ["text", "search"],
            "Gives the place of a text in another, in any case, or -1.",
            link: "indexof",
            indexOf
        ),
        make(
            "lastIndexOf",
            ["text", "search"],
            "Gives the last place of a text in another, in any case, or -1.",
            link: "lastindexof",
            lastIndexOf
        ),
        make(
            "nthIndexOf",
            ["text", "search", "occurrence"],
            "Gives the place of the n-th occurrence, counted from the end when negative, or -1.",
            link: "nthindexof",
            nthIndexOf
        ),
        make(
            "startsWith",
            ["text", "search"],
            "Says whether a text begins with another, in any case.",
            link: "startswith",
            startsWith
        ),
        make(
            "endsWith",
            ["text", "search"],
            "Says whether a text ends with another, in any case.",
            link: "endswith",
            endsWith
        ),
        make("length", ["textOrArray"], "Gives the number of characters or elements.", length),
        make("chunk", ["textOrArray", "size"], "Cuts a text or an array into pieces of a size.", chunk),
        make(
            "formatNumber",
            ["number", "format", "locale?"],
            "Writes a number by a .NET format.",
            link: "FormatNumber",
            formatNumber
        ),
        ExpressionFunction(
            "guid",
            .strings,
            ["format?"],
            "Makes a new random GUID in format D, N, B, P or X.",
            isPure: false,
            body: .eager(guid)
        ),
        make("isInt", ["text"], "Says whether a text is an integer.", isInt),
        make("isFloat", ["text", "locale?"], "Says whether a text is a number of a locale.", isFloat),
        make("encodeXmlValue", ["text"], "Escapes a text for XML.", undocumented: true, encodeXMLValue),
        make("decodeXmlValue", ["text"], "Reads the escapes of XML in a text.", undocumented: true, decodeXMLValue),
        make("encodeXmlName", ["text"], "Makes a text a valid XML name.", undocumented: true, encodeXMLName),
        make("decodeXmlName", ["text"], "Reads back what encodeXmlName wrote.", undocumented: true, decodeXMLName),
        make("trimByteOrderMark", ["content"], "Takes a byte order mark off.", undocumented: true, trimByteOrderMark),
        make("utf8Length", ["text"], "Gives the length of a text in bytes of UTF-8.", undocumented: true, utf8Length),
        make(
            "utf16Length",
            ["text"],
            "Gives the length of a text in units of UTF-16.",
            undocumented: true,
            utf16Length
        ),
    ]

    private static func make(
        _ name: String,
        _ parameters: [String],
        _ summary: String,
        undocumented: Bool = false,
        link: String? = nil,
        _ body: @escaping ExpressionFunction.Eager
    ) -> ExpressionFunction {
        ExpressionFunction(
            name,
            .strings,
            parameters,
            summary,
            isUndocumented: undocumented,
            link: link,
            body: .eager(body)
        )
    }
}

// MARK: - Parts and pieces

extension StringFunctions {
    static func concat(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        var result = ""
        for index in 0..<arguments.count {
            let text = try evaluation.text(arguments[index])
            try evaluation.append(text, to: &result)
        }
        return .string(result)
    }

    static func substring(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.string(0)
        let start = try arguments.integer(1)
        try evaluation.spend(text.utf8.count)
        let length = Int64(TextUnits.length(text))
        guard arguments.has(2) else {
            guard start >= 0, start <= length else {
                throw arguments.fail(
                    "parameter is out of range: 'start index' must be non-negative integer and should be less than the "
                        + "length of the string.",
                    usage: true
                )
            }
            return .string(TextUnits.slice(text, Int(start), Int(length)))
        }
        let count = try arguments.integer(2)
        guard start >= 0, count >= 0, start <= length, count <= length - start else {
            throw arguments.fail(
                "parameters are out of range: 'start index' and 'length' must be non-negative integers and their sum "
                    + "must be no larger than the length of the string.",
                usage: true
            )
        }
        return .string(TextUnits.slice(text, Int(start), Int(start + count)))
    }

    static func slice(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.string(0)
        try evaluation.spend(text.utf8.count)
        let length = Int64(TextUnits.length(text))
        func place(_ value: Int64) -> Int { Int(value < 0 ? max(length + max(value, -length), 0) : min(value, length)) }
        let start = place(try arguments.integer(1))
        let end = arguments.has(2) && !arguments[2].isNull ? place(try arguments.integer(2)) : Int(length)
        return .string(TextUnits.slice(text, start, end))
    }

    static func replace(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.string(0, named: "string")
        let old = try arguments.string(1, named: "old string")
        let new = try arguments.string(2, named: "new string")
        guard !old.isEmpty else {
            throw arguments.fail(
                "expects its second parameter 'old string' to be a string that is not empty. Give the text that is to be "
                    + "replaced.",
                usage: true
            )
        }
        try evaluation.spend(text.utf8.count)
        let count = TextSearch.count(of: old, in: text)
        if count == 0 { return .string(text) }
        let added = count.multipliedReportingOverflow(by: new.utf8.count)
        let length = (text.utf8.count - count * old.utf8.count).addingReportingOverflow(added.partialValue)
        guard !added.overflow, !length.overflow else { throw evaluation.tooLong(evaluation.limits.producedCharacters) }
        try evaluation.produce(length.partialValue)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length.partialValue)
        let insertion = Array(new.utf8)
        var source = text
        source.withUTF8 { input in
            var read = 0
            TextSearch.forEachPlace(of: old, in: text) { place in
                bytes.append(contentsOf: input[read..<place])
                bytes.append(contentsOf: insertion)
                read = place + old.utf8.count
            }
            bytes.append(contentsOf: input[read...])
        }
        return .string(String(decoding: bytes, as: UTF8.self))
    }

    static func split(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.string(0)
        let delimiter = try arguments.string(1)
        guard !delimiter.isEmpty else { return .array([.string(text)]) }
        try evaluation.spend(text.utf8.count)
        let count = TextSearch.count(of: delimiter, in: text)
        try evaluation.makeElements(count + 1)
        var pieces: [JSON] = []
        pieces.reserveCapacity(count + 1)
        var source = text
        source.withUTF8 { input in
            var read = 0
            TextSearch.forEachPlace(of: delimiter, in: text) { place in
                pieces.append(.string(String(decoding: input[read..<place], as: UTF8.self)))
                read = place + delimiter.utf8.count
            }
            pieces.append(.string(String(decoding: input[read...], as: UTF8.self)))
        }
        return .array(pieces)
    }

    static func chunk(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch arguments[0] {
        case .json(.array(let elements)):
            let size = try chunkSize(arguments, elements.count)
            try evaluation.spend(elements.count)
            return .array(
                stride(from: 0, to: elements.count, by: size).map {
                    .array(Array(elements[$0..<min($0 + size, elements.count)]))
                }
            )
        case .json(.string(let text)):
            let units = Array(text.utf16)
            let size = try chunkSize(arguments, units.count)
            try evaluation.makeElements(units.count / size + 1)
            return .array(
                stride(from: 0, to: units.count, by: size).map {
                    .string(String(decoding: units[$0..<min($0 + size, units.count)], as: UTF16.self))
                }
            )
        default:
            throw arguments.typeError(0, "to be an array or a string")
        }
    }

    private static func chunkSize(_ arguments: Arguments, _ count: Int) throws(ExpressionError) -> Int {
        let size = try arguments.integer(1)
        guard size >= 1 else {
            throw arguments.fail(
                "expects chunk size to be a positive integer. The provided value is less than 1.",
                usage: true
            )
        }
        return Int(min(size, Int64(max(count, 1))))
    }

    static func trim(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.onlyString()
        try evaluation.spend(text.utf8.count)
        let scalars = text.unicodeScalars
        func isBlank(_ scalar: Unicode.Scalar) -> Bool {
            scalar.value <= 0xFFFF && CharacterClasses.isWhiteSpace(UInt16(scalar.value))
        }
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return .string("") }
        return .string(String(scalars[first...last]))
    }

    static func toLower(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.onlyString()
        try evaluation.spend(text.utf8.count)
        return .string(CaseMapping.lower(text))
    }

    static func toUpper(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.onlyString()
        try evaluation.spend(text.utf8.count)
        return .string(CaseMapping.upper(text))
    }
}
