import Foundation

/// A thread of the store's own, for calls that block.
enum OwnThread {
    /// Starts a thread; it ends when the body returns.
    ///
    /// - Parameters:
    ///   - name: At most 15 characters, as debuggers show it.
    ///   - body: What the thread does.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { body() }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }
}
