/// What a store refuses or cannot do.
///
/// Callers decide by ``code``; ``message`` says what is wrong and what helps, and never holds a stored value.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of trouble; the set may grow.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case overloaded, diskFull, locked, newerDatabase, foreignDatabase, constraint, corrupt, closed, invalidSQL
            case inputOutput, notDurable, readOnly, wrongType, timedOut, tooLarge, missing, invalidMigration,
                invalidName
            case backupFailed
        }

        private let kind: Kind

        /// The name of the code, as logs and metrics show it.
        public var description: String { kind.rawValue }

        /// A queue of the store is full: nothing was done, and the caller may try again later.
        public static let overloaded = Code(kind: .overloaded)
        /// The file system has no room: nothing of the submission was kept, and the store works again once there is room.
        public static let diskFull = Code(kind: .diskFull)
        /// Another process holds the data folder.
        public static let locked = Code(kind: .locked)
        /// The database was written by a newer program.
        public static let newerDatabase = Code(kind: .newerDatabase)
        /// The file is a database of another program.
        public static let foreignDatabase = Code(kind: .foreignDatabase)
        /// A constraint of a table (unique, not null, check, foreign key) refused a row.
        public static let constraint = Code(kind: .constraint)
        /// The database file is damaged.
        public static let corrupt = Code(kind: .corrupt)
        /// The store is closed, or a transaction or snapshot is used after its closure ended.
        public static let closed = Code(kind: .closed)
        /// The SQL text, or its arguments, cannot be run here.
        public static let invalidSQL = Code(kind: .invalidSQL)
        /// The file system failed; whether the submission is kept is known only after the next start.
        public static let inputOutput = Code(kind: .inputOutput)
        /// The database does not sync every commit to the disk as it must.
        public static let notDurable = Code(kind: .notDurable)
        /// A snapshot was asked to write.
        public static let readOnly = Code(kind: .readOnly)
        /// A column holds another type than the one asked for.
        public static let wrongType = Code(kind: .wrongType)
        /// A read, or a statement of a commit, took longer than its limit.
        public static let timedOut = Code(kind: .timedOut)
        /// A value is larger than the store takes.
        public static let tooLarge = Code(kind: .tooLarge)
        /// Something that is named does not exist.
        public static let missing = Code(kind: .missing)
        /// The list of migrations contradicts itself.
        public static let invalidMigration = Code(kind: .invalidMigration)
        /// A tenant, room or file name has a form that cannot be kept.
        public static let invalidName = Code(kind: .invalidName)
        /// A backup could not be made, or did not pass its verification.
        public static let backupFailed = Code(kind: .backupFailed)
    }

    /// What kind of trouble it is.
    public let code: Code
    /// What is wrong and what helps.
    public let message: String
    /// The extended result code of SQLite, where it is the cause.
    public let sqliteCode: Int32?

    /// Makes an error of a code and its text.
    ///
    /// - Parameters:
    ///   - code: The kind of trouble.
    ///   - message: What is wrong and what helps.
    ///   - sqliteCode: The extended result code of SQLite, where it is the cause.
    public init(_ code: Code, _ message: String, sqliteCode: Int32? = nil) {
        self.code = code
        self.message = message
        self.sqliteCode = sqliteCode
    }

    /// Code and text in one line.
    public var description: String { "\(code): \(message)" }
}
