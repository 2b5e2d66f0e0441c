import Durable
import Foundation
import Identity
import JSONTree
import Serving
import Stores

/// What only an administrator on this machine may ask, because it is about the machine: below `/tocsin/v1/local`.
struct LocalRoutes {
    let store: Store
    let journal: SealedJournal
    let audit: AuditLog

    var routes: Routes {
        var routes = Routes()
        routes.post("/tocsin/v1/local/backup", Auditing(audit).handler("server.backup") { try await backup($0) })
        return routes
    }

    /// Copies the data, and proves the journals in the copy; one that fails is put aside under another name.
    private func backup(_ request: Request) async throws -> Response {
        guard let target = try request.json()["target"]?.stringValue, target.hasPrefix("/") else {
            throw Problem(status: 400, message: "The member 'target' must be the whole path of a folder.")
        }
        let report: BackupReport
        do {
            report = try await store.backup(to: target)
        } catch let error as StoreError {
            throw Problem(status: 409, code: "\(error.code)", message: error.message)
        }
        let proof: BackupProof
        do {
            proof = try await BackupProof.prove(target, by: journal)
        } catch {
            let place = try Self.putAside(target)
            throw Problem(
                status: 409,
                code: "UnprovenBackup",
                message: "The journals in the copy cannot be read: \(error). The copy lies in \(place)."
            )
        }
        if let trouble = proof.trouble {
            let place = try Self.putAside(target)
            throw Problem(
                status: 409,
                code: "UnprovenBackup",
                message:
                    "\(trouble) Somebody or something changed the database of this server; the copy lies in \(place) for examination, and is no good backup."
            )
        }
        var answer = report.json.objectValue ?? JSONObject()
        answer["journals"] = proof.json
        return .json(.object(answer))
    }

    /// Gives a copy that fails its proof a name that nobody takes for a backup.
    private static func putAside(_ target: String) throws -> String {
        let place = target + ".unproven"
        let files = FileManager.default
        if files.fileExists(atPath: place) { try files.removeItem(atPath: place) }
        try files.moveItem(atPath: target, toPath: place)
        return place
    }
}
