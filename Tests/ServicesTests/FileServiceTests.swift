import Connectors
import Files
import Foundation
import JSONTree
import Moments
import Testing

/// The connector `filesystem`, through the registry, on real folders.
struct FileServiceTests {
    private let folder: TemporaryFolder
    private let bench: Bench

    init() throws {
        folder = try TemporaryFolder()
        bench = Bench(
            "filesystem",
            ["filesystem": FileService(allowed: [folder.path], closed: ["\(folder.path)/data"])],
            parameters: ["rootfolder": .string("\(folder.path)/share")]
        )
        try folder.write("share/cases/42.txt", "first\nsecond")
        try folder.write("outside.txt", "secret")
    }

    private func create(_ path: String, _ name: String, _ body: JSON) async throws -> ConnectorOutputs {
        try await bench.call(
            "POST",
            "/datasets/default/files",
            queries: [("folderPath", .string(path)), ("name", .string(name)), ("queryParametersSingleEncoded", true)],
            body: body
        )
    }

    private func content(_ path: String) async throws -> ConnectorOutputs {
        try await bench.call("GET", "/datasets/default/GetFileContentByPath", queries: [("path", .string(path))])
    }

    @Test func `a file that is created is read, described, changed, copied and deleted`() async throws {
        let made = try await create("/cases/43/new", "note ü.json", ["a": 1])
        #expect(made.statusCode == 200)
        #expect(made.body?["Path"] == "/cases/43/new/note ü.json")
        #expect(try folder.read("share/cases/43/new/note ü.json") == #"{"a":1}"#)
        let id = try #require(made.body?["Id"]?.stringValue)
        let escaped = try #require(id.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        let file = "/datasets/default/files/\(escaped)"
        #expect(try await bench.call("GET", "\(file)/content").body == ["a": 1])
        #expect(try await bench.call("GET", file).body?["Size"] == 7)
        let changed = try await bench.call("PUT", file, body: "text")
        #expect(changed.statusCode == 200)
        #expect(changed.body?["ETag"] != made.body?["ETag"])
        let copied = try await bench.call(
            "POST",
            "/datasets/default/copyFile",
            queries: [("source", "/cases/43/new/note ü.json"), ("destination", "/copy.json")]
        )
        #expect(copied.statusCode == 200)
        #expect(try folder.read("share/copy.json") == "text")
        #expect(try await bench.call("DELETE", file).statusCode == 200)
        #expect(try await bench.call("DELETE", file).statusCode == 404)
        #expect(try await bench.call("PUT", file, body: "text").statusCode == 404)
    }

    @Test func `playbooks encode the path in an id twice`() async throws {
        let found = try await bench.call("GET", "/datasets/default/files/%252Fcases%252F42.txt/content")
        #expect(found.body == "first\nsecond")
    }

    @Test func `a copy that is there is no error when it is the same`() async throws {
        let copy: [(name: String, value: JSON)] = [("source", "/cases/42.txt"), ("destination", "/b.txt")]
        #expect(try await bench.call("POST", "/datasets/default/copyFile", queries: copy).statusCode == 200)
        #expect(try await bench.call("POST", "/datasets/default/copyFile", queries: copy).statusCode == 200)
        try folder.write("share/b.txt", "other")
        #expect(try await bench.call("POST", "/datasets/default/copyFile", queries: copy).statusCode == 409)
        let forced = try await bench.call("POST", "/datasets/default/copyFile", queries: copy + [("overwrite", true)])
        #expect(forced.statusCode == 200)
        #expect(try folder.read("share/b.txt") == "first\nsecond")
    }

    @Test func `contents have the type that their names say`() async throws {
        try folder.write("share/a.png", "\u{1}\u{2}")
        #expect(try await content("/a.png").body == ["$content-type": "image/png", "$content": "AQI="])
        let plain = try await bench.call(
            "GET",
            "/datasets/default/GetFileContentByPath",
            queries: [("path", "/cases/42.txt"), ("inferContentType", false)]
        )
        #expect(plain.body?["$content-type"] == "application/octet-stream")
        #expect(try await create("/", "b.bin", ["$content-type": "image/png", "$content": "AQI="]).statusCode == 200)
        #expect(try folder.read("share/b.bin") == "\u{1}\u{2}")
    }

