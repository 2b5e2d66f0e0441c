/// What went wrong in the durable layer: a code to act on and a message that names the remedy.
public struct DurableError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    public struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable {
            case overloaded, diskFull, ownershipLost, unknownEvent, unknownRun, damagedJournal, duplicate, storage,
                stopped, quarantined, tooLong, tooLarge
        }

        private let value: Value

        /// Too much waits to be written; try again later.
        public static let overloaded = Code(value: .overloaded)
        /// The disk is full; nothing was written.
        public static let diskFull = Code(value: .diskFull)
        /// Another owner has taken the run.
        public static let ownershipLost = Code(value: .ownershipLost)
        /// The journal has an event that this release does not know.
        public static let unknownEvent = Code(value: .unknownEvent)
        /// There is no such run.
        public static let unknownRun = Code(value: .unknownRun)
        /// The journal does not agree with its own hashes or sequence.
        public static let damagedJournal = Code(value: .damagedJournal)
        /// The same cause has started a run already.
        public static let duplicate = Code(value: .duplicate)
        /// The store failed otherwise.
        public static let storage = Code(value: .storage)
        /// The server is shutting down.
        public static let stopped = Code(value: .stopped)
        /// The run ended the process repeatedly and is kept from running.
        public static let quarantined = Code(value: .quarantined)
        /// The run has as many journal rows as a run may have.
        public static let tooLong = Code(value: .tooLong)
        /// A value of the run is larger than the store takes.
        public static let tooLarge = Code(value: .tooLarge)
    }

    /// What to act on.
    public var code: Code
    /// What is wrong, and the remedy.
    public var message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the same batch may succeed later.
    public var isTransient: Bool { code == .overloaded || code == .diskFull || code == .storage }

    /// The message.
    public var description: String { message }
}
