import JSONTree

/// The kinds of entries that the connector knows, with what it gives of each.
enum EntryKind: Sendable {
    case user
    case group
    case computer
    /// Whatever can be a member of a group.
    case member

    /// The filter for all entries of the kind.
    var filter: String {
        switch self {
        case .user: "(&(objectClass=user)(!(objectClass=computer)))"
        case .group: "(objectClass=group)"
        case .computer: "(objectClass=computer)"
        case .member: "(|(objectClass=user)(objectClass=group)(objectClass=contact))"
        }
    }

    /// The word in messages.
    var word: String {
        switch self {
        case .user: "user"
        case .group: "group"
        case .computer: "computer"
        case .member: "user, computer or group"
        }
    }

    /// The attributes that are always given.
    var attributes: [String] {
        switch self {
        case .user:
            [
                "objectGUID", "objectSid", "sAMAccountName", "userPrincipalName", "displayName", "givenName", "sn",
                "mail",
                "telephoneNumber", "mobile", "title", "department", "company", "physicalDeliveryOfficeName", "manager",
                "description", "memberOf", "userAccountControl", "accountExpires", "pwdLastSet", "lastLogonTimestamp",
                "lockoutTime", "badPwdCount", "whenCreated", "whenChanged", "msDS-User-Account-Control-Computed",
            ]
        case .group:
            [
                "objectGUID", "objectSid", "sAMAccountName", "cn", "description", "mail", "groupType", "managedBy",
                "memberOf", "whenCreated", "whenChanged",
            ]
        case .computer:
            [
                "objectGUID", "objectSid", "sAMAccountName", "cn", "dNSHostName", "operatingSystem",
                "operatingSystemVersion", "description", "managedBy", "memberOf", "userAccountControl",
                "lastLogonTimestamp", "whenCreated", "whenChanged",
            ]
        case .member:
            ["objectGUID", "sAMAccountName", "userPrincipalName", "displayName", "mail", "objectClass"]
        }
    }

    /// An entry as the connector gives it.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - further: Further attributes that were asked for, given under `attributes`.
    /// - Returns: The object.
    func json(_ entry: DirectoryEntry, further: [String]) -> JSON {
        var object: JSONObject = ["id": .string(entry.id), "distinguishedName": .string(entry.dn)]
        for name in attributes where !name.hasPrefix("msDS-") {
            let values = entry.values(name)
            switch name {
            case "memberOf": object[name] = .array(values.map { AttributeText.json(name, $0) })
            case "objectClass": object[name] = values.last.map { AttributeText.json(name, $0) } ?? .null
            default: object[name] = values.first.map { AttributeText.json(name, $0) } ?? .null
            }
        }
        if self == .user || self == .computer { addAccount(entry, to: &object) }
        if self == .group { addGroup(entry, to: &object) }
        if !further.isEmpty {
            var more = JSONObject()
            for attribute in entry.attributes
            where further.contains(where: { $0.lowercased() == attribute.name.lowercased() }) {
                more[attribute.name] = AttributeText.json(attribute.name, attribute.values)
            }
            object["attributes"] = .object(more)
        }
        return .object(object)
    }

    private func addAccount(_ entry: DirectoryEntry, to object: inout JSONObject) {
        guard let control = entry.number("userAccountControl") else { return }
        object["enabled"] = .bool(control & AccountControl.disabled == 0)
        guard self == .user else { return }
        let computed = entry.number("msDS-User-Account-Control-Computed")
        let lockout = entry.number("lockoutTime") ?? 0
        object["lockedOut"] = .bool(computed.map { $0 & AccountControl.lockedOut != 0 } ?? (lockout > 0))
        object["passwordExpired"] = computed.map { .bool($0 & AccountControl.passwordExpired != 0) } ?? .null
        object["passwordNeverExpires"] = .bool(control & AccountControl.passwordNeverExpires != 0)
    }

    private func addGroup(_ entry: DirectoryEntry, to object: inout JSONObject) {
        guard let type = entry.number("groupType") else { return }
        object["securityEnabled"] = .bool(type & 0x8000_0000 != 0)
        object["scope"] = type & 2 != 0 ? "Global" : type & 4 != 0 ? "DomainLocal" : type & 8 != 0 ? "Universal" : .null
    }
}

/// Bits of `userAccountControl` and of its computed companion.
enum AccountControl {
    /// The account is disabled.
    static let disabled: Int64 = 0x2
    /// The account is locked after too many wrong passwords.
    static let lockedOut: Int64 = 0x10
    /// The password never expires.
    static let passwordNeverExpires: Int64 = 0x1_0000
    /// The password has expired.
    static let passwordExpired: Int64 = 0x80_0000
}
