public import JSONTree

/// A callback address with its signature (workflow definition language, section 12.2).
public struct SignedAddress: Sendable, Hashable {
    /// The whole address.
    public var value: String
    /// The method, as the trigger says; `POST` when it says none.
    public var method: String
    /// The address without relative path and queries.
    public var basePath: String
    /// The relative path, when the trigger has one.
    public var relativePath: String?
    /// The names of the parameters in the relative path.
    public var relativePathParameters: [String]
    /// The queries, not percent-encoded.
    public var queries: JSONObject
}
