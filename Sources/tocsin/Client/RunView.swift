import JSONTree

/// A run as commands show it: its properties, and its actions with their repetitions.
struct RunView: Sendable {
    let place: WorkflowPlace
    let workflow: String
    let run: String

    /// Reads the run.
    ///
    /// - Parameters:
    ///   - client: The server.
    ///   - withContents: Whether inputs and outputs are read too.
    /// - Returns: `{run, actions}`.
    /// - Throws: `CommandFailure`.
    func read(by client: ServerClient, withContents: Bool) async throws(CommandFailure) -> JSON {
        let base = place.path(workflow, "runs", run)
        var header = try await client.call("GET", base, query: [WorkflowPlace.version])
        if withContents, let trigger = header["properties"]?["trigger"] {
            var properties = header["properties"]?.objectValue ?? JSONObject()
            properties["trigger"] = try await filled(trigger, by: client)
            header = Self.replacing(header, properties)
        }
        var actions: [JSON] = []
        for action in try await client.list(
            place.path(workflow, "runs", run, "actions"),
            query: [WorkflowPlace.version]
        ) {
            var whole = action.objectValue ?? JSONObject()
            if let name = action["name"]?.stringValue, action["properties"]?["repetitionCount"] != nil {
                var repetitions: [JSON] = []
                let path = place.path(workflow, "runs", run, "actions", name, "repetitions")
                for repetition in try await client.list(path, query: [WorkflowPlace.version]) {
                    repetitions.append(withContents ? try await entry(repetition, by: client) : repetition)
                }
                whole["repetitions"] = .array(repetitions)
                actions.append(.object(whole))
            } else {
                actions.append(withContents ? try await entry(.object(whole), by: client) : .object(whole))
            }
        }
        return ["run": header, "actions": .array(actions)]
    }

    private func entry(_ entry: JSON, by client: ServerClient) async throws(CommandFailure) -> JSON {
        let properties = try await filled(entry["properties"] ?? .null, by: client)
        return Self.replacing(entry, properties.objectValue ?? JSONObject())
    }

    private static func replacing(_ resource: JSON, _ properties: JSONObject) -> JSON {
        var whole = resource.objectValue ?? JSONObject()
        whole["properties"] = .object(properties)
        return .object(whole)
    }

    /// Properties with the contents that their links lead to.
    private func filled(_ properties: JSON, by client: ServerClient) async throws(CommandFailure) -> JSON {
        var result = properties.objectValue ?? JSONObject()
        for (link, name) in [("inputsLink", "inputs"), ("outputsLink", "outputs")] {
            guard let address = result[link]?["uri"]?.stringValue else { continue }
            result[name] = try await client.call("GET", client.local(address))
            result[link] = nil
        }
        return .object(result)
    }

    // MARK: For people

    /// The run as lines of text.
    static func text(_ shown: JSON) -> String {
        let properties = shown["run"]?["properties"]
        var lines = ["\(shown["run"]?["name"]?.stringValue ?? "") \(properties?["status"]?.stringValue ?? "")"]
        let remark = remark(properties)
        if !remark.isEmpty { lines.append(remark) }
        var table = TextTable(["action", "status", "started", "ended", "remark"])
        for action in shown["actions"]?.arrayValue ?? [] {
            table.add(row(action["name"]?.stringValue ?? "", action["properties"]))
            for repetition in action["repetitions"]?.arrayValue ?? [] {
                table.add(row("  " + (repetition["name"]?.stringValue ?? ""), repetition["properties"]))
            }
        }
        return (lines + [table.text]).joined(separator: "\n")
    }

    private static func row(_ name: String, _ properties: JSON?) -> [String] {
        [
            name, properties?["status"]?.stringValue ?? "", properties?["startTime"]?.stringValue ?? "",
            properties?["endTime"]?.stringValue ?? "", remark(properties),
        ]
    }

    /// What is worth saying besides the status.
    static func remark(_ properties: JSON?) -> String {
        var words: [String] = []
        if properties?["outcomeUnknown"]?.boolValue == true { words.append("outcome unknown") }
        if let count = properties?["repetitionCount"]?.integerValue { words.append("\(count) times") }
        if let retries = properties?["retryHistory"]?.arrayValue?.count, retries > 0 {
            words.append("\(retries) retries")
        }
        let error = properties?["error"]
        if let code = error?["code"]?.stringValue {
            words.append(code + (error?["message"]?.stringValue.map { ": \($0)" } ?? ""))
        }
        return words.joined(separator: ", ")
    }
}
