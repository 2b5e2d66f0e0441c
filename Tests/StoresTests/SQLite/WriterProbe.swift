import Synchronization

@testable import Stores

/// Asks or tells the writing connection something that rooms may not.
final class WriterProbe: WriterWork {
    private let sql: [String]
    private let continuation: CheckedContinuation<SQLValue, any Error>

    init(_ sql: [String], _ continuation: CheckedContinuation<SQLValue, any Error>) {
        self.sql = sql
        self.continuation = continuation
    }

    func slice(_ connection: SQLiteConnection) -> Maintenance.Outcome {
        continuation.resume(
            with: Result {
                var last = SQLValue.null
                for statement in sql { last = try connection.run(statement) }
                return last
            }
        )
        return .done
    }

    func fail(_ error: any Error) { continuation.resume(throwing: error) }
}

extension Store {
    func onWriter(_ sql: String...) async throws -> SQLValue {
        try await onWriter { WriterProbe(sql, $0) }
    }
}
