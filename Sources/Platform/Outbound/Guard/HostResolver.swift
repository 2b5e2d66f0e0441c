/// Finds the addresses of a host name.
public protocol HostResolver: Sendable {
    /// All addresses of the name; an empty list means that it has none.
    ///
    /// - Parameter name: A DNS name in ASCII.
    /// - Returns: The addresses in the order of preference.
    /// - Throws: An ``OutboundError`` when the look-up itself fails, and when the task is cancelled.
    func addresses(of name: String) async throws -> [IPAddress]
}