    @Test(arguments: [
        "/../outside.txt", "../outside.txt", "/cases/../../outside.txt", "\\..\\outside.txt", "/link.txt", "/links/a",
        "/up/outside.txt", "/a\u{0}/../outside.txt",
    ])
    func `nothing outside of the root folder is reached`(_ path: String) async throws {
        let files = FileManager.default
        try files.createSymbolicLink(
            atPath: "\(folder.path)/share/link.txt",
            withDestinationPath: "\(folder.path)/outside.txt"
        )
        try files.createSymbolicLink(atPath: "\(folder.path)/share/up", withDestinationPath: folder.path)
        let answer = try await content(path)
        #expect((400..<500).contains(answer.statusCode))
        #expect(answer.body?["message"]?.stringValue?.contains("secret") == false)
        let written = try await bench.call(
            "POST",
            "/datasets/default/copyFile",
            queries: [("source", "/cases/42.txt"), ("destination", .string(path)), ("overwrite", true)]
        )
        if path != "/links/a" { #expect((400..<500).contains(written.statusCode)) }
        #expect(try folder.read("outside.txt") == "secret")
    }

    @Test func `links are left out of listings, and of searches`() async throws {
        let files = FileManager.default
        try files.createSymbolicLink(atPath: "\(folder.path)/share/up", withDestinationPath: folder.path)
        let list = try await bench.call("GET", "/datasets/default/foldersV2", queries: [("useFlatListing", true)])
        #expect(list.body?["value"]?.arrayValue?.compactMap { $0["Path"]?.stringValue } == ["/cases", "/cases/42.txt"])
        let found = try await bench.call(
            "GET",
            "/datasets/default/search",
            queries: [("folderPath", "/"), ("contains", "secret")]
        )
        #expect(found.body == ["value": [], "truncated": false])
    }

    @Test(arguments: [("/", 403), ("relative", 400), ("/usr/../..", 403), ("ROOT/data/keys", 403), ("ROOT/none", 404)])
    func `only folders that the operator opened can be root folders`(_ path: String, status: Int) async throws {
        try folder.write("data/keys/master.key", "k")
        let bench = Bench(
            "filesystem",
            ["filesystem": FileService(allowed: [folder.path], closed: ["\(folder.path)/data"])],
            parameters: ["rootfolder": .string(path.replacing("ROOT", with: folder.path))]
        )
        #expect(try await bench.call("GET", "/datasets/default/foldersV2").statusCode == status)
    }

    @Test func `a folder that holds the server's data cannot be a root folder, and nothing can where none is open`()
        async throws
    {
        try folder.write("data/keys/master.key", "k")
        for (allowed, root) in [([folder.path], folder.path), ([], "\(folder.path)/share")] {
            let bench = Bench(
                "filesystem",
                ["filesystem": FileService(allowed: allowed, closed: ["\(folder.path)/data"])],
                parameters: ["rootfolder": .string(root)]
            )
            #expect(try await bench.call("GET", "/datasets/default/foldersV2").statusCode == 403)
        }
    }

    @Test func `pages follow each other to the end`() async throws {
        for number in 0..<2_100 { try folder.write("share/many/\(number)", "") }
        let pages = try await bench.pages("/datasets/default/foldersV2/%252Fmany")
        #expect(pages.map { $0.body?["value"]?.arrayValue?.count } == [1_000, 1_000, 100])
        let names = pages.flatMap { $0.body?["value"]?.arrayValue ?? [] }.compactMap { $0["Name"]?.stringValue }
        #expect(Set(names).count == 2_100)
    }

    @Test func `a trigger gives what was written or moved in since the last poll, once`() async throws {
        let path = "/datasets/default/triggers/batch/onnewfile"
        let first = try await bench.call("GET", path)
        #expect(first.statusCode == 202)
        // A file that is older than the poll, and comes by a move.
        try folder.write("old.txt", "x")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
            ofItemAtPath: "\(folder.path)/old.txt"
        )
        let cursor = try Self.cursor(first)
        try FileManager.default.moveItem(atPath: "\(folder.path)/old.txt", toPath: "\(folder.path)/share/old.txt")
        try folder.write("share/new.txt", "y")
        let (names, last) = try await seen(path, cursor, count: 2)
        #expect(Set(names) == ["old.txt", "new.txt"])
        #expect(try await bench.call("GET", path, cursor: last).statusCode == 202)
    }

