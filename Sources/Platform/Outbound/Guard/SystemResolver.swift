import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Looks names up as the operating system does (`/etc/hosts`, DNS), on threads of its own, and keeps answers shortly.
public final class SystemResolver: HostResolver {
    private struct Kept {
        let addresses: [IPAddress]
        let until: ContinuousClock.Instant
    }

    /// Look-ups block a thread; a slow name server may hold up sixteen names before others wait.
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 16)
        pool.start()
        return pool
    }()

    private let kept = Mutex<[String: Kept]>([:])
    private let lifetime: Duration
    private let capacity: Int

    /// Makes a resolver.
    ///
    /// - Parameters:
    ///   - lifetime: How long an answer is used again, 5 seconds by default.
    ///   - capacity: How many names are kept, 1,024 by default.
    public init(lifetime: Duration = .seconds(5), capacity: Int = 1_024) {
        self.lifetime = lifetime
        self.capacity = capacity
    }

    /// All addresses of the name, from the system or from an answer that is younger than the lifetime.
    public func addresses(of name: String) async throws -> [IPAddress] {
        let now = ContinuousClock.now
        if let found = kept.withLock({ $0[name] }), found.until > now { return found.addresses }
        let once = Once<[IPAddress]>()
        let found = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                once.wait(continuation)
                SystemResolver.threads.submit { state in
                    guard case .active = state else { return once.resume(.failure(CancellationError())) }
                    once.resume(.success(SystemResolver.lookUp(name)))
                }
            }
        } onCancel: {
            once.resume(.failure(CancellationError()))
        }
        kept.withLock { table in
            if table.count >= capacity { table = table.filter { $0.value.until > now } }
            if table.count < capacity, !found.isEmpty { table[name] = Kept(addresses: found, until: now + lifetime) }
        }
        return found
    }

    /// Blocks until the system has answered; empty when it knows no address.
    private static func lookUp(_ name: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var result: [IPAddress] = []
        var entry = list
        while let current = entry {
            if let address = current.pointee.ai_addr, let read = IPAddress(socketAddress: address) {
                result.append(read)
            }
            entry = current.pointee.ai_next
        }
        return result
    }
}

extension IPAddress {
    /// Reads the address of a socket; nil for sockets that are not of the internet.
    ///
    /// It reads bytes at the places that Linux's ABI fixes: the members of `sockaddr_in` belong to whichever C module included the
    /// header first, so that an optimised build of several such modules cannot name them.
    init?(socketAddress: UnsafePointer<sockaddr>) {
        let bytes = UnsafeRawPointer(socketAddress)
        switch Int32(socketAddress.pointee.sa_family) {
        case AF_INET:
            self = .v4(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        case AF_INET6:
            self = .v6(UInt128(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt128.self)))
        default: return nil
        }
    }

    /// The address of a channel's other end; nil for unix sockets.
    init?(_ address: SocketAddress) {
        guard let read = address.withSockAddr({ pointer, _ in IPAddress(socketAddress: pointer) }) else { return nil }
        self = read
    }
}
