import Foundation
import JSONTree

/// Reads connectors from folders: `<folder>/<name>/apiDefinition.swagger.json` and what lies beside it.
enum ConnectorLoader {
    /// The connector of a name from the first folder that has it; nil when none has.
    ///
    /// - Throws: ``ConnectorError`` with `.invalidDefinition`, which names file, line and column.
    static func load(_ name: String, from folders: [String]) throws -> ConnectorDefinition? {
        guard isName(name) else { return nil }
        for folder in folders {
            guard let place = ConnectorFolder("\(folder)/\(name.lowercased())") else { continue }
            return try load(place)
        }
        guard let other = try alias(name.lowercased(), in: folders) else { return nil }
        for folder in folders {
            guard let place = ConnectorFolder("\(folder)/\(other)") else { continue }
            return try load(place)
        }
        return nil
    }

    /// Other names of connectors: `aliases.json` beside their folders, an object of names in small letters.
    static let aliasesName = "aliases.json"

    /// The connector that an alias stands for; an alias of an alias stands for nothing.
    private static func alias(_ name: String, in folders: [String]) throws -> String? {
        for folder in folders {
            let path = "\(folder)/\(aliasesName)"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let names: JSON
            do {
                names = try JSON.parse([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
            } catch {
                throw ConnectorError(
                    .invalidDefinition,
                    "The file \(aliasesName) of the connectors cannot be read: it must be an object of names."
                )
            }
            if let other = names[name]?.stringValue?.lowercased(), isName(other) { return other }
        }
        return nil
    }

    /// The connector of a folder.
    static func load(_ folder: ConnectorFolder) throws -> ConnectorDefinition {
        do {
            return try ConnectorDefinition(
                name: folder.name,
                definition: try folder.joined(try folder.json(folder.definitionName) ?? .null),
                properties: try folder.json(ConnectorFolder.propertiesName),
                adapter: try folder.json(ConnectorFolder.adapterName),
                hasScript: folder.hasScript
            )
        } catch let remark as ConnectorRemark {
            let place = remark.line > 0 ? ", line \(remark.line), column \(remark.column)" : ""
            throw ConnectorError(
                .invalidDefinition,
                "\(remark.file) of the connector '\(folder.name)'\(place): \(remark.message) \(remark.remedy)"
            )
        }
    }

    /// The names of all connectors in the folders, sorted.
    static func names(in folders: [String]) -> [String] {
        var names: Set<String> = []
        for folder in folders {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where isName(name) {
                if ConnectorFolder("\(folder)/\(name)") != nil { names.insert(name) }
            }
        }
        return names.sorted()
    }

    /// Names come from playbooks, so that none may lead out of the folder.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 128 && name.first != "."
            && name.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0)
            }
    }
}
