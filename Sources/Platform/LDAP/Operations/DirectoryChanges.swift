import Connectors
import JSONTree

/// Operations that change the directory; each sets a state, so that doing it again changes nothing.
struct DirectoryChanges {
    /// The attributes that playbooks may set: what describes a person, and nothing that gives rights.
    static let settable: Set<String> = Set([
        "description", "department", "title", "mail", "telephonenumber", "manager", "info", "givenname", "sn",
        "displayname", "company", "physicaldeliveryofficename", "mobile", "employeeid", "comment", "l", "st",
        "streetaddress", "postalcode", "homephone", "ipphone", "facsimiletelephonenumber", "pager", "initials",
    ]).union((1...15).map { "extensionattribute\($0)" })

    let connection: LDAPConnection
    let finder: EntryFinder

    /// Sets or clears the bit that disables an account; the other bits stay.
    func setEnabled(_ id: String, _ kind: EntryKind, _ isEnabled: Bool) throws -> ConnectorOutputs {
        let entry = try finder.find(id, kind)
        guard let control = entry.number("userAccountControl") else {
            throw LDAPFailure(
                403,
                "AccessDenied",
                "The account of the connection may not read userAccountControl of '\(id)'."
            )
        }
        let wanted = isEnabled ? control & ~AccountControl.disabled : control | AccountControl.disabled
        guard wanted != control else { return Self.done(entry, changed: false) }
        try connection.modify(entry.dn, [.replace("userAccountControl", [Array("\(wanted)".utf8)])])
        return Self.done(entry, changed: true)
    }

    /// Lets an account in again that wrong passwords had locked.
    func unlock(_ id: String) throws -> ConnectorOutputs {
        let entry = try finder.find(id, .user)
        guard (entry.number("lockoutTime") ?? 0) != 0 else { return Self.done(entry, changed: false) }
        try connection.modify(entry.dn, [.replace("lockoutTime", [Array("0".utf8)])])
        return Self.done(entry, changed: true)
    }

    /// Gives an account another password.
    func resetPassword(_ id: String, _ body: JSON) throws -> ConnectorOutputs {
        guard let password = body["newPassword"]?.stringValue, !password.isEmpty else {
            throw LDAPFailure(400, "MissingParameter", "The member newPassword is missing.")
        }
        let entry = try finder.find(id, .user)
        // In quotes and in UTF-16, as Active Directory takes it.
        let bytes = "\"\(password)\"".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        var changes: [LDAPConnection.Change] = [.replace("unicodePwd", [bytes])]
        if body["mustChange"]?.boolValue == true { changes.append(.replace("pwdLastSet", [Array("0".utf8)])) }
        if body["unlock"]?.boolValue == true { changes.append(.replace("lockoutTime", [Array("0".utf8)])) }
        try connection.modify(entry.dn, changes)
        return Self.done(entry, changed: true)
    }

    /// Sets attributes of a user, or removes them with null.
    func update(_ id: String, _ body: JSON) throws -> ConnectorOutputs {
        guard let members = body.objectValue, !members.isEmpty else {
            throw LDAPFailure(400, "MissingParameter", "The body is an object with the attributes and their values.")
        }
        for (name, _) in members where !Self.settable.contains(name.lowercased()) {
            throw LDAPFailure(400, "AttributeNotAllowed", "The attribute '\(name.prefix(100))' cannot be set here.")
        }
        let entry = try finder.find(id, .user, further: members.map(\.name))
        var changes: [LDAPConnection.Change] = []
        for (name, value) in members {
            let texts = value.isNull ? [] : (value.arrayValue ?? [value]).map { $0.stringValue ?? $0.text }
            // The directory keeps no empty texts: they remove the attribute, as null does.
            let wanted = texts.filter { !$0.isEmpty }.map { Array($0.utf8) }
            if Set(entry.values(name)) != Set(wanted) { changes.append(.replace(name, wanted)) }
        }
        guard !changes.isEmpty else { return Self.done(entry, changed: false) }
        try connection.modify(entry.dn, changes)
        return Self.done(entry, changed: true)
    }

    /// Puts somebody into a group; who is in it already stays.
    func addMember(_ group: String, _ member: String) throws -> ConnectorOutputs {
        let (group, member) = (try finder.find(group, .group), try finder.find(member, .member))
        do {
            try connection.modify(group.dn, [.add("member", Array(member.dn.utf8))])
        } catch let error as LDAPError where error.code == 20 || error.code == 68 {
            return Self.done(group, changed: false)
        }
        return Self.done(group, changed: true)
    }

    /// Takes somebody out of a group; who is not in it stays out.
    func removeMember(_ group: String, _ member: String) throws -> ConnectorOutputs {
        let (group, member) = (try finder.find(group, .group), try finder.find(member, .member))
        do {
            try connection.modify(group.dn, [.delete("member", Array(member.dn.utf8))])
        } catch let error as LDAPError where error.code == 16 || error.code == 53 {
            // Active Directory is "unwilling" when there is no such member, and for other reasons, too.
            let filter = "(member=\(FilterText.escaped(member.dn)))"
            guard try connection.search(group.dn, .base, filter, ["objectGUID"]).isEmpty else { throw error }
            return Self.done(group, changed: false)
        }
        return Self.done(group, changed: true)
    }

    private static func done(_ entry: DirectoryEntry, changed: Bool) -> ConnectorOutputs {
        ConnectorOutputs(
            statusCode: 200,
            body: [
                "id": .string(entry.id), "distinguishedName": .string(entry.dn), "changed": .bool(changed),
            ]
        )
    }
}
