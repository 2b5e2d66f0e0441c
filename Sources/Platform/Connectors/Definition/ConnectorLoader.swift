import Foundation
import JSONTree

/// Reads connectors from folders: `<folder>/<name>/apiDefinition.swagger.json` and what lies beside it.
enum ConnectorLoader {
    /// The largest document that is read: 32 MiB.
    static let sizeLimit = 33_554_432

    static let definitionName = "apiDefinition.swagger.json"

    /// The connector of a name from the first folder that has it; nil when none has.
    static func load(_ name: String, from folders: [String]) throws -> ConnectorDefinition? {
        guard isName(name) else { return nil }
        for folder in folders {
            let place = "\(folder)/\(name.lowercased())"
            guard let definition = try read("\(place)/\(definitionName)", name) else { continue }
            return try ConnectorDefinition(
                name: name,
                definition: definition,
                properties: try read("\(place)/apiProperties.json", name),
                adapter: try read("\(place)/adapter.json", name),
                hasScript: FileManager.default.fileExists(atPath: "\(place)/script.csx")
            )
        }
        return nil
    }

    /// The names of all connectors in the folders, sorted.
    static func names(in folders: [String]) -> [String] {
        var names: Set<String> = []
        for folder in folders {
            let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for name in found where isName(name) {
                if FileManager.default.fileExists(atPath: "\(folder)/\(name)/\(definitionName)") { names.insert(name) }
            }
        }
        return names.sorted()
    }

    /// Names come from playbooks, so that none may lead out of the folder.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 128 && name.first != "."
            && name.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0)
            }
    }

    private static func read(_ path: String, _ connector: String) throws -> JSON? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let bytes: [UInt8]
        do {
            bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw ConnectorError(.invalidDefinition, "\(file) of the connector '\(connector)' cannot be read.")
        }
        guard bytes.count <= sizeLimit else {
            throw ConnectorError(
                .invalidDefinition,
                "\(file) of the connector '\(connector)' is larger than \(sizeLimit) bytes."
            )
        }
        do {
            return try JSON.parse(bytes)
        } catch {
            throw ConnectorError(
                .invalidDefinition,
                "\(file) of the connector '\(connector)', line \(error.line), column \(error.column): \(error.message)"
            )
        }
    }
}
