import JSONTree

/// A definition that is written in several files, as one document.
///
/// Each file that is referred to becomes a member of `x-files`, under its path below the definition's folder, and references to it
/// lead there. What lies elsewhere, or at an address, is not read.
struct ReferencedFiles {
    /// The member that holds them.
    static let member = "x-files"
    /// The most files of a definition: 500.
    static let limit = 500
    /// The members in which a `$ref` is no reference but an example of a value.
    private static let values: Set<String> = ["example", "examples", "default", "enum", "x-example"]

    /// Reads a file of the folder; nil when there is none.
    private let read: (String) throws(ConnectorRemark) -> [UInt8]?
    private let root: String
    private var files: [String: JSON] = [:]
    private var waiting: [String] = []
    private var absent: Set<String> = []

    private init(root: String, read: @escaping (String) throws(ConnectorRemark) -> [UInt8]?) {
        self.root = root
        self.read = read
    }

    /// The definition with the files that it refers to.
    ///
    /// - Parameters:
    ///   - json: The definition.
    ///   - file: Its name in the folder.
    ///   - read: Reads a file of the folder by its path there; nil when there is none.
    /// - Returns: One document; the same where nothing leads to another file that is there.
    /// - Throws: ``ConnectorRemark`` when a file cannot be read.
    static func joined(
        _ json: JSON,
        file: String,
        read: @escaping (String) throws(ConnectorRemark) -> [UInt8]?
    ) throws(ConnectorRemark) -> JSON {
        guard refersOut(json, depth: 0) else { return json }
        var files = ReferencedFiles(root: file, read: read)
        var result = try files.rewritten(json, in: file, depth: 0).objectValue ?? JSONObject()
        var all = result[member]?.objectValue ?? JSONObject()
        while let next = files.waiting.popLast() {
            guard let content = files.files[next] else { continue }
            all[next] = try files.rewritten(content, in: next, depth: 0)
        }
        guard !all.isEmpty else { return json }
        result[member] = .object(all)
        return .object(result)
    }

    private static func refersOut(_ json: JSON, depth: Int) -> Bool {
        guard depth < 200 else { return false }
        switch json {
        case .object(let object):
            if let target = object["$ref"]?.stringValue, !target.hasPrefix("#") { return true }
            return object.contains { !values.contains($0.name) && refersOut($0.value, depth: depth + 1) }
        case .array(let items): return items.contains { refersOut($0, depth: depth + 1) }
        default: return false
        }
    }

    /// A value of a file with its references as they lead in the one document.
    private mutating func rewritten(_ json: JSON, in file: String, depth: Int) throws(ConnectorRemark) -> JSON {
        guard depth < 200 else { return json }
        switch json {
        case .object(let object):
            var result = JSONObject()
            for (name, value) in object {
                if name == "$ref", let target = value.stringValue {
                    result[name] = .string(try place(of: target, in: file))
                } else if name == "mapping", let mapping = value.objectValue, object["propertyName"] != nil {
                    // The values of a discriminator name schemas, too.
                    var places = JSONObject()
                    for (key, target) in mapping {
                        let text = target.stringValue ?? ""
                        let isPlace = text.contains("#") || text.contains("/") || text.contains(".")
                        places[key] = isPlace ? .string(try place(of: text, in: file)) : target
                    }
                    result[name] = .object(places)
                } else {
                    result[name] =
                        Self.values.contains(name) ? value : try rewritten(value, in: file, depth: depth + 1)
                }
            }
            return .object(result)
        case .array(let items):
            var result: [JSON] = []
            for item in items { result.append(try rewritten(item, in: file, depth: depth + 1)) }
            return .array(result)
        default: return json
        }
    }

    /// Where the target of a reference stands in the one document; the reference as it is where it leads out of the folder.
    private mutating func place(of target: String, in file: String) throws(ConnectorRemark) -> String {
        let path = target.prefix { $0 != "#" }
        let pointer = target[path.endIndex...].dropFirst()
        guard pointer.isEmpty || pointer.hasPrefix("/") else { return target }
        guard !path.isEmpty else { return file == root ? target : Self.place(file, pointer) }
        guard let other = Self.resolved(Percent.decode(path), from: file) else { return target }
        if other == root { return "#\(pointer)" }
        guard try isThere(other) else { return target }
        return Self.place(other, pointer)
    }

    private static func place(_ file: String, _ pointer: Substring) -> String {
        "#/\(member)/\(JSONPointer.escaped(file).replacing("%", with: "%25"))\(pointer)"
    }

    /// A path below the folder; nil for what lies elsewhere.
    private static func resolved(_ path: String, from file: String) -> String? {
        guard !path.contains("://"), !path.hasPrefix("/"), !path.contains("\\"), !path.contains("\0") else {
            return nil
        }
        var parts = file.split(separator: "/").dropLast().map(String.init)
        for part in path.split(separator: "/") where part != "." {
            guard part == ".." else {
                parts.append(String(part))
                continue
            }
            guard !parts.isEmpty else { return nil }
            parts.removeLast()
        }
        return parts.isEmpty ? nil : parts.joined(separator: "/")
    }

    /// Whether a file is there; reads it when it is first named.
    private mutating func isThere(_ file: String) throws(ConnectorRemark) -> Bool {
        if files[file] != nil { return true }
        guard !absent.contains(file) else { return false }
        guard let bytes = try read(file).map(TextBytes.utf8) else {
            absent.insert(file)
            return false
        }
        guard files.count < Self.limit else {
            throw ConnectorRemark(
                .error,
                file: root,
                message: "The definition refers to more than \(Self.limit) files.",
                remedy: "Write it in fewer files, or in one."
            )
        }
        if DefinitionText.isYAML(file) {
            files[file] = try YAMLText.document(bytes, file: file).json
        } else {
            do throws(JSONError) {
                files[file] = try JSON.parse(bytes)
            } catch {
                throw JSONFault.remark(error, bytes: bytes, file: file)
            }
        }
        waiting.append(file)
        return true
    }
}
