import Content
import JSONTree
import Playbooks

/// The inputs of actions that name a resource in place of an address, as those of an Http action.
enum ResourceCall {
    /// A `Function` action (section 6.7): `function.id` is an address, or the resource id of a function.
    ///
    /// A resource id `…/sites/SITE/functions/NAME` stands for `https://SITE.azurewebsites.net/api/NAME`. Its key is not
    /// fetched: the action brings it in `authentication`, in the query `code` or in the header `x-functions-key`.
    static func function(_ inputs: JSON) throws(RunError) -> JSON {
        let id = inputs[ignoringCase: "function"]?[ignoringCase: "id"]?.stringValue ?? ""
        guard
            let address = address(
                id,
                site: "sites",
                part: "functions",
                url: { "https://\($0).azurewebsites.net/api/\($1)" }
            )
        else {
            throw RunError(
                "InvalidTemplate",
                "The property 'function.id' must be an https address or a resource id that ends in /sites/SITE/functions/NAME."
            )
        }
        return completed(inputs, address, method: inputs[ignoringCase: "method"]?.stringValue ?? "POST")
    }

    /// An `ApiManagement` action (section 6.23): `api.id` is an address, or the resource id of an API.
    ///
    /// A resource id `…/service/NAME/apis/API` stands for `https://NAME.azure-api.net`.
    static func apiManagement(_ inputs: JSON) throws(RunError) -> JSON {
        let id = inputs[ignoringCase: "api"]?[ignoringCase: "id"]?.stringValue ?? ""
        guard let base = address(id, site: "service", part: "apis", url: { name, _ in "https://\(name).azure-api.net" })
        else {
            throw RunError(
                "InvalidTemplate",
                "The property 'api.id' must be an https address or a resource id that ends in /service/NAME/apis/API."
            )
        }
        guard let method = inputs[ignoringCase: "method"]?.stringValue else {
            throw RunError("InvalidTemplate", "Required property 'method' expects a value but got null. Path ''.")
        }
        let path = PathTemplate.path(inputs[ignoringCase: "pathTemplate"] ?? .null, value: Self.segment)
        let trimmed = base.hasSuffix("/") ? String(base.dropLast()) : base
        var result = completed(
            inputs,
            trimmed + (path.hasPrefix("/") || path.isEmpty ? path : "/\(path)"),
            method: method
        )
        if let key = inputs[ignoringCase: "subscriptionKey"].flatMap(\.nonNull) {
            var headers = result[ignoringCase: "headers"]?.objectValue ?? JSONObject()
            headers["Ocp-Apim-Subscription-Key"] = key
            result = with(result, "headers", .object(headers))
        }
        return result
    }

    /// A value as a part of a path.
    static func segment(_ value: JSON) -> String { PercentEncoding.encode(TextConversion.text(value)) }

    private static func address(
        _ id: String,
        site: String,
        part: String,
        url: (String, String) -> String
    ) -> String? {
        if id.lowercased().hasPrefix("https://") || id.lowercased().hasPrefix("http://") { return id }
        let words = id.split(separator: "/").map(String.init)
        guard let place = words.firstIndex(where: { $0.isSame(ignoringCase: site) }), words.count == place + 4,
            words[place + 2].isSame(ignoringCase: part)
        else { return nil }
        return url(words[place + 1], words[place + 3])
    }

    private static func completed(_ inputs: JSON, _ address: String, method: String) -> JSON {
        with(with(inputs, "method", .string(method)), "uri", .string(address))
    }

    private static func with(_ inputs: JSON, _ name: String, _ value: JSON) -> JSON {
        var object = inputs.objectValue ?? JSONObject()
        object[object.member(ignoringCase: name)?.name ?? name] = value
        return .object(object)
    }
}
