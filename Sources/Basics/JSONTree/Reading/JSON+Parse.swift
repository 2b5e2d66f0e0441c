extension JSON {
    /// Parses a text.
    ///
    /// - Parameters:
    ///   - text: One JSON value, with white space around it.
    ///   - limits: Bounds and policies.
    /// - Returns: The value.
    /// - Throws: ``JSONError`` with line, column and what was expected.
    public static func parse(_ text: String, limits: JSONLimits = .default) throws(JSONError) -> JSON {
        var text = text
        return try text.withUTF8 { bytes in
            Result { () throws(JSONError) in try parse(UnsafeRawBufferPointer(bytes), limits: limits) }
        }.get()
    }

    /// Parses UTF-8 bytes.
    ///
    /// - Parameters:
    ///   - bytes: One JSON value in UTF-8, with white space around it.
    ///   - limits: Bounds and policies.
    /// - Returns: The value.
    /// - Throws: ``JSONError`` with line, column and what was expected.
    public static func parse(_ bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) -> JSON {
        try bytes.withUnsafeBytes { buffer in
            Result { () throws(JSONError) in try parse(buffer, limits: limits) }
        }.get()
    }

    /// Parses UTF-8 bytes of any collection, such as a buffer of the network.
    ///
    /// - Parameters:
    ///   - bytes: One JSON value in UTF-8, with white space around it.
    ///   - limits: Bounds and policies.
    /// - Returns: The value.
    /// - Throws: ``JSONError`` with line, column and what was expected.
    public static func parse(_ bytes: some Sequence<UInt8>, limits: JSONLimits = .default) throws(JSONError) -> JSON {
        let direct = bytes.withContiguousStorageIfAvailable { buffer in
            Result { () throws(JSONError) in try parse(UnsafeRawBufferPointer(buffer), limits: limits) }
        }
        if let direct { return try direct.get() }
        return try parse(Array(bytes), limits: limits)
    }

    /// Parses UTF-8 bytes in memory.
    ///
    /// - Parameters:
    ///   - bytes: One JSON value in UTF-8, with white space around it.
    ///   - limits: Bounds and policies.
    /// - Returns: The value; it does not refer to the memory.
    /// - Throws: ``JSONError`` with line, column and what was expected.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer,
        limits: JSONLimits = .default
    ) throws(JSONError) -> JSON {
        let buffer = bytes.assumingMemoryBound(to: UInt8.self)
        do throws(ParseFailure) {
            var parser = JSONParser(buffer, limits: limits, recorder: NoPlaces())
            return try parser.document()
        } catch {
            throw error.error(in: buffer, limits: limits)
        }
    }
}
