/// A fault as the parser meets it: cheap to throw; the place is worked out once, at the outermost level.
struct ParseFailure: Error {
    let code: JSONError.Code
    let offset: Int
    let expected: StaticString

    /// The error for users: what was found, what was expected, and in which line and column.
    func error(in bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) -> JSONError {
        let place = LineTable.place(of: offset, in: bytes)
        return JSONError(
            code: code,
            message: message(bytes, limits),
            line: place.line,
            column: place.column,
            offset: offset
        )
    }

    private func message(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: JSONLimits) -> String {
        switch code {
        case .unexpectedEnd: "The text ends where \(expected) was expected."
        case .unexpectedCharacter: "Found \(found(bytes)) where \(expected) was expected."
        case .trailingContent: "Found \(found(bytes)) after the end of the value."
        case .badNumber: "The number is malformed: \(expected) was expected, found \(found(bytes))."
        case .badEscape: "The escape in the text is not one of JSON's: \(expected) was expected."
        case .controlCharacter: "\(found(bytes)) stands unescaped in a text; write it as \\u00XX."
        case .badUTF8: "The bytes are not valid UTF-8; send the text in UTF-8."
        case .byteOrderMark: "A byte order mark stands at the beginning; send the text without it."
        case .loneSurrogate: "The escape is half of a surrogate pair; escape both halves."
        case .duplicateName: "The name stands twice in one object."
        case .tooDeep: "Arrays and objects nest deeper than \(limits.depth) levels."
        case .tooLarge: "The text has \(bytes.count) bytes, more than the allowed \(limits.bytes)."
        default: "The text is not JSON: \(expected) was expected."
        }
    }

    private func found(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard offset < bytes.count else { return "the end of the text" }
        let byte = bytes[offset]
        if byte == 0x22 { return "a quotation mark" }
        if byte > 0x20 && byte < 0x7F { return "'\(Character(Unicode.Scalar(byte)))'" }
        if byte == 0x20 { return "a blank" }
        let digits = String(byte, radix: 16, uppercase: true)
        return "byte 0x\(digits.count == 1 ? "0" : "")\(digits)"
    }
}
