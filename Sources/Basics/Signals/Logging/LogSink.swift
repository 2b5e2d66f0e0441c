import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where log lines go, a whole line at a time.
public protocol LogSink: Sendable {
    /// Takes one line, which ends in a line break.
    func write(_ line: [UInt8])
}

/// Writes log lines to a file descriptor, each by one system call, so that lines of several threads never mix.
///
/// A reader that does not keep up may block the writer for a second a line; after that the line is dropped and counted,
/// because a server must not stand still for its log.
public final class DescriptorSink: LogSink {
    /// The process's standard error.
    public static let standardError = DescriptorSink(2)
    /// The process's standard output.
    public static let standardOutput = DescriptorSink(1)

    /// Longest wait for a reader, for one line, in milliseconds.
    static let maximumWait: Int32 = 1_000

    private let descriptor: Int32
    private let dropped = Mutex<Int>(0)

    /// A sink over an open descriptor, which stays the caller's to close.
    public init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Number of lines that could not be written.
    public var droppedLines: Int { dropped.withLock { $0 } }

    /// Writes one line.
    public func write(_ line: [UInt8]) {
        dropped.withLock { dropped in
            if !writeAll(line) { dropped += 1 }
        }
    }

    private func writeAll(_ line: [UInt8]) -> Bool {
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN || errno == EWOULDBLOCK {
                    var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    guard poll(&wait, 1, Self.maximumWait) > 0 else { return false }
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
