/// What an operation does to the world, so that people and policies can hold back what is grave.
public enum EffectClass: String, Sendable, Hashable, CaseIterable {
    /// It only reads.
    case read
    /// It writes what people read: a ticket, a comment, a tag, a message.
    case annotate
    /// It limits somebody or something, and can be undone: isolate, block, disable.
    case contain
    /// It removes what cannot be brought back.
    case destroy
}
