import CLibXML2
public import JSONTree

extension XMLDoc {
    /// The document as JSON by the mapping of Json.NET's `XmlNodeConverter`.
    ///
    /// Attributes are `@name`, text beside attributes or children `#text`, CDATA `#cdata-section`, instructions
    /// `?name`, the declaration `?xml`, a document type `!DOCTYPE`. Elements of one name under one parent become an
    /// array, also a single one that has the attribute `json:Array="true"`. An element `<a />` without attributes is
    /// null, `<a></a>` the empty string. All values are strings. Comments are left out.
    public var json: JSON {
        withDocument { document in
            var mapping = XMLToJSON()
            return mapping.value(of: document, declaration: declaration)
        }
    }
}

/// The mapping from a tree of libxml2 to JSON.
private struct XMLToJSON {
    private static let jsonNamespace = "http://james.newtonking.com/projects/json"

    /// The namespace declarations in scope, innermost last.
    private var scope: [(prefix: String, uri: String)] = []

    mutating func value(of document: xmlDocPtr, declaration: XMLDeclaration?) -> JSON {
        var object = JSONObject()
        if let declaration {
            var attributes = JSONObject()
            attributes["@version"] = .string(declaration.version)
            if let encoding = declaration.encoding { attributes["@encoding"] = .string(encoding) }
            if let standalone = declaration.standalone { attributes["@standalone"] = .string(standalone) }
            object["?xml"] = .object(attributes)
        }
        addChildren(document.pointee.children, to: &object)
        return .object(object)
    }

    /// Adds the children, grouped by their JSON names in the order of each name's first child.
    private mutating func addChildren(_ first: xmlNodePtr?, to object: inout JSONObject) {
        var groups: [(name: String, nodes: [xmlNodePtr])] = []
        var places: [String: Int] = [:]
        var next = first
        while let node = next {
            next = node.pointee.next
            guard let name = name(of: node) else { continue }
            if let place = places[name] {
                groups[place].nodes.append(node)
            } else {
                places[name] = groups.count
                groups.append((name, [node]))
            }
        }
        for group in groups {
            if group.nodes.count == 1, !isArray(group.nodes[0]) {
                object[group.name] = value(of: group.nodes[0])
            } else {
                object[group.name] = .array(group.nodes.map { value(of: $0) })
            }
        }
    }

    /// The member name of a child; nil for a comment.
    private func name(of node: xmlNodePtr) -> String? {
        switch node.pointee.type {
        case XML_ELEMENT_NODE: return elementName(node)
        case XML_TEXT_NODE: return "#text"
        case XML_CDATA_SECTION_NODE: return "#cdata-section"
        case XML_PI_NODE: return "?" + (XMLTag.text(node.pointee.name) ?? "")
        case XML_DTD_NODE: return "!DOCTYPE"
        default: return nil
        }
    }

    private func elementName(_ node: xmlNodePtr) -> String {
        // The element's own declarations are not in scope yet; they come first.
        var uris: [(prefix: String, uri: String)] = scope
        XMLTag.forEachDeclaration(of: node) { uris.append(($0, $1)) }
        return fullName(node.pointee.name, node.pointee.ns, scope: uris)
    }

    private func fullName(
        _ name: UnsafePointer<xmlChar>?,
        _ namespace: xmlNsPtr?,
        scope: [(prefix: String, uri: String)]
    ) -> String {
        let local = XMLNames.decode(XMLTag.text(name) ?? "")
        guard let uri = XMLTag.text(namespace?.pointee.href), !uri.isEmpty else { return local }
        if uri == XMLToJSON.jsonNamespace { return "$" + local }
        if uri == "http://www.w3.org/XML/1998/namespace" { return "xml:" + local }
        let written = XMLTag.text(namespace?.pointee.prefix) ?? ""
        let inScope = scope.last { $0.prefix == written && $0.uri == uri } ?? scope.last { $0.uri == uri }
        let prefix = inScope?.prefix ?? written
        return prefix.isEmpty ? local : prefix + ":" + local
    }

    private mutating func value(of node: xmlNodePtr) -> JSON {
        switch node.pointee.type {
        case XML_ELEMENT_NODE: return elementValue(node)
        case XML_DTD_NODE: return typeValue(UnsafeMutableRawPointer(node).assumingMemoryBound(to: xmlDtd.self))
        default: return .string(XMLTag.text(node.pointee.content) ?? "")
        }
    }

    private func typeValue(_ type: xmlDtdPtr) -> JSON {
        var object = JSONObject()
        object["@name"] = .string(XMLTag.text(type.pointee.name) ?? "")
        if let publicID = XMLTag.text(type.pointee.ExternalID) { object["@public"] = .string(publicID) }
        if let systemID = XMLTag.text(type.pointee.SystemID) { object["@system"] = .string(systemID) }
        return .object(object)
    }

    private mutating func elementValue(_ node: xmlNodePtr) -> JSON {
        let outerScope = scope.count
        defer { scope.removeLast(scope.count - outerScope) }
        XMLTag.forEachDeclaration(of: node) { scope.append(($0, $1)) }
        var attributes: [(String, String)] = []
        for (prefix, uri) in scope[outerScope...] where uri != XMLToJSON.jsonNamespace {
            attributes.append((prefix.isEmpty ? "@xmlns" : "@xmlns:" + prefix, uri))
        }
        XMLTag.forEachAttribute(of: node) { attribute in
            let value = XMLTag.value(attribute)
            let isJSON = XMLTag.text(attribute.pointee.ns?.pointee.href) == XMLToJSON.jsonNamespace
            let name = fullName(attribute.pointee.name, attribute.pointee.ns, scope: scope)
            if isJSON {
                if name != "$Array" { attributes.append((name, value)) }
            } else {
                attributes.append(("@" + name, value))
            }
        }
        let first = node.pointee.children
        if attributes.isEmpty {
            guard let first else { return XMLTag.isEmptyTag(node) && !isArray(node) ? .null : emptyValue(node) }
            if first.pointee.next == nil, first.pointee.type == XML_TEXT_NODE {
                return .string(XMLTag.text(first.pointee.content) ?? "")
            }
        }
        var object = JSONObject()
        for (name, value) in attributes { object[name] = .string(value) }
        addChildren(first, to: &object)
        return .object(object)
    }

    /// An element without attributes and children: with an end tag it is the empty string, else null.
    private func emptyValue(_ node: xmlNodePtr) -> JSON {
        XMLTag.isEmptyTag(node) ? .null : .string("")
    }

    private func isArray(_ node: xmlNodePtr) -> Bool {
        guard XMLTag.isElement(node) else { return false }
        var result = false
        XMLTag.forEachAttribute(of: node) { attribute in
            guard XMLTag.text(attribute.pointee.ns?.pointee.href) == XMLToJSON.jsonNamespace,
                XMLTag.text(attribute.pointee.name) == "Array"
            else { return }
            let value = XMLTag.value(attribute)
            if value == "true" || value == "1" { result = true }
        }
        return result
    }
}
