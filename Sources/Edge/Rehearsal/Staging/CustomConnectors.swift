import Foundation
import JSONTree
import Playbooks

/// The connectors that templates bring (`Microsoft.Web/customApis`), as folders for as long as the rehearsal takes.
struct CustomConnectors {
    let folders: [String]

    init(_ resources: [LoadedCustomAPI]) throws {
        let described = resources.compactMap { resource in resource.definition.map { (resource, $0) } }
        guard !described.isEmpty else {
            folders = []
            return
        }
        let root = FileManager.default.temporaryDirectory.appending(path: "tocsin-rehearsal-\(UUID().uuidString)")
        for (resource, document) in described {
            let folder = root.appending(path: resource.name.lowercased())
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let name = document["openapi"] == nil ? "apiDefinition.swagger.json" : "openapi.json"
            try Data(document.bytes()).write(to: folder.appending(path: name))
            try Data(resource.settings.bytes()).write(to: folder.appending(path: "apiProperties.json"))
        }
        folders = [root.path]
    }

    func remove() {
        for folder in folders { try? FileManager.default.removeItem(atPath: folder) }
    }
}
