import Connectors
import Foundation
import Secrets
import Stores

/// A data folder with the table of pages, gone afterwards.
enum AnswersFolder {
    static func withStore(_ body: (Store, any Sealer) async throws -> Void) async throws {
        let folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("tocsin-answers-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try Store.open(
            folder: folder,
            options: StoreOptions(migrations: SecretsMigrations.all + AnswerPageStore.migrations)
        )
        do {
            let keyring = try await Keyring.open(store: store, masterKey: .file(besides: store))
            try await body(store, keyring)
        } catch {
            try await store.close()
            throw error
        }
        try await store.close()
    }
}
