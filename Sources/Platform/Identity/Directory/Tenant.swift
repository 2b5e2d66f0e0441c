/// An organization whose data are kept apart from those of all others.
public struct Tenant: Sendable, Hashable {
    /// The id: a GUID in lower case.
    public let id: String
    /// A name for people.
    public var name: String
    /// The domains by which clients may name it, in lower case.
    public var domains: [String]

    /// Makes a tenant's description.
    public init(id: String, name: String, domains: [String] = []) {
        self.id = id
        self.name = name
        self.domains = domains
    }
}
