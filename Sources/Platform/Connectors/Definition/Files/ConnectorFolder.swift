import Foundation
import JSONTree

/// The folder of one connector: which files it has.
struct ConnectorFolder: Sendable {
    /// The names of a definition's file, the first that is there counts.
    static let definitionNames = ["apiDefinition.swagger.json", "openapi.json", "openapi.yaml", "openapi.yml"]
    static let propertiesName = "apiProperties.json"
    static let adapterName = "adapter.json"
    static let scriptName = "script.csx"
    /// The largest document that is read: 32 MiB.
    static let sizeLimit = 33_554_432

    let path: String
    /// The name of the definition's file.
    let definitionName: String

    /// The folder; nil when it holds no definition.
    init?(_ path: String) {
        let found = Self.definitionNames.first { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
        guard let found else { return nil }
        self.path = path
        definitionName = found
    }

    /// The name of the connector: that of the folder.
    var name: String { path.split(separator: "/").last.map { $0.lowercased() } ?? path }

    var hasScript: Bool { FileManager.default.fileExists(atPath: "\(path)/\(Self.scriptName)") }

    /// The bytes of a file; nil when there is none.
    ///
    /// - Throws: ``ConnectorRemark`` when it cannot be read or is too large.
    func bytes(_ file: String) throws(ConnectorRemark) -> [UInt8]? {
        let place = "\(path)/\(file)"
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
        guard data.count <= Self.sizeLimit else {
            throw ConnectorRemark(
                .error,
                file: file,
                message: "The file is larger than \(Self.sizeLimit) bytes.",
                remedy: "Remove what is not needed."
            )
        }
        return [UInt8](data)
    }

    /// The value of a file without its places; nil when there is none.
    ///
    /// - Throws: ``ConnectorRemark`` with the place of what is wrong.
    func json(_ file: String) throws(ConnectorRemark) -> JSON? {
        guard let bytes = try bytes(file) else { return nil }
        if DefinitionText.isYAML(file) { return try YAMLText.document(bytes, file: file).json }
        do throws(JSONError) {
            return try JSON.parse(bytes)
        } catch {
            throw JSONFault.remark(error, bytes: bytes, file: file)
        }
    }
}
