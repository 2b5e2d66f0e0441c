public import Connectors
import Content
import JSONTree
import Moments
import Outbound

/// The service `filesystem`: files below one folder of this machine.
public struct FileService: ConnectorService {
    /// The most bytes of a file that is read or written: 100 MB.
    public static let byteLimit = 100 << 20
    /// The most entries of a page of a listing: 1,000.
    public static let pageLimit = 1_000

    private static let threads = BlockingCalls(count: 8)
    private let allowed: [String]
    private let closed: [String]

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - allowed: The folders that connections may name as their root folder, or folders in them.
    ///   - closed: Folders that no connection may reach, such as the server's own data.
    public init(allowed: [String], closed: [String] = []) {
        self.allowed = allowed
        self.closed = closed
    }

    /// Performs one operation.
    public func perform(_ call: ServiceCall) async throws -> ConnectorOutputs {
        let path = call.setting("rootfolder")?.stringValue ?? ""
        let (allowed, closed) = (allowed, closed)
        do {
            return try await Self.threads.run(timeout: call.timeout) { watch in
                let root = try RootFolder(path, allowed: allowed, closed: closed)
                return try FileOperation(call: call, root: root, watch: watch).perform()
            }
        } catch let failure as FileFailure {
            return failure.outputs
        }
    }
}

/// One operation on its thread.
struct FileOperation {
    let call: ServiceCall
    let root: RootFolder
    let watch: BlockingWatch

    func perform() throws -> ConnectorOutputs {
        switch call.operation {
        case "CreateFile":
            let folder = try FilePath(try required("folderPath"))
            let name = try required("name")
            guard !name.contains(where: { $0 == "/" || $0 == "\\" }), !["", ".", ".."].contains(name) else {
                throw FileFailure(400, "InvalidName", "The name of a file holds no slash.")
            }
            return entry(try writer.write(try FilePath("\(folder.text)/\(name)"), try body()))
        case "UpdateFile": return entry(try writer.write(try id(), try body(), mustExist: true))
        case "DeleteFile":
            try writer.delete(try id())
            return ConnectorOutputs(statusCode: 200)
        case "CopyFile": return try copy()
        case "GetFileMetadata": return try metadata(try id())
        case "GetFileMetadataByPath": return try metadata(try FilePath(try required("path")))
        case "GetFileContent": return try content(try id())
        case "GetFileContentByPath": return try content(try FilePath(try required("path")))
        case "ListRootFolder": return try list(.root)
        case "ListFolder": return try list(try id())
        case "ListRootFolder_V2": return try page(.root)
        case "ListFolder_V2": return try page(try id())
        case "SearchLines": return try search()
        default:
            throw ConnectorError(.notSupported, "The service of files has no operation '\(call.operation)'.")
        }
    }

    /// How long a change must be over to be seen: 50 ms.
    private static let moment = TimeSpan(ticks: 500_000)

    // MARK: Parameters

    private var writer: FileWriter { FileWriter(root: root, watch: watch, key: call.key) }

    private func id() throws -> FilePath { try FilePath(id: call.path("id") ?? "") }

    private func required(_ name: String) throws -> String {
        guard let text = call.query(name), !text.isEmpty else {
            throw FileFailure(400, "MissingParameter", "The parameter '\(name)' has no value.")
        }
        return text
    }

