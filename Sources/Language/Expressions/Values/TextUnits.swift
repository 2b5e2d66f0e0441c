/// Strings as .NET counts them: in UTF-16 units, with a short way for ASCII text.
enum TextUnits {
    /// Whether the text is all ASCII, so that bytes and units are the same.
    static func isASCII(_ text: String) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { bytes in
            var all: UInt8 = 0
            for byte in bytes { all |= byte }
            return all < 0x80
        } ?? text.utf8.allSatisfy { $0 < 0x80 }
    }

    /// The number of UTF-16 units.
    static func length(_ text: String) -> Int { text.utf16.count }

    /// The units from `start` up to `end`, both inside the text; half of a surrogate pair becomes U+FFFD.
    static func slice(_ text: String, _ start: Int, _ end: Int) -> String {
        if start >= end { return "" }
        if isASCII(text) {
            let utf8 = text.utf8
            let from = utf8.index(utf8.startIndex, offsetBy: start)
            let to = utf8.index(from, offsetBy: end - start)
            return String(text[from..<to])
        }
        let utf16 = text.utf16
        let from = utf16.index(utf16.startIndex, offsetBy: start)
        let to = utf16.index(from, offsetBy: end - start)
        return String(decoding: utf16[from..<to], as: UTF16.self)
    }
}

/// Upper and lower case by single characters, as .NET's invariant culture maps them (`ß` stays `ß`).
enum CaseMapping {
    static func upperASCII(_ byte: UInt8) -> UInt8 { byte >= 0x61 && byte <= 0x7A ? byte - 0x20 : byte }
    static func lowerASCII(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte }

    static func upper(_ text: String) -> String {
        mapped(text, ascii: upperASCII) { scalar in
            if scalar == "\u{131}" { return scalar }
            let mapping = scalar.properties.uppercaseMapping.unicodeScalars
            if mapping.count == 1, let single = mapping.first { return single }
            let title = scalar.properties.titlecaseMapping.unicodeScalars
            if title.count == 1, let single = title.first { return single }
            return scalar
        }
    }

    static func lower(_ text: String) -> String {
        mapped(text, ascii: lowerASCII) { scalar in
            if scalar == "\u{130}" { return scalar }
            let mapping = scalar.properties.lowercaseMapping.unicodeScalars
            if mapping.count == 1, let single = mapping.first { return single }
            return scalar
        }
    }

    private static func mapped(
        _ text: String,
        ascii: (UInt8) -> UInt8,
        other: (Unicode.Scalar) -> Unicode.Scalar
    ) -> String {
        if TextUnits.isASCII(text) {
            var copy = text
            return copy.withUTF8 { input in
                String(unsafeUninitializedCapacity: input.count) { output in
                    for index in input.indices { output[index] = ascii(input[index]) }
                    return input.count
                }
            }
        }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(scalar.isASCII ? Unicode.Scalar(ascii(UInt8(scalar.value))) : other(scalar))
        }
        return String(scalars)
    }
}
