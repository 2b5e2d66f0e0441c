import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// Turns the errors of the layers below into a code and a text that says what to do.
enum FailureWords {
    static func words(for error: any Error, wasWritten: Bool) -> (OutboundError.Code, String) {
        switch error {
        case let error as HTTPClientError: client(error, wasWritten: wasWritten)
        case let error as NIOConnectionError:
            (.connectionFailed, "No connection to port \(error.port) of '\(error.host)': \(reason(error)).")
        case let error as NIOSSLError: tls("\(error)", wasWritten: wasWritten)
        case let error as BoringSSLError: tls("\(error)", wasWritten: wasWritten)
        case let error as NIOSSLExtraError: tls("\(error)", wasWritten: wasWritten)
        case NIOHTTPDecompression.DecompressionError.limit:
            (.tooLarge, "The server's answer unpacks to far more than was sent; it was refused as an attack.")
        case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
            (.invalidResponse, "The server's answer is not packed as its Content-Encoding says.")
        case HTTPParserError.invalidEOFState: lost(wasWritten)
        case is HTTPParserError: (.invalidResponse, "The server's answer is not HTTP.")
        case is CancellationError: (.cancelled, "The call was cancelled.")
        default: lost(wasWritten)
        }
    }

    private static func client(_ error: HTTPClientError, wasWritten: Bool) -> (OutboundError.Code, String) {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout:
            (.connectionFailed, "No connection to the server came about in time.")
        case .tlsHandshakeTimeout: (.connectionFailed, "The TLS handshake with the server was not done in time.")
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            (.timedOut, "The time of the call is over before its answer was complete.")
        case .cancelled: (.cancelled, "The call was cancelled.")
        case .proxyAuthenticationRequired:
            (.connectionFailed, "The proxy asks for a user name and password. Set them for the proxy.")
        case .invalidProxyResponse, .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            (.connectionFailed, "The proxy made no connection to the server.")
        case .alreadyShutdown: (.connectionFailed, "The server is shutting down and makes no more calls.")
        default: lost(wasWritten)
        }
    }

    private static func tls(_ detail: String, wasWritten: Bool) -> (OutboundError.Code, String) {
        if wasWritten { return lost(true) }
        if detail.contains("CERTIFICATE_VERIFY_FAILED") {
            return (
                .connectionFailed,
                "The server's certificate is not trusted. Add the authority that issued it to the trusted certificates."
            )
        }
        if detail.contains("ailedToValidateHostname") || detail.contains("ailed to validate hostname") {
            return (.connectionFailed, "The server's certificate is not for this host name.")
        }
        return (.connectionFailed, "The TLS handshake with the server failed: \(detail.prefix(200)).")
    }

    private static func lost(_ wasWritten: Bool) -> (OutboundError.Code, String) {
        wasWritten
            ? (.lostReply, "The connection ended before the answer was complete; the server may have acted.")
            : (.connectionFailed, "The connection ended before the request was sent.")
    }

    private static func reason(_ error: NIOConnectionError) -> String {
        guard let first = error.connectionErrors.first?.error else { return "the name has no address" }
        switch first {
        case let error as IOError: return "\(error.description.prefix(200))"
        case is ChannelError: return "it was not made in time"
        default: return "it failed"
        }
    }
}
