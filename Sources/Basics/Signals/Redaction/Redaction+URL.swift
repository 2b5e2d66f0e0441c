extension Redaction {
    /// The address without secrets: user and password, and the values of secret parameters of query and fragment.
    ///
    /// Works on any text that looks like an address, absolute or not, without changing anything else in it.
    public static func url(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let queryStart = bytes.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? bytes.endIndex
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 16)
        appendWithoutUser(bytes[..<queryStart], to: &output)
        var rest = bytes[queryStart...]
        while let separator = rest.first {
            output.append(separator)
            rest = rest.dropFirst()
            let parameter = rest.prefix { !isSeparator($0) }
            rest = rest.dropFirst(parameter.count)
            appendParameter(parameter, to: &output)
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// True if a query parameter of this name holds a secret: as ``isSecretName(_:)``, and the short names of OAuth and signed addresses.
    public static func isSecretParameter(_ name: String) -> Bool {
        secretParameters.contains(name.lowercased()) || isSecretName(name)
    }

    private static let secretParameters: Set<String> = [
        "sig", "code", "token", "key", "pw", "user_code", "device_code", "code_verifier", "samlresponse",
        "x-amz-credential",
    ]

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "&") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "#") || byte == UInt8(ascii: "?")
    }

    /// Appends what stands before the query, without `user:password@`.
    private static func appendWithoutUser(_ part: ArraySlice<UInt8>, to output: inout [UInt8]) {
        let slash = UInt8(ascii: "/")
        guard
            let start = part.indices.dropLast().first(where: { part[$0] == slash && part[$0 + 1] == slash }).map({
                $0 + 2
            })
        else {
            output.append(contentsOf: part)
            return
        }
        let authority = part[start...].prefix { $0 != slash }
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else {
            output.append(contentsOf: part)
            return
        }
        output.append(contentsOf: part[..<start])
        output.append(contentsOf: mark.utf8)
        output.append(contentsOf: part[at...])
    }

    private static func appendParameter(_ parameter: ArraySlice<UInt8>, to output: inout [UInt8]) {
        guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")), equals + 1 < parameter.endIndex,
            isSecretParameter(decoded(parameter[..<equals]))
        else {
            output.append(contentsOf: parameter)
            return
        }
        output.append(contentsOf: parameter[...equals])
        output.append(contentsOf: mark.utf8)
    }

    /// The name with its percent escapes resolved, so that `s%69g` is known too.
    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        var output: [UInt8] = []
        var rest = bytes
        while let byte = rest.first {
            let hex = rest.dropFirst().prefix(2)
            if byte == UInt8(ascii: "%"), hex.count == 2,
                let value = UInt8(String(decoding: hex, as: UTF8.self), radix: 16)
            {
                output.append(value)
                rest = rest.dropFirst(3)
            } else {
                output.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
