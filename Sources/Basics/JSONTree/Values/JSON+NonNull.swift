extension JSON {
    /// The value, or no value at all for JSON's null.
    ///
    /// Write this rather than `isNull ? nil : value`: there, `nil` may be taken for the literal of JSON's null.
    public var nonNull: JSON? {
        if case .null = self { return Optional<JSON>.none }
        return self
    }
}
