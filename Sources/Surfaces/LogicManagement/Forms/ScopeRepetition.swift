import Engine
import JSONTree
import Moments
import Playbooks

/// One iteration of a loop, or one record of a container inside a loop.
struct ScopeRepetition: Sendable {
    let name: String
    let indexes: JSON
    let status: ActionStatus
    let code: String?
    let error: RunError?
    let start: Timestamp
    let end: Timestamp?

    /// The repetitions of a container: the iterations of a loop, else the records of a Scope, If or Switch in a loop.
    ///
    /// The times of an iteration are those of the actions directly in it.
    static func all(of action: RunAction, in history: RunHistory) -> [ScopeRepetition] {
        guard let node = action.node else { return [] }
        let definition = history.program.definition
        guard node.type.isLoop else {
            return !node.type.isContainer || node.loops.isEmpty
                ? [] : action.entries.map { one($0, ActionForm.indexes($0.indexes, node.loops, definition)) }
        }
        let children = Set(definition.children(of: node.id).map { definition[$0].name })
        let inner = Dictionary(grouping: history.entries.filter { children.contains($0.name) }, by: \.indexes)
        return action.entries.flatMap { entry in
            entry.iterations.enumerated().map { index, status in
                let place = entry.indexes + [index]
                let records = inner[place] ?? []
                let ends = records.compactMap(\.end)
                return ScopeRepetition(
                    name: HistoryEntry.repetitionName(place),
                    indexes: ActionForm.indexes(place, node.loops + [node.id], definition),
                    status: status,
                    code: status == .failed ? "ActionFailed" : nil,
                    error: nil,
                    start: records.map(\.start).min() ?? entry.start,
                    end: status.isFinal ? ends.max() ?? entry.end : nil
                )
            }
        }
    }

    private static func one(_ entry: HistoryEntry, _ indexes: JSON) -> ScopeRepetition {
        ScopeRepetition(
            name: entry.repetitionName,
            indexes: indexes,
            status: entry.status,
            code: entry.code,
            error: entry.error,
            start: entry.start,
            end: entry.end
        )
    }

    /// What filters of the list see.
    var facts: JSON { ["status": .string(status.word), "startTime": .string(start.iso8601)] }

    /// The JSON of the repetition.
    func json(id: String) -> JSON {
        var properties: JSONObject = [
            "startTime": .string(start.iso8601), "status": .string(status.word), "repetitionIndexes": indexes,
        ]
        if let end { properties["endTime"] = .string(end.iso8601) }
        if let code { properties["code"] = .string(code) }
        if let error { properties["error"] = error.json }
        return [
            "properties": .object(properties), "id": .string(id), "name": .string(name),
            "type": .string(ResourceTypes.scopeRepetition),
        ]
    }
}
