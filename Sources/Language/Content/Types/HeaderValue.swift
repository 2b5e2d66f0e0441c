/// A header value with parameters: `form-data; name="a"; filename="b \"c\".txt"`.
public struct HeaderValue: Sendable, Hashable {
    /// One parameter.
    public struct Parameter: Sendable, Hashable {
        /// The name in lower case.
        public var name: String
        /// The value without quotation marks and escapes.
        public var value: String

        /// Makes a parameter.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What stands before the first semicolon, without white space around it.
    public var value: String
    /// The parameters in order.
    public var parameters: [Parameter]

    /// Makes a header value.
    public init(_ value: String, parameters: [Parameter] = []) {
        self.value = value
        self.parameters = parameters
    }

    /// Reads a header value; parameters without a name or without `=` are left out.
    public init(parsing text: String) {
        var rest = Array(text.utf8)[...]
        value = Self.trimmed(Self.takeUntil([0x3B], &rest))
        parameters = []
        while rest.popFirst() != nil {
            let name = Self.trimmed(Self.takeUntil([0x3D, 0x3B], &rest)).lowercased()
            guard rest.first == 0x3D else { continue }
            rest = rest.dropFirst().drop { $0 == 0x20 || $0 == 0x09 }
            let value = rest.first == 0x22 ? Self.takeQuoted(&rest) : Self.trimmed(Self.takeUntil([0x3B], &rest))
            if !name.isEmpty { parameters.append(Parameter(name: name, value: value)) }
        }
    }

    /// The value of the first parameter of a name in any case, nil when there is none.
    public subscript(_ name: String) -> String? {
        let name = name.lowercased()
        return parameters.first { $0.name == name }?.value
    }

    /// The text as a header carries it; values that are no tokens are quoted.
    public var text: String {
        parameters.reduce(value) { $0 + "; \($1.name)=\(Self.quotedIfNeeded($1.value))" }
    }

    /// A text in quotation marks, with escapes.
    public static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result += "\\" }
            // A line break would end the header.
            if scalar != "\r", scalar != "\n" { result.unicodeScalars.append(scalar) }
        }
        return result + "\""
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        !text.isEmpty && text.utf8.allSatisfy(isTokenByte) ? text : quoted(text)
    }

    /// Whether a byte may stand in a token (RFC 9110).
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func takeUntil(_ stops: [UInt8], _ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let end = rest.firstIndex { stops.contains($0) } ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }

    private static func takeQuoted(_ rest: inout ArraySlice<UInt8>) -> String {
        rest = rest.dropFirst()
        var bytes: [UInt8] = []
        while let byte = rest.popFirst(), byte != 0x22 {
            // Only quotation marks and backslashes are escaped; browsers send paths such as C:\a as they are.
            if byte == 0x5C, let next = rest.first, next == 0x22 || next == 0x5C {
                bytes.append(next)
                rest = rest.dropFirst()
            } else {
                bytes.append(byte)
            }
        }
        _ = takeUntil([0x3B], &rest)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
        var bytes = bytes.drop(while: isBlank)
        while let last = bytes.last, isBlank(last) { bytes = bytes.dropLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
