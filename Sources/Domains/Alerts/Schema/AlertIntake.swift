import JSONTree
import Moments

/// Makes an alert of a provider whole: every top-level property, in the service's order, of the right type.
enum AlertIntake {
    /// The alert in the shape that is stored and sent.
    ///
    /// - Parameters:
    ///   - json: What the provider sent; its `id` is kept.
    ///   - tenant: Whose it is; stamped as `azureTenantId` where the provider says nothing.
    ///   - now: Stamped where the provider names no time.
    ///   - limits: What is taken at most.
    /// - Returns: The whole alert.
    /// - Throws: ``AlertError`` with `.invalidAlert`.
    static func alert(_ json: JSON, tenant: String, now: Timestamp, limits: AlertLimits) throws(AlertError) -> JSON {
        guard let object = json.objectValue else { throw AlertError(.invalidAlert, "An alert must be a JSON object.") }
        var result = JSONObject()
        for property in AlertSchema.topLevel {
            let value = object.member(ignoringCase: property.name)?.value ?? .null
            result[property.name] = try AlertSchema.normal(value, property.kind, property.name)
        }
        for (name, value) in object
        where !name.hasPrefix("@") && result.member(ignoringCase: name) == nil { result[name] = value }
        try require(result)
        stamp(&result, tenant: tenant, now: now)
        let alert = JSON.object(result)
        guard alert.bytes().count <= limits.alertBytes else {
            throw AlertError(.invalidAlert, "The alert is larger than \(limits.alertBytes) bytes.")
        }
        return alert
    }

    private static func require(_ alert: JSONObject) throws(AlertError) {
        guard let id = alert["id"]?.stringValue, !id.isEmpty, id.utf8.count <= 512,
            !id.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else {
            throw AlertError(.invalidAlert, "The alert needs an 'id' of 1 to 512 bytes without control characters.")
        }
        for name in ["title", "severity", "status"] where alert[name]?.stringValue?.isEmpty ?? true {
            throw AlertError(.invalidAlert, "The alert '\(id)' needs the property '\(name)'.")
        }
        for name in ["provider", "vendor"] where alert["vendorInformation"]?[name]?.stringValue?.isEmpty ?? true {
            throw AlertError(.invalidAlert, "The alert '\(id)' needs the property 'vendorInformation/\(name)'.")
        }
    }

    private static func stamp(_ alert: inout JSONObject, tenant: String, now: Timestamp) {
        let present = JSON.string(now.iso8601)
        if alert["azureTenantId"]?.isNull ?? true { alert["azureTenantId"] = .string(tenant) }
        if alert["createdDateTime"]?.isNull ?? true { alert["createdDateTime"] = present }
        if alert["eventDateTime"]?.isNull ?? true { alert["eventDateTime"] = alert["createdDateTime"] }
        if alert["lastModifiedDateTime"]?.isNull ?? true { alert["lastModifiedDateTime"] = present }
    }
}
