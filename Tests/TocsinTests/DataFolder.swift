import Foundation
import JSONTree
import Stores

@testable import tocsin

/// The database of a server that is not running, as somebody with access to the disk reads and changes it.
enum DataFolder {
    /// Changes rows.
    static func change(_ folder: String, _ statements: [(sql: String, arguments: [SQLValue])]) async throws {
        let store = try Store.open(folder: folder, options: StoreOptions(migrations: ServerParts.migrations))
        for (sql, arguments) in statements {
            _ = try await store.commit { try $0.execute(sql, arguments) }
        }
        try await store.close()
    }

    /// Counts rows.
    static func count(_ table: String, in folder: String) async throws -> Int64 {
        let store = try Store.open(folder: folder, options: StoreOptions(migrations: ServerParts.migrations))
        let count = try await store.read { try $0.first("SELECT count(*) FROM \(table)")?[0].integer ?? 0 }
        try await store.close()
        return count
    }
}
