import JSONTree

/// The member `security` of a definition or an operation: alternatives, each a list of schemes that are used together.
struct SecurityRequirements: Sendable, Hashable {
    /// The names of the schemes; an alternative without any allows calls that show nothing.
    let alternatives: [[String]]

    /// Reads the member; nil when there is none.
    init?(_ json: JSON?) {
        guard let items = json?.arrayValue else { return nil }
        alternatives = items.compactMap { $0.objectValue?.names }
    }

    /// Each scheme by itself.
    init(eachOf schemes: [SecurityScheme]) { alternatives = schemes.map { [$0.name] } }

    private init(alternatives: [[String]]) { self.alternatives = alternatives }

    /// Whether calls that show nothing are allowed.
    var isOptional: Bool { alternatives.isEmpty || alternatives.contains([]) }

    /// Those alternatives whose schemes are all there; nil when none is, so that the member says nothing.
    func known(to schemes: [SecurityScheme]) -> SecurityRequirements? {
        let names = Set(schemes.map(\.name))
        let known = alternatives.filter { names.isSuperset(of: $0) }
        return known.isEmpty && !alternatives.isEmpty ? nil : SecurityRequirements(alternatives: known)
    }

    /// The first alternative with schemes all of which are among them.
    func alternative(among names: Set<String>) -> [String]? {
        alternatives.first { !$0.isEmpty && names.isSuperset(of: $0) }
    }

    /// What a connection may give instead of what it gives, in words; nil when there is nothing that this server can do.
    func demand(_ schemes: [SecurityScheme]) -> String? {
        let ways = alternatives.compactMap { names -> String? in
            let asked = names.map { name in schemes.first { $0.name == name }?.demand }
            guard !asked.isEmpty, !asked.contains(nil) else { return nil }
            return asked.compactMap { $0 }.joined(separator: " and ")
        }
        return ways.isEmpty ? nil : ways.joined(separator: ", or ")
    }
}
