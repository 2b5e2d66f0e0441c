import Engine
import JSONTree
import Moments

/// The text of workflows and their versions (section 17.1).
struct WorkflowForm: Sendable {
    /// Scheme, host and port by which the client knows the server.
    let origin: String

    /// What filters of the list see.
    static let filterFields = ["state", "trigger", "referencedResourceId", "name"]

    /// The address below which a workflow is called.
    func accessEndpoint(_ record: WorkflowRecord) -> String { "\(origin)/workflows/\(record.id)" }

    /// A workflow with its definition, byte for byte as it was put.
    func workflow(_ version: WorkflowVersion) -> [UInt8] {
        let record = version.workflow
        var before: JSONObject = [
            "provisioningState": "Succeeded", "createdTime": .string(record.created.iso8601),
            "changedTime": .string(record.changed.iso8601), "state": .string(record.state.rawValue),
            "version": .string(record.version), "accessEndpoint": .string(accessEndpoint(record)),
            "sku": ["name": "Consumption"],
        ]
        if let kind = record.kind { before["kind"] = .string(kind) }
        addKept(record, to: &before)
        var resource: JSONObject = [
            "id": .string(record.key.resourceID), "name": .string(record.key.name),
            "type": .string(ResourceTypes.workflow), "location": .string(record.location), "tags": record.tags,
        ]
        if let identity = record.identity { resource["identity"] = identity }
        return SplicedBody.resource(
            resource,
            before: before,
            definition: version.definition,
            after: ["parameters": version.parameters]
        )
    }

    /// A version with its definition.
    func version(_ version: WorkflowVersion) -> [UInt8] {
        let record = version.workflow
        var before: JSONObject = [
            "createdTime": .string(version.created.iso8601), "changedTime": .string(version.created.iso8601),
            "state": .string(record.state.rawValue), "version": .string(version.version),
            "accessEndpoint": .string(accessEndpoint(record)), "sku": ["name": "Consumption"],
        ]
        addKept(record, to: &before)
        return SplicedBody.resource(
            [
                "id": .string(record.key.version(version.version)), "name": .string(version.version),
                "type": .string(ResourceTypes.version), "location": .string(record.location), "tags": record.tags,
            ],
            before: before,
            definition: version.definition,
            after: ["parameters": version.parameters]
        )
    }

    /// What was put beside definition and parameters.
    private func addKept(_ record: WorkflowRecord, to properties: inout JSONObject) {
        for (name, value) in record.properties.objectValue ?? JSONObject() where properties[name] == nil {
            properties[name] = value
        }
        if !record.networks.isEmpty { properties["networks"] = .array(record.networks.map { .string($0) }) }
    }
}
