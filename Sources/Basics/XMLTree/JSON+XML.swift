public import JSONTree

extension XMLDoc {
    /// Makes a document from JSON by the mapping of Json.NET's `XmlNodeConverter`; see `json` for its names.
    ///
    /// The value is an object with exactly one property besides those that begin with `?` or `!`, whose value is not an
    /// array of several. Member names are encoded as XML names; a null value gives `<a />`.
    ///
    /// - Parameters:
    ///   - json: The object.
    ///   - limits: Bounds on the document's bytes and nodes.
    /// - Returns: The document.
    /// - Throws: `XMLError` with code `invalidJSON` when the value has no XML form.
    public static func make(from json: JSON, limits: XMLLimits = .default) throws(XMLError) -> XMLDoc {
        guard let object = json.objectValue else {
            throw XMLError(.invalidJSON, "XmlNodeConverter can only convert JSON that begins with an object.")
        }
        var mapping = JSONToXML(limits: limits)
        try mapping.writeDocument(object)
        return try XMLParsing.parse(mapping.bytes, isText: true, preservingWhitespace: true, limits: limits)
    }
}

/// The mapping from JSON to XML text, which is then parsed: so that its result is well-formed by proof.
private struct JSONToXML {
    private static let jsonNamespace = "http://james.newtonking.com/projects/json"

    /// The deepest nesting; the parser's own limit.
    private static let depthLimit = 256

    let limits: XMLLimits
    private(set) var bytes: [UInt8] = []

    init(limits: XMLLimits) { self.limits = limits }

    mutating func writeDocument(_ object: JSONObject) throws(XMLError) {
        var hasRoot = false
        for (name, value) in object {
            if name.hasPrefix("?") {
                try writeInstruction(name, value)
            } else if name.uppercased() == "!DOCTYPE" {
                try writeDocumentType(value)
            } else {
                let isSingle: Bool
                if case .array(let items) = value { isSingle = items.count == 1 } else { isSingle = true }
                guard !hasRoot, isSingle else { throw JSONToXML.severalRoots }
                guard !name.hasPrefix("@"), !name.hasPrefix("#") else { throw JSONToXML.noElement(name) }
                hasRoot = true
                try writeMember(name, value, depth: 1)
            }
        }
        guard hasRoot else {
            throw XMLError(.invalidJSON, "Root element is missing: the object has no property for it.")
        }
    }

    private static let severalRoots = XMLError(
        .invalidJSON,
        """
        JSON root object has multiple properties. The root object must have a single property in order to create a \
        valid XML document. Consider specifying a DeserializeRootElementName.
        """
    )

    private static func noElement(_ name: String) -> XMLError {
        XMLError(
            .invalidJSON,
            """
            JSON root object has property '\(name)' that will be converted to an attribute. A root object cannot have \
            any attribute properties. Consider specifying a DeserializeRootElementName.
            """
        )
    }

    private mutating func writeMember(_ name: String, _ value: JSON, depth: Int) throws(XMLError) {
        guard let items = value.arrayValue else {
            try writeNode(name, value, depth: depth)
            return
        }
        for item in items {
            if item.arrayValue != nil, !name.hasPrefix("#") {
                // An array in an array: an element of the same name around it.
                try writeElement(name, [:], depth: depth) { (writer) throws(XMLError) in
                    try writer.writeMember(name, item, depth: depth + 1)
                }
            } else {
                try writeNode(name, item, depth: depth)
            }
        }
    }

    private mutating func writeNode(_ name: String, _ value: JSON, depth: Int) throws(XMLError) {
        switch name {
        case "#text", "#whitespace", "#significant-whitespace":
            put(XMLEscaping.escapeText(try text(of: value, name)))
        case "#cdata-section":
            put(XMLEscaping.section(try text(of: value, name)))
        case "#comment":
            break
        default:
            if name.hasPrefix("?") {
                try writeInstruction(name, value)
                return
            }
            guard let object = value.objectValue else {
                let content = value.isNull ? nil : try text(of: value, name)
                try writeElement(name, [:], depth: depth, content: content)
                return
            }
            try writeObject(name, object, depth: depth)
        }
    }

    private mutating func writeObject(_ name: String, _ object: JSONObject, depth: Int) throws(XMLError) {
        var attributes = JSONObject()
        var hasContent = false
        for (member, value) in object {
            if let attribute = JSONToXML.attributeName(member) {
                attributes[attribute] = .string(value.isNull ? "" : try text(of: value, member))
            } else if value.arrayValue?.isEmpty != true {
                // An array of nothing leaves nothing.
                hasContent = true
            }
        }
        guard hasContent else {
            try writeElement(name, attributes, depth: depth, content: nil)
            return
        }
        try writeElement(name, attributes, depth: depth) { (writer) throws(XMLError) in
            for (member, value) in object where JSONToXML.attributeName(member) == nil {
                // A member `$values` is what Json.NET writes for the items of a referenced list.
                try writer.writeMember(member == "$values" ? "values" : member, value, depth: depth + 1)
            }
        }
    }

