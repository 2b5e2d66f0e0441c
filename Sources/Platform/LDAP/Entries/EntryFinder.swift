/// Finds entries by what people call them.
struct EntryFinder {
    let connection: LDAPConnection
    let base: String

    /// The entry of a name, in the kind.
    ///
    /// - Parameters:
    ///   - id: An account name, a principal name, a distinguished name, a SID or a GUID.
    ///   - kind: What it must be.
    ///   - further: Attributes to give besides those of the kind.
    /// - Returns: The entry.
    /// - Throws: ``LDAPFailure`` with 404 when none fits, or several do.
    func find(_ id: String, _ kind: EntryKind, further: [String] = []) throws -> DirectoryEntry {
        guard !id.isEmpty, id.utf8.count <= 2_048, !id.utf8.contains(0) else {
            throw LDAPFailure(
                400,
                "InvalidName",
                "The name of the \(kind.word) is empty, longer than 2048 bytes, or holds a NUL."
            )
        }
        let attributes = kind.attributes + further
        let found: [DirectoryEntry]
        if NameText.isName(id) {
            do {
                found = try connection.search(id, .base, kind.filter, attributes)
            } catch let error as LDAPError where error.code == 32 {
                found = []
            }
        } else {
            found = try connection.search(base, .subtree, "(&\(kind.filter)\(Self.condition(id, kind)))", attributes)
        }
        guard let one = found.first else {
            throw LDAPFailure(404, "NotFound", "The directory has no \(kind.word) '\(id)' below '\(base)'.")
        }
        guard found.count == 1 else {
            throw LDAPFailure(
                404,
                "AmbiguousName",
                "'\(id)' fits \(found.count) entries; name it by its distinguished name."
            )
        }
        return one
    }

    /// The condition by the form of the name.
    private static func condition(_ id: String, _ kind: EntryKind) -> String {
        if let bytes = AttributeText.guidBytes(id) { return "(objectGUID=\(FilterText.escaped(bytes)))" }
        if let bytes = AttributeText.sidBytes(id) { return "(objectSid=\(FilterText.escaped(bytes)))" }
        let text = FilterText.escaped(id)
        if id.contains("@") { return "(userPrincipalName=\(text))" }
        if kind == .computer, !id.hasSuffix("$") { return "(sAMAccountName=\(text)$)" }
        if kind == .member { return "(|(sAMAccountName=\(text))(sAMAccountName=\(text)$))" }
        return "(sAMAccountName=\(text))"
    }
}
