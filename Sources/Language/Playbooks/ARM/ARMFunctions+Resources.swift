internal import JSONTree

extension ARMFunctions {
    /// Functions that name resources and the place of deployment.
    static let resources: [String: ARMFunction] = [
        "subscription": ARMFunction(0) { evaluator, _ throws(ARMError) in evaluator.context.subscription },
        "resourcegroup": ARMFunction(0...2) { evaluator, _ throws(ARMError) in evaluator.context.group },
        "deployment": ARMFunction(0) { evaluator, _ throws(ARMError) in evaluator.context.deployment },
        "environment": ARMFunction(0) { _, _ throws(ARMError) in DeploymentContext.environment },
        "tenant": ARMFunction(0) { evaluator, _ throws(ARMError) in
            let tenant = evaluator.context.tenantID
            return [
                "id": .string("/tenants/" + tenant), "tenantId": .string(tenant), "countryCode": "", "displayName": "",
            ]
        },
        "managementgroup": ARMFunction(0...1) { evaluator, _ throws(ARMError) in
            let name = evaluator.context.tenantID
            return [
                "id": .string("/providers/Microsoft.Management/managementGroups/" + name), "name": .string(name),
                "type": "/providers/Microsoft.Management/managementGroups", "properties": ["tenantId": .string(name)],
            ]
        },
        "resourceid": ARMFunction(atLeast: 2) { evaluator, values throws(ARMError) in
            let parts = try texts(values, "resourceId")
            let (scope, type, names) = try split(parts, "resourceId", most: 2)
            let subscription = scope.count == 2 ? scope[0] : evaluator.context.subscriptionID
            let group = scope.last ?? evaluator.context.resourceGroup
            return .string(
                "/subscriptions/\(subscription)/resourceGroups/\(group)/providers/"
                    + (try path(type, names, "resourceId"))
            )
        },
        "subscriptionresourceid": ARMFunction(atLeast: 2) { evaluator, values throws(ARMError) in
            let (scope, type, names) = try split(
                texts(values, "subscriptionResourceId"),
                "subscriptionResourceId",
                most: 1
            )
            let subscription = scope.first ?? evaluator.context.subscriptionID
            return .string(
                "/subscriptions/\(subscription)/providers/" + (try path(type, names, "subscriptionResourceId"))
            )
        },
        "tenantresourceid": ARMFunction(atLeast: 2) { _, values throws(ARMError) in
            let (_, type, names) = try split(texts(values, "tenantResourceId"), "tenantResourceId", most: 0)
            return .string("/providers/" + (try path(type, names, "tenantResourceId")))
        },
        "managementgroupresourceid": ARMFunction(atLeast: 2) { evaluator, values throws(ARMError) in
            let parts = try texts(values, "managementGroupResourceId")
            let (scope, type, names) = try split(parts, "managementGroupResourceId", most: 1)
            let group = scope.first ?? evaluator.context.tenantID
            let base = "/providers/Microsoft.Management/managementGroups/\(group)/providers/"
            return .string(base + (try path(type, names, "managementGroupResourceId")))
        },
        "extensionresourceid": ARMFunction(atLeast: 3) { _, values throws(ARMError) in
            let parts = try texts(values, "extensionResourceId")
            let names = Array(parts.dropFirst(2))
            return .string(parts[0] + "/providers/" + (try path(parts[1], names, "extensionResourceId")))
        },
    ]

    private static func texts(_ values: [JSON], _ function: String) throws(ARMError) -> [String] {
        try values.map { value throws(ARMError) in try text(value, function) }
    }

    /// Parts the parameters of `resourceId` and its kin: scope, type, names.
    ///
    /// The type is the first one with a `/` that is no path of its own; templates write it now and then with a `/` at
    /// its end.
    private static func split(
        _ parts: [String],
        _ function: String,
        most: Int
    ) throws(ARMError) -> (scope: [String], type: String, names: [String]) {
        guard let index = parts.prefix(most + 1).firstIndex(where: { $0.dropFirst().contains("/") }) else {
            throw ARMError(
                "The template function '\(function)' expects a resource type such as 'Microsoft.Web/connections'."
            )
        }
        return (Array(parts[..<index]), parts[index], Array(parts[(index + 1)...]))
    }

    private static func path(_ type: String, _ names: [String], _ function: String) throws(ARMError) -> String {
        let segments = type.split(separator: "/").map(String.init)
        let expected = segments.count - 1
        // Names may be given joined by slashes, as in the `name` of a resource.
        let parts = names.count == expected ? names : names.flatMap { $0.split(separator: "/").map(String.init) }
        guard segments.count >= 2, parts.count == expected else {
            throw ARMError(
                "The template function '\(function)' needs \(max(expected, 1)) names for the type '\(type)', not \(names.count)."
            )
        }
        return segments[0] + zip(segments.dropFirst(), parts).map { "/\($0)/\($1)" }.joined()
    }
}
