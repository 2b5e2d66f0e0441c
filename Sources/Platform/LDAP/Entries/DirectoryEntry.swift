import CLibLDAP
import Content
import JSONTree

/// An entry as the directory gave it.
struct DirectoryEntry: Sendable, Hashable {
    let dn: String
    /// The attributes in their order, with their values.
    let attributes: [(name: String, values: [[UInt8]])]

    static func == (left: DirectoryEntry, right: DirectoryEntry) -> Bool { left.dn == right.dn }
    func hash(into hasher: inout Hasher) { hasher.combine(dn) }

    init(_ directory: OpaquePointer?, _ entry: OpaquePointer) {
        let name = ldap_get_dn(directory, entry)
        dn = name.map { String(cString: $0) } ?? ""
        ldap_memfree(name)
        var found: [(name: String, values: [[UInt8]])] = []
        var position: OpaquePointer?
        var attribute = ldap_first_attribute(directory, entry, &position)
        while let current = attribute {
            var values: [[UInt8]] = []
            if let list = ldap_get_values_len(directory, entry, current) {
                var index = 0
                while let value = list[index] {
                    values.append(LDAPConnection.bytes(value.pointee))
                    index += 1
                }
                ldap_value_free_len(list)
            }
            found.append((String(cString: current), values))
            ldap_memfree(current)
            attribute = ldap_next_attribute(directory, entry, position)
        }
        if position != nil { ber_free(position, 0) }
        attributes = found
    }

    /// How many bytes it takes.
    var size: Int { attributes.reduce(dn.utf8.count) { $0 + $1.values.reduce($1.name.utf8.count) { $0 + $1.count } } }

    /// The values of an attribute; none when the entry does not have it.
    func values(_ name: String) -> [[UInt8]] {
        attributes.first { $0.name.lowercased() == name.lowercased() }?.values ?? []
    }

    /// The first value of an attribute as text.
    func text(_ name: String) -> String? { values(name).first.map { String(decoding: $0, as: UTF8.self) } }

    /// The first value of an attribute as a whole number.
    func number(_ name: String) -> Int64? { text(name).flatMap { Int64($0) } }

    /// The id of the entry: its GUID, or its name where the directory gives no GUID.
    var id: String { values("objectGUID").first.flatMap(AttributeText.guid) ?? dn }
}
