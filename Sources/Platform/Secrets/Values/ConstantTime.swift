/// Comparisons whose time tells nothing about the bytes.
public enum ConstantTime {
    /// Whether two runs of bytes are the same.
    ///
    /// - Parameters:
    ///   - left: One.
    ///   - right: The other.
    /// - Returns: False at once when the lengths differ; otherwise every byte is looked at.
    public static func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }

    /// Whether two texts have the same bytes in UTF-8.
    ///
    /// - Parameters:
    ///   - left: One.
    ///   - right: The other.
    /// - Returns: False at once when the lengths differ; otherwise every byte is looked at.
    public static func areEqual(_ left: String, _ right: String) -> Bool { areEqual(left.utf8, right.utf8) }
}
