import Connectors
import Content
import JSONTree

/// Operations that read the directory.
struct DirectoryReads {
    let call: ServiceCall
    let connection: LDAPConnection
    let finder: EntryFinder

    /// One entry.
    func get(_ id: String, _ kind: EntryKind) throws -> ConnectorOutputs {
        let further = attributes
        return ConnectorOutputs(
            statusCode: 200,
            body: kind.json(try finder.find(id, kind, further: further), further: further)
        )
    }

    /// The entries of a kind that fit the filter of the call.
    func list(_ kind: EntryKind) throws -> ConnectorOutputs {
        var filter = kind.filter
        if let own = call.query("filter"), !own.isEmpty { filter = "(&\(filter)\(try FilterText.whole(own)))" }
        let found = try connection.search(base, .subtree, filter, kind.attributes + attributes)
        return try page(found) { kind.json($0, further: attributes) }
    }

    /// The members of a group, those of groups inside if wanted.
    func members(_ id: String) throws -> ConnectorOutputs {
        let group = try finder.find(id, .group)
        let isRecursive = call.query("recursive")?.lowercased() == "true"
        let rule = isRecursive ? ":1.2.840.113556.1.4.1941:" : ""
        let filter = "(memberOf\(rule)=\(FilterText.escaped(group.dn)))"
        let found = try connection.search(finder.base, .subtree, filter, EntryKind.member.attributes + attributes)
        return try page(found) { EntryKind.member.json($0, further: attributes) }
    }

    /// Any entries by any filter.
    func search() throws -> ConnectorOutputs {
        guard let text = call.query("filter"), !text.isEmpty else {
            throw LDAPFailure(400, "MissingParameter", "The parameter 'filter' has no value.")
        }
        let scope: LDAPConnection.Scope
        switch call.query("scope")?.lowercased() {
        case nil, "", "subtree": scope = .subtree
        case "one": scope = .one
        case "base": scope = .base
        default: throw LDAPFailure(400, "InvalidParameter", "The scope is base, one or subtree.")
        }
        let found = try connection.search(base, scope, try FilterText.whole(text), attributes)
        return try page(found) { entry in
            var values = JSONObject()
            for attribute in entry.attributes {
                values[attribute.name] = AttributeText.json(attribute.name, attribute.values)
            }
            return ["distinguishedName": .string(entry.dn), "attributes": .object(values)]
        }
    }

    private var base: String { call.query("base").flatMap { $0.isEmpty ? nil : $0 } ?? finder.base }

    /// The attributes that the call asks for; names that are none are left out.
    private var attributes: [String] {
        (call.query("attributes") ?? "").split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init).filter {
            name in
            name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "-.;*+".utf8.contains(byte)
            }
        }
    }

    /// A page in the order of names.
    ///
    /// The cursor is the last name, so that it holds over connections and changes.
    private func page(_ found: [DirectoryEntry], _ json: (DirectoryEntry) -> JSON) throws -> ConnectorOutputs {
        var limit = 100
        if let text = call.query("limit"), !text.isEmpty {
            guard let number = Int(text), (1...1_000).contains(number) else {
                throw LDAPFailure(400, "InvalidParameter", "The limit is a number from 1 to 1000.")
            }
            limit = number
        }
        var entries = found.map { (key: $0.dn.lowercased(), entry: $0) }.sorted { $0.key < $1.key }
        if let cursor = call.query("cursor"), !cursor.isEmpty {
            guard let bytes = Base64.decode(cursor, mode: .lenient), let last = String(validating: bytes, as: UTF8.self)
            else {
                throw LDAPFailure(400, "InvalidParameter", "The cursor is not one that a page gave.")
            }
            entries.removeAll { $0.key <= last }
        }
        let shown = entries.prefix(limit)
        var body: JSONObject = ["value": .array(shown.map { json($0.entry) })]
        if shown.count < entries.count, let last = shown.last {
            body["nextCursor"] = .string(Base64.encode(Array(last.key.utf8), alphabet: .url, padded: false))
        }
        return ConnectorOutputs(statusCode: 200, body: .object(body))
    }
}
