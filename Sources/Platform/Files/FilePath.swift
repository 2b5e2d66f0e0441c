import Content

/// A place below a root folder: names without links, `..` or anything that could lead out.
struct FilePath: Sendable, Hashable {
    /// The most names of a path: 64.
    static let depthLimit = 64

    /// The names from the root folder on; none for the root folder itself.
    let names: [String]

    /// The root folder.
    static let root = FilePath(names: [])

    private init(names: [String]) { self.names = names }

    /// Reads a path; slashes of both kinds part names.
    ///
    /// - Throws: ``FileFailure`` with 400 for what is no path, with 403 for what leads out.
    init(_ text: String) throws {
        guard !text.utf8.contains(0) else { throw FileFailure(400, "InvalidPath", "The path holds a NUL.") }
        var names: [String] = []
        for part in text.split(whereSeparator: { $0 == "/" || $0 == "\\" }) where part != "." {
            guard part != ".." else {
                throw FileFailure(403, "OutsideRootFolder", "The path leads upwards with '..', which is refused.")
            }
            guard part.utf8.count <= 255 else {
                throw FileFailure(400, "InvalidPath", "A name in the path is longer than 255 bytes.")
            }
            names.append(String(part))
        }
        guard names.count <= Self.depthLimit else {
            throw FileFailure(400, "InvalidPath", "The path has more than \(Self.depthLimit) names.")
        }
        self.names = names
    }

    /// Reads an id: what a listing gave, or a path that is encoded once more, as playbooks do it.
    init(id text: String) throws {
        let text = text.contains("%") ? PercentEncoding.decode(text) : text
        if !text.hasPrefix("/"), let bytes = Base64.decode(text, mode: .strict), bytes.first == UInt8(ascii: "/"),
            let path = String(validating: bytes, as: UTF8.self)
        {
            try self.init(path)
        } else {
            try self.init(text)
        }
    }

    /// The path with a slash at its beginning.
    var text: String { "/" + names.joined(separator: "/") }

    /// The id: the path in Base64.
    var id: String { Base64.encode(Array(text.utf8)) }

    /// The last name; empty for the root folder.
    var name: String { names.last ?? "" }

    /// The folder that it lies in.
    var parent: FilePath { FilePath(names: names.dropLast()) }

    /// A place in this folder; the name must be one that the system gave.
    func appending(listed name: String) -> FilePath { FilePath(names: names + [name]) }
}
