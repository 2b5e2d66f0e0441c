import Engine
import JSONTree
import OData

/// What the filter of a list of workflows sees: `state`, `trigger`, `referencedResourceId`, `name`.
///
/// A workflow has several triggers and refers to several resources: it fulfils a filter when it does so with one of each.
enum WorkflowFacts {
    /// The most resources that are looked at.
    static let resourceLimit = 100

    /// - Throws: `JSONError` when the stored definition cannot be read.
    static func matches(_ filter: ODataFilter, _ version: WorkflowVersion) throws -> Bool {
        let used = Set(filter.paths.map { $0.description.lowercased() })
        var triggers: [JSON] = [.null]
        var resources: [JSON] = [.null]
        if used.contains("trigger") || used.contains("referencedresourceid") {
            let definition = try JSON.parse(version.definition)
            if used.contains("trigger") { triggers = self.triggers(definition) }
            if used.contains("referencedresourceid") {
                var found: [String] = []
                gather(version.parameters, &found)
                gather(version.workflow.properties, &found)
                gather(definition, &found)
                if !found.isEmpty { resources = found.map(JSON.string) }
            }
        }
        let record = version.workflow
        return triggers.contains { trigger in
            resources.contains { resource in
                filter.matches([
                    "state": .string(record.state.rawValue), "name": .string(record.key.name), "trigger": trigger,
                    "referencedResourceId": resource,
                ])
            }
        }
    }

    /// The names and types of the triggers.
    private static func triggers(_ definition: JSON) -> [JSON] {
        var found: [JSON] = []
        for (name, trigger) in definition[ignoringCase: "triggers"]?.objectValue ?? JSONObject() {
            found.append(.string(name))
            if let type = trigger[ignoringCase: "type"] { found.append(type) }
        }
        return found.isEmpty ? [.null] : found
    }

    /// Texts that are resource ids.
    private static func gather(_ value: JSON, _ found: inout [String]) {
        guard found.count < resourceLimit else { return }
        switch value {
        case .string(let text) where text.lowercased().hasPrefix("/subscriptions/"):
            if !found.contains(text) { found.append(text) }
        case .array(let items): for item in items { gather(item, &found) }
        case .object(let object): for (_, item) in object { gather(item, &found) }
        default: break
        }
    }
}