    private func body() throws -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try Content.bytes(of: call.body).bytes
        } catch {
            throw FileFailure(400, "InvalidBody", "The content cannot be read: \(error.message)")
        }
        guard bytes.count <= FileService.byteLimit else {
            throw FileFailure(413, "FileTooLarge", "The content has more than \(FileService.byteLimit) bytes.")
        }
        return bytes
    }

    private func flag(_ name: String) -> Bool { call.query(name)?.lowercased() == "true" }

    private func number(_ name: String, default fallback: Int, limit: Int) throws -> Int {
        guard let text = call.query(name), !text.isEmpty else { return fallback }
        guard let number = Int(text), number > 0 else {
            throw FileFailure(400, "InvalidParameter", "The parameter '\(name)' is a number from 1 to \(limit).")
        }
        return min(number, limit)
    }

    private func instant(_ name: String) throws -> Timestamp? {
        guard let text = call.query(name), !text.isEmpty else { return nil }
        guard let instant = Timestamp(iso8601: text) else {
            throw FileFailure(400, "InvalidParameter", "The parameter '\(name)' is no date and time.")
        }
        return instant
    }

    // MARK: Answers

    private func entry(_ entry: FileEntry) -> ConnectorOutputs { ConnectorOutputs(statusCode: 200, body: entry.json) }

    private func metadata(_ path: FilePath) throws -> ConnectorOutputs {
        guard let found = try FileEntry(try root.folder(path.parent), path) else {
            throw FileFailure(404, "NotFound", "There is no '\(path.text)'.")
        }
        guard found.isFile || found.isFolder else {
            throw FileFailure(403, "LinkRefused", "'\(path.text)' is a link or no ordinary file.")
        }
        return entry(found)
    }

    private func content(_ path: FilePath) throws -> ConnectorOutputs {
        let file = try FileReader(root, path)
        let bytes = try file.all(limit: FileService.byteLimit, watch: watch)
        let infers = call.query("inferContentType")?.lowercased() != "false"
        let type = infers ? MediaTypes.type(of: path.name) : MediaTypes.unknown
        let body = bytes.isEmpty ? JSON.string("") : Content.value(bytes: bytes, contentType: type)
        return ConnectorOutputs(statusCode: 200, body: body)
    }

    /// Copies a file; a copy that is there with the same content is done.
    private func copy() throws -> ConnectorOutputs {
        let source = try FileReader(root, try FilePath(try required("source")))
        let bytes = try source.all(limit: FileService.byteLimit, watch: watch)
        let destination = try FilePath(try required("destination"))
        if !flag("overwrite") {
            do {
                let there = try FileReader(root, destination)
                guard try there.all(limit: FileService.byteLimit, watch: watch) == bytes else {
                    throw FileFailure(409, "AlreadyExists", "'\(destination.text)' is there, with another content.")
                }
                return entry(there.entry)
            } catch let failure as FileFailure where failure.status == 404 {
                // There is none yet: what the copy is for.
                return entry(try writer.write(destination, bytes))
            }
        }
        return entry(try writer.write(destination, bytes))
    }

    private func list(_ path: FilePath) throws -> ConnectorOutputs {
        var walk = FolderWalk(root: root, watch: watch)
        let entries = try walk.entries(path, isDeep: false)
        guard entries.count <= 10 * FileService.pageLimit else {
            throw FileFailure(
                413,
                "FolderTooLarge",
                "The folder has more than \(10 * FileService.pageLimit) entries; list it in pages, with foldersV2."
            )
        }
        return ConnectorOutputs(statusCode: 200, body: .array(entries.map(\.json)))
    }

    private func page(_ path: FilePath) throws -> ConnectorOutputs {
        var walk = FolderWalk(root: root, watch: watch)
        var entries = try walk.entries(path, isDeep: flag("useFlatListing"))
        if let since = try instant("changedSince") { return try changed(entries, since) }
        if let marker = call.query("nextPageMarker"), !marker.isEmpty {
            let after = try FilePath(id: marker).text
            entries = entries.filter { after.utf8.lexicographicallyPrecedes($0.path.text.utf8) }
        }
        let shown = entries.prefix(FileService.pageLimit)
        var body: JSONObject = ["value": .array(shown.map(\.json))]
        if shown.count < entries.count, let last = shown.last {
            let target = path.names.isEmpty ? "" : "/" + PercentEncoding.encode(path.id)
            body["nextLink"] = .string(
                "/datasets/default/foldersV2\(target)?useFlatListing=\(flag("useFlatListing"))"
                    + "&nextPageMarker=\(PercentEncoding.encode(last.path.id))"
            )
        }
        return ConnectorOutputs(statusCode: 200, body: .object(body))
    }

    /// The files that were changed or moved in since an instant, the oldest first; those of one instant stay together.
    private func changed(_ entries: [FileEntry], _ since: Timestamp) throws -> ConnectorOutputs {
        // Clocks of file systems are coarse: what was changed a moment ago waits for the next look, so that nothing that gets
        // the same time after this look is missed.
        let settled = entries.filter { !($0.changed...($0.changed + Self.moment)).contains(Timestamp.now) }
        let limit = try number("limit", default: FileService.pageLimit, limit: FileService.pageLimit)
        let files = settled.filter { $0.isFile && $0.changed > since }.sorted { $0.changed < $1.changed }
        let last = files.prefix(limit).last?.changed
        let shown = files.prefix { file in last.map { file.changed <= $0 } ?? false }
        return ConnectorOutputs(statusCode: 200, body: ["value": .array(shown.map(\.json))])
    }

    private func search() throws -> ConnectorOutputs {
        var search = LineSearch(
            contains: call.query("contains") ?? "",
            pattern: try call.query("pattern").flatMap { $0.isEmpty ? nil : try NamePattern($0) },
            since: try instant("since"),
            limit: try number("limit", default: 100, limit: LineSearch.lineLimit),
            watch: watch
        )
        try search.search(root, try FilePath(try required("folderPath")))
        return ConnectorOutputs(
            statusCode: 200,
            body: ["value": .array(search.lines), "truncated": .bool(search.isCut)]
        )
    }
}
