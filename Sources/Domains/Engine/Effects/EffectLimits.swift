import Outbound

/// The limits of calls to the outside (workflow definition language, section 16).
public struct EffectLimits: Sendable, Hashable {
    /// The longest wait for one answer: 120 seconds.
    public var requestTimeout: Duration = OutboundRequest.defaultTimeout
    /// The largest message: 100 MB.
    public var messageBytes = OutboundRequest.defaultResponseLimit
    /// The largest message in chunks: 1 GB.
    public var chunkedMessageBytes = 1_073_741_824
    /// The size of chunks where neither the action nor the service says one: 50 MB.
    public var chunkBytes = 52_428_800

    /// The documented limits.
    public init() {}
}
