import Content
import JSONTree
import Moments
import Playbooks

/// Brings the workflows of playbook files onto a server.
struct Deployment: Sendable {
    let client: ServerClient
    let place: WorkflowPlace
    var location = "local"
    var networks: [String] = []

    /// What came of it.
    struct Report: Sendable {
        /// Workflows with their versions, and whether they are new.
        var workflows: [(name: String, version: String, isNew: Bool, isEnabled: Bool)] = []
        /// Callback addresses of triggers that wait for calls.
        var addresses: [(workflow: String, trigger: String, url: String)] = []
        /// Connections that were made because the server itself answers them, or the file gave all they need.
        var made: [String] = []
        /// Connections that somebody has to make.
        var missing: [Need] = []
    }

    /// A connection that a workflow uses.
    struct Need: Sendable, Hashable {
        var name: String
        var connector: String
    }

    /// Deploys all workflows of a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - parameters: Values for its parameters.
    ///   - name: The name of a workflow that the file does not name.
    /// - Returns: What was deployed, and what is still missing.
    /// - Throws: `CommandFailure`; workflows before the one that failed stay deployed.
    func deploy(_ path: String, parameters: JSON, name: String? = nil) async throws(CommandFailure) -> Report {
        let context = DeploymentContext(
            subscriptionID: place.subscription,
            resourceGroup: place.resourceGroup,
            location: location,
            now: .now
        )
        let file = PlaybookFile.load(bytes: try InputFile.bytes(path), parameters: parameters, context: context)
        if let broken = file.diagnostics.first(where: \.isError) { throw CommandFailure(broken, path) }
        guard !file.workflows.isEmpty else {
            throw CommandFailure(
                code: "NoWorkflow",
                place: path,
                message: "The file holds no workflow.",
                remedy: "Give a deployment template with a workflow, or a definition."
            )
        }
        var report = Report()
        try await connect(file, &report)
        for workflow in file.workflows {
            try await put(
                workflow,
                named: workflow.name.isEmpty ? name ?? InputFile.stem(path) : workflow.name,
                &report
            )
        }
        return report
    }

    // MARK: Workflows

    private func put(
        _ workflow: LoadedWorkflow,
        named name: String,
        _ report: inout Report
    ) async throws(CommandFailure) {
        let answer = try await client.ask(
            "PUT",
            place.path(name),
            query: [WorkflowPlace.version],
            body: resource(of: workflow)
        )
        guard answer.status < 400 else { throw ServerClient.refusal(answer, place: "workflow \(name)") }
        report.workflows.append(
            (
                name: name, version: answer.json?["properties"]?["version"]?.stringValue ?? "",
                isNew: answer.status == 201, isEnabled: workflow.isEnabled
            )
        )
        let triggers = workflow.definition[ignoringCase: "triggers"]?.objectValue ?? JSONObject()
        for (trigger, settings) in triggers
        where settings[ignoringCase: "type"]?.stringValue?.isSame(ignoringCase: "Request") == true {
            let address = try await client.call(
                "POST",
                place.path(name, "triggers", trigger, "listCallbackUrl"),
                query: [WorkflowPlace.version]
            )
            report.addresses.append((name, trigger, address["value"]?.stringValue ?? ""))
        }
    }

    private func resource(of workflow: LoadedWorkflow) -> JSON {
        var properties: JSONObject = [
            "definition": workflow.definition, "parameters": .object(workflow.parameters),
            "state": .string(workflow.isEnabled ? "Enabled" : "Disabled"),
        ]
        properties["accessControl"] = workflow.accessControl
        properties["integrationAccount"] = workflow.integrationAccount
        if !networks.isEmpty { properties["networks"] = .array(networks.map(JSON.string)) }
        var resource: JSONObject = [
            "location": .string(workflow.location ?? location), "tags": .object(workflow.tags),
            "properties": .object(properties),
        ]
        resource["kind"] = workflow.kind.map(JSON.string)
        resource["identity"] = workflow.identity
        return .object(resource)
    }

    // MARK: Connections

    /// Makes the connections that need nobody, and notes the others that are not there.
    private func connect(_ file: LoadedFile, _ report: inout Report) async throws(CommandFailure) {
        let known = Set(
            try await client.list("/tocsin/v1/connections").compactMap { $0["name"]?.stringValue?.lowercased() }
        )
        for need in Self.needs(of: file) where !known.contains(need.name.lowercased()) {
            let given = file.connections.first { $0.name.isSame(ignoringCase: need.name) }?.parameterValues
            if try await make(need, given: given ?? JSONObject()) {
                report.made.append(need.name)
            } else {
                report.missing.append(need)
            }
        }
    }

    /// Makes a connection if nothing is missing for it.
    private func make(_ need: Need, given: JSONObject) async throws(CommandFailure) -> Bool {
        guard !need.connector.isEmpty else { return false }
        let about = try await client.ask("GET", "/tocsin/v1/connectors/\(PercentEncoding.encode(need.connector))")
        guard about.status == 200, let connector = about.json else { return false }
        var plain = JSONObject()
        var secrets = JSONObject()
        for parameter in connector["parameters"]?.arrayValue ?? [] {
            guard let name = parameter["name"]?.stringValue else { continue }
            if let value = given.member(ignoringCase: name)?.value.nonNull, value.stringValue != "" {
                if parameter["secret"]?.boolValue == true { secrets[name] = value } else { plain[name] = value }
            } else if parameter["required"]?.boolValue == true {
                return false
            }
        }
        let isOwn = connector["isAnsweredByThisServer"]?.boolValue == true
        guard isOwn || !(plain.isEmpty && secrets.isEmpty) else { return false }
        try await client.call(
            "PUT",
            "/tocsin/v1/connections/\(PercentEncoding.encode(need.name))",
            body: [
                "connector": .string(need.connector), "parameters": .object(plain), "secrets": .object(secrets),
            ]
        )
        return true
    }

    /// The connections of a file: those that it brings, and those that its workflows name.
    static func needs(of file: LoadedFile) -> [Need] {
        var needs: [Need] = []
        func note(_ name: String, _ connector: String) {
            guard !name.isEmpty, !needs.contains(where: { $0.name.isSame(ignoringCase: name) }) else { return }
            needs.append(Need(name: name, connector: connector))
        }
        for workflow in file.workflows {
            let value = workflow.parameters.member(ignoringCase: "$connections")?.value
            for (_, entry) in value?[ignoringCase: "value"]?.objectValue ?? JSONObject() {
                let id = entry[ignoringCase: "connectionId"]?.stringValue ?? ""
                note(lastPart(id), ConnectorName.of(id: entry[ignoringCase: "id"]?.stringValue ?? ""))
            }
        }
        for connection in file.connections { note(connection.name, connection.api) }
        return needs
    }

    private static func lastPart(_ id: String) -> String { id.split(separator: "/").last.map(String.init) ?? "" }
}

extension CommandFailure {
    /// A remark on a file that keeps it from being used.
    init(_ diagnostic: Diagnostic, _ path: String) {
        let line = diagnostic.line > 0 ? ":\(diagnostic.line):\(diagnostic.column)" : ""
        let pointer = diagnostic.pointer.isEmpty ? "" : " (\(diagnostic.pointer))"
        self.init(
            code: diagnostic.code,
            place: path + line + pointer,
            message: diagnostic.message,
            remedy: diagnostic.remedy
        )
    }
}
