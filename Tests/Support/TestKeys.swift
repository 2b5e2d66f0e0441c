package import Identity
import Synchronization

/// Private keys for tests, made once: in a debug build a new one takes seconds.
package enum TestKeys {
    private static let pool: [Task<[UInt8], any Error>] = (0..<4).map { _ in
        Task.detached { try await TokenKeys.make() }
    }

    /// A maker that gives the keys of the pool in turn.
    ///
    /// - Parameter first: The key that it begins with.
    /// - Returns: The maker.
    package static func maker(from first: Int = 0) -> TokenKeys.Maker {
        let next = Counter(first)
        return { try await pool[next.take() % pool.count].value }
    }

    private final class Counter: Sendable {
        private let value: Mutex<Int>

        init(_ start: Int) { value = Mutex(start) }

        func take() -> Int {
            value.withLock { value in
                defer { value += 1 }
                return value
            }
        }
    }
}
