/// A place in a text: line and column, both counted from 1, or both 0 when the text is not known.
public struct SourcePosition: Sendable, Hashable {
    /// The line, counted from 1.
    public var line: Int
    /// The column in characters, counted from 1.
    public var column: Int

    /// Makes a place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// No known place; Azure writes it as line '0' and column '0'.
    public static let unknown = SourcePosition(line: 0, column: 0)
}