    /// The attribute that a member stands for, if it stands for one.
    private static func attributeName(_ member: String) -> String? {
        if member.hasPrefix("@") { return String(member.dropFirst()) }
        switch member {
        case "$id", "$ref", "$type", "$value": return "json:" + member.dropFirst()
        default: return nil
        }
    }

    private mutating func writeElement(
        _ name: String,
        _ attributes: JSONObject,
        depth: Int,
        content: String?
    ) throws(XMLError) {
        try openElement(name, attributes, depth: depth)
        if let content {
            put(">")
            put(XMLEscaping.escapeText(content))
            put("</\(XMLNames.encode(name))>")
        } else {
            put(" />")
        }
    }

    private mutating func writeElement(
        _ name: String,
        _ attributes: JSONObject,
        depth: Int,
        _ content: (inout JSONToXML) throws(XMLError) -> Void
    ) throws(XMLError) {
        try openElement(name, attributes, depth: depth)
        put(">")
        try content(&self)
        put("</\(XMLNames.encode(name))>")
    }

    private mutating func openElement(_ name: String, _ attributes: JSONObject, depth: Int) throws(XMLError) {
        guard !name.isEmpty else {
            throw XMLError(.invalidJSON, "XmlNodeConverter cannot convert JSON with an empty property name to XML.")
        }
        guard depth <= JSONToXML.depthLimit else {
            let text = "The JSON value is nested deeper than the \(JSONToXML.depthLimit) levels XML may have."
            throw XMLError(.tooLarge, text)
        }
        guard bytes.count <= limits.bytes else {
            throw XMLError(.tooLarge, "The XML document is larger than \(limits.bytes) bytes.")
        }
        put("<")
        put(XMLNames.encode(name))
        var usesJSON = false
        for (attribute, value) in attributes {
            if attribute.hasPrefix("json:") { usesJSON = true }
            put(" \(XMLNames.encode(attribute))=\"")
            put(XMLEscaping.escapeAttribute(value.stringValue ?? ""))
            put("\"")
        }
        if usesJSON, attributes["xmlns:json"] == nil { put(" xmlns:json=\"\(JSONToXML.jsonNamespace)\"") }
    }

    private mutating func writeInstruction(_ name: String, _ value: JSON) throws(XMLError) {
        let target = String(name.dropFirst())
        guard target == "xml" else {
            let content = value.isNull ? "" : try text(of: value, name)
            guard !content.contains(bytes: "?>") else {
                throw XMLError(.invalidJSON, "The processing instruction '\(name)' must not contain '?>'.")
            }
            put(content.isEmpty ? "<?\(XMLNames.encode(target))?>" : "<?\(XMLNames.encode(target)) \(content)?>")
            return
        }
        guard let object = value.objectValue else {
            throw XMLError(.invalidJSON, "The property '?xml' must be an object with the member '@version'.")
        }
        put("<?xml version=\"\(XMLEscaping.escapeAttribute(object["@version"]?.stringValue ?? "1.0"))\"")
        for name in ["encoding", "standalone"] {
            guard let text = object["@" + name]?.stringValue else { continue }
            put(" \(name)=\"\(XMLEscaping.escapeAttribute(text))\"")
        }
        put("?>")
    }

    private mutating func writeDocumentType(_ value: JSON) throws(XMLError) {
        let name = value["@name"]?.stringValue ?? ""
        let publicID = value["@public"]?.stringValue
        let systemID = value["@system"]?.stringValue
        guard value["@internalSubset"]?.stringValue?.isEmpty ?? true else {
            throw XMLError(.prohibited, XMLParsing.prohibitedDeclarations)
        }
        guard
            [name, publicID ?? "", systemID ?? ""].allSatisfy({ !$0.contains(bytes: "\"") && !$0.contains(bytes: ">") })
        else {
            throw XMLError(.invalidJSON, "The parts of '!DOCTYPE' must not contain '\"' or '>'.")
        }
        put("<!DOCTYPE \(XMLNames.encode(name))")
        if let publicID {
            put(" PUBLIC \"\(publicID)\" \"\(systemID ?? "")\"")
        } else if let systemID {
            put(" SYSTEM \"\(systemID)\"")
        }
        put(">")
    }

    /// The text of a simple value, as .NET's `XmlConvert` writes it.
    private func text(of value: JSON, _ name: String) throws(XMLError) -> String {
        switch value {
        case .null: return ""
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let number): return String(number)
        case .double(let number): return DotNetNumber.text(number)
        case .digits(let digits): return digits
        case .string(let text): return text
        case .array, .object:
            throw XMLError(.invalidJSON, "The property '\(name)' must have a simple value to become XML text.")
        }
    }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