    @Test func `a trigger that finds more than it may give goes on where it ended`() async throws {
        let path = "/datasets/default/triggers/batch/onnewfile"
        let cursor = try Self.cursor(try await bench.call("GET", path))
        for number in 0..<5 { try folder.write("share/n\(number)", "") }
        let (names, _) = try await seen(path, cursor, count: 5, queries: [("maxFileCount", 2)])
        #expect(names.count == 5)
        #expect(Set(names) == ["n0", "n1", "n2", "n3", "n4"])
    }

    /// Polls until so many files were seen, each poll where the one before ended.
    private func seen(
        _ path: String,
        _ cursor: JSON,
        count: Int,
        queries: [(name: String, value: JSON)] = []
    ) async throws -> (names: [String], cursor: JSON) {
        var cursor = cursor
        var names: [String] = []
        let end = ContinuousClock.now + .seconds(10)
        while names.count < count, ContinuousClock.now < end {
            let poll = try await bench.call("GET", path, queries: queries, cursor: cursor)
            names += poll.body?["value"]?.arrayValue?.compactMap { $0["Name"]?.stringValue } ?? []
            cursor = try Self.cursor(poll)
        }
        return (names, cursor)
    }

    private static func cursor(_ outputs: ConnectorOutputs) throws -> JSON {
        try #require(PollCursor.read(outputs.headers["Location"]?.stringValue ?? ""))
    }

    @Test func `lines are found in the newest files first, whatever their case`() async throws {
        try folder.write("share/logs/old.log", "Failed password for Ünal\nok\nfailed PASSWORD for root\r\n")
        try folder.write("share/logs/new.log", "x\nFAILED password for eva")
        try folder.write("share/logs/other.txt", "failed password")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -3_600)],
            ofItemAtPath: "\(folder.path)/share/logs/old.log"
        )
        func search(_ more: [(name: String, value: JSON)]) async throws -> JSON? {
            try await bench.call(
                "GET",
                "/datasets/default/search",
                queries: [("folderPath", "/logs"), ("pattern", "*.LOG")] + more
            ).body
        }
        #expect(
            try await search([("contains", "failed password")]) == [
                "value": [
                    ["Path": "/logs/new.log", "Line": 2, "Text": "FAILED password for eva"],
                    ["Path": "/logs/old.log", "Line": 1, "Text": "Failed password for Ünal"],
                    ["Path": "/logs/old.log", "Line": 3, "Text": "failed PASSWORD for root"],
                ], "truncated": false,
            ]
        )
        #expect(try await search([("contains", "ÜNAL")])?["value"]?.arrayValue?.count == 1)
        let cut = try await search([("contains", "failed"), ("limit", 1)])
        #expect(cut?["truncated"] == true)
        #expect(cut?["value"]?.arrayValue?.count == 1)
        let since = Timestamp.now - .minutes(5)
        #expect(try await search([("since", .string(since.iso8601))])?["value"]?.arrayValue?.count == 2)
    }

    @Test func `a pattern that is built to be slow is not`() async throws {
        try folder.write("share/\(String(repeating: "a", count: 250))", "x")
        let pattern = String(repeating: "*a", count: 100) + "b"
        let start = ContinuousClock.now
        let found = try await bench.call(
            "GET",
            "/datasets/default/search",
            queries: [("folderPath", "/"), ("pattern", .string(pattern))]
        )
        #expect(found.body?["value"] == [])
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `a pipe is no file, and does not hold up a thread`() async throws {
        #expect(mkfifo("\(folder.path)/share/pipe", 0o600) == 0)
        #expect(try await content("/pipe").statusCode == 409)
    }

    @Test func `an unfinished file is not listed and its leftover is written over`() async throws {
        try folder.write("share/.tocsin-part-0123", "half")
        let list = try await bench.call("GET", "/datasets/default/folders")
        #expect(list.body?.arrayValue?.compactMap { $0["Name"]?.stringValue } == ["cases"])
        #expect(list.body?[0]?["IsFolder"] == true)
    }
}
