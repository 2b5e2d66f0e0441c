import Foundation
import JSONTree

/// The folder of one connector: which files it has.
struct ConnectorFolder: Sendable {
    /// The names of a definition's file, the first that is there counts.
    static let definitionNames = ["apiDefinition.swagger.json", "openapi.json", "openapi.yaml", "openapi.yml"]
    static let propertiesName = "apiProperties.json"
    static let adapterName = "adapter.json"
    /// The usual name of the script.
    static let scriptName = "script.csx"
    /// The largest document that is read: 32 MiB.
    static let sizeLimit = 33_554_432

    let path: String
    /// The name of the definition's file.
    let definitionName: String
    /// The names of the other files as they are written here, by their usual names.
    private let written: [String: String]

    /// The folder; nil when it holds no definition.
    ///
    /// Names may be written in small or capital letters; where none of the usual ones is there, the only file counts that is named as
    /// other tools name a definition.
    init?(_ path: String) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        func find(_ usual: String) -> String? {
            names.contains(usual) ? usual : names.first { $0.isSame(ignoringCase: usual) }
        }
        let others = names.filter(Self.isDefinition)
        let found = Self.definitionNames.lazy.compactMap(find).first ?? (others.count == 1 ? others[0] : nil)
        guard let found else { return nil }
        self.path = path
        definitionName = found
        var written: [String: String] = [:]
        for usual in [Self.propertiesName, Self.adapterName] { written[usual] = find(usual) }
        // Scripts have many names; nothing else ends so.
        written[Self.scriptName] = find(Self.scriptName) ?? names.first { $0.lowercased().hasSuffix(".csx") }
        self.written = written
    }

    /// Whether a file is named as a definition is, if not as usual: `NAME.swagger.json`, `swagger.yaml`, `apiDefinition.json`.
    private static func isDefinition(_ file: String) -> Bool {
        let name = file.lowercased()
        guard let end = [".json", ".yaml", ".yml"].first(where: name.hasSuffix), name.first != "." else { return false }
        let stem = name.dropLast(end.count)
        return stem.hasSuffix(".swagger") || stem.hasSuffix(".openapi") || ["swagger", "apidefinition"].contains(stem)
    }

    /// The name of the connector: that of the folder.
    var name: String { path.split(separator: "/").last.map { $0.lowercased() } ?? path }

    var hasScript: Bool { written[Self.scriptName] != nil }

    /// The name of a file as it is written in this folder.
    func written(_ file: String) -> String { written[file] ?? file }

    /// The bytes of a file; nil when there is none.
    ///
    /// - Throws: ``ConnectorRemark`` when it cannot be read or is too large.
    func bytes(_ file: String) throws(ConnectorRemark) -> [UInt8]? {
        try Self.bytes(written(file), in: path)
    }

    /// The bytes of a file of a folder; nil when there is none.
    ///
    /// - Throws: ``ConnectorRemark`` when it cannot be read or is too large.
    static func bytes(_ file: String, in folder: String) throws(ConnectorRemark) -> [UInt8]? {
        let place = "\(folder)/\(file)"
        guard FileManager.default.fileExists(atPath: place) else { return nil }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: place))
        } catch {
            throw ConnectorRemark(
                .error,
                file: file,
                message: "The file cannot be read.",
                remedy: "Check that it is a file, and that this server may read it."
            )
        }
        guard data.count <= sizeLimit else {
            throw ConnectorRemark(
                .error,
                file: file,
                message: "The file is larger than \(sizeLimit) bytes.",
                remedy: "Remove what is not needed."
            )
        }
        return [UInt8](data)
    }

    /// A definition of this folder with the files that it refers to.
    ///
    /// - Throws: ``ConnectorRemark`` when one of them cannot be read.
    func joined(_ json: JSON) throws(ConnectorRemark) -> JSON {
        try ReferencedFiles.joined(json, file: definitionName) { file throws(ConnectorRemark) in try bytes(file) }
    }

    /// The value of a file without its places; nil when there is none.
    ///
    /// - Throws: ``ConnectorRemark`` with the place of what is wrong.
    func json(_ file: String) throws(ConnectorRemark) -> JSON? {
        guard let bytes = try bytes(file).map(TextBytes.utf8) else { return nil }
        if DefinitionText.isYAML(file) { return try YAMLText.document(bytes, file: file).json }
        do throws(JSONError) {
            return try JSON.parse(bytes)
        } catch {
            throw JSONFault.remark(error, bytes: bytes, file: written(file))
        }
    }
}
