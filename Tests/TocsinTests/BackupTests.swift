import Foundation
import JSONTree
import Stores
import Testing

/// Backups prove the journals that they hold.
@Suite(.timeLimit(.minutes(2)))
struct BackupTests {
    /// A data folder whose server has run a few workflows, one with a value too large for a row, and ended.
    private func folder(_ scratch: Scratch) async throws -> String {
        let data = scratch.path("data")
        let server = try await ServerProcess(data: data)
        let deployed = try Program.run(
            "deploy",
            try scratch.file("echo.json", LivePlaybooks.echo),
            "--data",
            data
        )
        let word = deployed.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http") }
        let url = String(try #require(word, "\(deployed.errors)"))
        for size in [1, 10, 200_000] {
            let name = String(repeating: "x", count: size)
            #expect(try await server.ask("POST", url, body: ["name": .string(name)]).status == 201)
        }
        let copy = try Program.run("backup", scratch.path("copy"), "--data", data)
        #expect(copy.exitCode == 0, "\(copy.errors)")
        let report = try JSON.parse(copy.output.split(separator: "\n").dropLast().joined(separator: "\n"))
        let journals = try #require(report["journals"])
        #expect(journals["runs"] == 3 && journals["signed"] == 3 && journals["signaturesProved"] == true, "\(journals)")
        #expect(journals["rows"]?.integerValue ?? 0 >= 3)
        #expect(journals["largeValues"]?.integerValue ?? 0 >= 1, "\(journals)")
        #expect(try await server.stop() == 0)
        return data
    }

    private static let forgery =
        "UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), 'x', 'y') AS BLOB) WHERE position >> 24 = 1"
    private static let otherEnd = "UPDATE run SET status = 'Failed' WHERE number = 2"

    @Test(arguments: [(forgery, "does not match its hash"), (otherEnd, "signature")])
    func `a database that was changed is no good backup, and the copy is put aside`(
        _ change: String,
        _ words: String
    ) async throws {
        let scratch = try Scratch()
        let data = try await folder(scratch)
        try await DataFolder.change(data, [(change, [])])
        let copy = try Program.run("backup", scratch.path("second"), "--data", data)
        #expect(copy.exitCode == 1)
        #expect(copy.errors.contains("UnprovenBackup") && copy.errors.contains(words), "\(copy.errors)")
        #expect(copy.errors.contains(scratch.path("second.unproven")))
        #expect(!FileManager.default.fileExists(atPath: scratch.path("second")))
        #expect(FileManager.default.fileExists(atPath: scratch.path("second.unproven/manifest.json")))
        // What was tried is in the record.
        let audit = try Program.run("audit", "--json", "--data", data)
        let entries = try JSON.parse(audit.output).arrayValue?.filter { $0["action"] == "server.backup" }
        #expect(
            entries?.compactMap { $0["outcome"]?.stringValue } == ["failure", "success"],
            "\(audit.output)\(audit.errors)"
        )
        #expect(entries?.first?["detail"]?["code"] == "UnprovenBackup")
    }

    @Test func `restore proves chains without the key, signatures and large values with it`() async throws {
        let scratch = try Scratch()
        _ = try await folder(scratch)
        let bare = try Program.run("restore", scratch.path("copy"), "--data", scratch.path("bare"))
        #expect(bare.exitCode == 0, "\(bare.errors)")
        #expect(bare.output.contains("Signatures and large values were not proved"))
        #expect(bare.output.contains(#""signaturesProved": false"#))

        try putKey(scratch, in: "whole")
        let whole = try Program.run("restore", scratch.path("copy"), "--data", scratch.path("whole"))
        #expect(whole.exitCode == 0, "\(whole.errors)")
        #expect(whole.output.contains(#""signaturesProved": true"#) && whole.output.contains(#""signed": 3"#))
        #expect(try Program.run("apps", "list", "--data", scratch.path("whole")).exitCode == 0)
    }

    @Test func `a backup whose rows and manifest were forged together is refused by its signatures`() async throws {
        let scratch = try Scratch()
        let data = try await folder(scratch)
        // Whoever writes to the database may make a new manifest as well: here the program does it for a forged database,
        // and the copy that it put aside takes the place of the backup.
        try await DataFolder.change(data, [(Self.otherEnd, [])])
        #expect(try Program.run("backup", scratch.path("forged"), "--data", data).exitCode == 1)
        let forged = scratch.path("forged.unproven")
        try putKey(scratch, in: "target")
        let refused = try Program.run("restore", forged, "--data", scratch.path("target"))
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("UnprovenBackup") && refused.errors.contains("signature"), "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: scratch.path("target/tocsin.sqlite")))
        let accepted = try Program.run("restore", forged, "--accept-damage", "--data", scratch.path("target"))
        #expect(accepted.exitCode == 0, "\(accepted.errors)")
        #expect(accepted.output.contains("Restored with damage"))
    }

    @Test func `a large value that was changed in the backup is found`() async throws {
        let scratch = try Scratch()
        _ = try await folder(scratch)
        let blobs = URL(filePath: scratch.path("copy/blobs"))
        let files = FileManager.default.enumerator(at: blobs, includingPropertiesForKeys: [.isRegularFileKey])
        var changed = 0
        for case let file as URL in files ?? FileManager.DirectoryEnumerator() {
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            var bytes = try Data(contentsOf: file)
            bytes[bytes.count / 2] ^= 1
            // Another file in its place: the backup's may be the same as the server's.
            try FileManager.default.removeItem(at: file)
            try bytes.write(to: file)
            changed += 1
        }
        try #require(changed > 0)
        try putKey(scratch, in: "target")
        let refused = try Program.run("restore", scratch.path("copy"), "--data", scratch.path("target"))
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("large value"), "\(refused.errors)")
    }

    private func putKey(_ scratch: Scratch, in folder: String) throws {
        let keys = scratch.path("\(folder)/keys")
        try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: scratch.path("data/keys/master.key"), toPath: keys + "/master.key")
    }
}
