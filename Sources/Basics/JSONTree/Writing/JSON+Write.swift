extension JSON {
    /// The compact JSON text in UTF-8.
    public func bytes() -> [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return Array(writer.output.bytes)
    }

    /// The compact JSON text: members in their order, characters beyond ASCII as they are.
    public var text: String {
        var writer = JSONWriter()
        writer.write(self)
        return String(decoding: writer.output.bytes, as: UTF8.self)
    }

    /// The JSON text with line breaks and two blanks for each level; ends without a line break.
    public var prettyText: String {
        var writer = JSONWriter()
        writer.writePretty(self)
        return String(decoding: writer.output.bytes, as: UTF8.self)
    }

    /// Appends the compact JSON text in UTF-8.
    public func write(into output: inout [UInt8]) {
        var writer = JSONWriter()
        writer.write(self)
        output.append(contentsOf: writer.output.bytes)
    }

    /// The text of a double as it stands in JSON: shortest form that reads back equal, `1.0`, `0.0001`, `1E-05`,
    /// `1E+15`; `NaN`, `Infinity` and `-Infinity` without quotation marks.
    public static func text(of value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }
        var output = ByteBuilder(capacity: 32)
        DoubleText.append(value, to: &output)
        return String(decoding: output.bytes, as: UTF8.self)
    }
}

extension JSON: CustomStringConvertible {
    /// The compact JSON text.
    public var description: String { text }
}
