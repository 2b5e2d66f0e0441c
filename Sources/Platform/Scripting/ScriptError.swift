/// Why a script gave no result.
public struct ScriptError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case exception, timedOut, outOfMemory, tooLarge, invalidResult, crashed, cancelled, busy, stopped,
                confinementUnavailable
        }

        private let kind: Kind

        /// The script threw, or is not valid JavaScript.
        public static let exception = Code(kind: .exception)
        /// The script ran longer than it may.
        public static let timedOut = Code(kind: .timedOut)
        /// The script took more memory than it may.
        public static let outOfMemory = Code(kind: .outOfMemory)
        /// The code, the context or the result is larger than it may be.
        public static let tooLarge = Code(kind: .tooLarge)
        /// The script returned what is no JSON.
        public static let invalidResult = Code(kind: .invalidResult)
        /// The worker process ended while the script ran.
        public static let crashed = Code(kind: .crashed)
        /// The caller's task was cancelled.
        public static let cancelled = Code(kind: .cancelled)
        /// Too many scripts wait already; try again later.
        public static let busy = Code(kind: .busy)
        /// The pool was stopped.
        public static let stopped = Code(kind: .stopped)
        /// Scripts cannot be confined on this machine, so none is run.
        public static let confinementUnavailable = Code(kind: .confinementUnavailable)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong and what to do; for an exception, the script's own message.
    public let message: String
    /// The name of the error that the script threw, such as `TypeError`.
    public let name: String?
    /// The line in the script's code, counted from 1, when known.
    public let line: Int?

    init(_ code: Code, _ message: String, name: String? = nil, line: Int? = nil) {
        self.code = code
        self.message = message
        self.name = name
        self.line = line
    }

    /// The error on one line: name, message and line of an exception, else code and message.
    public var description: String {
        guard code == .exception else { return "\(code): \(message)" }
        let place = line.map { " (line \($0))" } ?? ""
        return "\(name ?? "Error"): \(message)\(place)"
    }
}
