/// Bounds on one script.
public struct ScriptLimits: Sendable, Hashable {
    /// How long a script may run, from its start in a worker to its result.
    public var time: Duration
    /// How much memory its worker may take beyond what an idle one holds, in bytes; checked every 20 ms.
    public var memoryBytes: Int
    /// The longest code, in characters.
    public var codeCharacters: Int
    /// The largest context and the largest result, each in bytes of JSON text.
    public var valueBytes: Int

    /// Makes limits.
    ///
    /// - Parameters:
    ///   - time: How long a script may run; 5 seconds as in Azure.
    ///   - memoryBytes: Memory beyond that of an idle worker, in bytes; 128 MB.
    ///   - codeCharacters: The longest code in characters. Azure's Consumption plan allows 1,024; code written there
    ///     always fits.
    ///   - valueBytes: The largest context and result, each in bytes of JSON text; 50 MB as in Azure.
    public init(
        time: Duration = .seconds(5),
        memoryBytes: Int = 134_217_728,
        codeCharacters: Int = 100_000,
        valueBytes: Int = 52_428_800
    ) {
        self.time = time
        self.memoryBytes = memoryBytes
        self.codeCharacters = codeCharacters
        self.valueBytes = valueBytes
    }

    /// The limits used when none are given.
    public static let `default` = ScriptLimits()

    /// The time in milliseconds, at least one and at most an hour.
    var milliseconds: Int {
        let (seconds, attoseconds) = time.components
        guard seconds < 3_600 else { return 3_600_000 }
        return max(1, Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
