/// The number of a run: dense, growing, unique in one data folder (or one cluster).
///
/// A run's journal rows lie together under `number << 24 | sequence`, so a number fits 39 bits and a run 16,777,215 rows.
public struct RunNumber: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The largest number, so that a journal position stays a positive 64-bit integer.
    public static let largest = RunNumber((1 << 39) - 1)

    /// The number itself, from 1.
    public var value: Int64

    /// Makes a run number.
    public init(_ value: Int64) {
        self.value = value
    }

    /// The number in digits.
    public var description: String { String(value) }

    /// Orders by age: a later run has the larger number.
    public static func < (left: RunNumber, right: RunNumber) -> Bool { left.value < right.value }
}

/// Where a journal row lies: run and sequence in one integer, so that one B-tree holds a run's rows side by side.
public struct JournalPosition: Sendable, Hashable, Comparable {
    /// Bits of the sequence inside a run.
    static let sequenceBits: Int64 = 24

    /// The largest sequence of a run.
    public static let largestSequence: Int64 = (1 << sequenceBits) - 1

    /// `number << 24 | sequence`.
    public var value: Int64

    /// Makes a position from its stored value.
    public init(value: Int64) {
        self.value = value
    }

    /// Makes the position of a row of a run.
    public init(_ run: RunNumber, _ sequence: Int64) {
        self.value = run.value << Self.sequenceBits | sequence
    }

    /// The run of the row.
    public var run: RunNumber { RunNumber(value >> Self.sequenceBits) }

    /// The row's sequence in its run, from 0.
    public var sequence: Int64 { value & Self.largestSequence }

    /// Orders by run, then by sequence.
    public static func < (left: JournalPosition, right: JournalPosition) -> Bool { left.value < right.value }
}
