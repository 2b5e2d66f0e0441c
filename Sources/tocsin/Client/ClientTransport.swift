import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Outbound

/// The way to a server for commands: HTTPS, or the Unix socket of a local one.
///
/// It has no guard: the user of a command names the server, wherever it is.
struct ClientTransport: Transport {
    /// The largest answer: 256 MiB.
    static let answerLimit = 268_435_456

    private let client: HTTPClient
    private let socket: String?

    /// Makes a way that must be shut down.
    ///
    /// - Parameters:
    ///   - socket: The path of a Unix socket; nil goes over the network.
    ///   - authority: A PEM file of an authority that is trusted besides those of the system.
    /// - Throws: `CommandFailure` when the authority cannot be read.
    init(socket: String? = nil, authority: String? = nil) throws(CommandFailure) {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(10)
        if let authority {
            do {
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(authority))]
                configuration.tlsConfiguration = tls
            } catch {
                throw CommandFailure(
                    code: "InvalidCertificate",
                    place: authority,
                    message: "The authority's certificate cannot be read.",
                    remedy: "Give the file ca.pem of the server."
                )
            }
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.socket = socket
    }

    func shutdown() async {
        do {
            try await client.shutdown()
        } catch {
            // The process ends; what could not be closed goes with it.
        }
    }

    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        var wire = HTTPClientRequest(url: try address(request.url))
        wire.method = HTTPMethod(rawValue: request.method)
        for (name, value) in request.headers { wire.headers.add(name: name, value: value) }
        if let body = request.body { wire.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let answer = try await client.execute(wire, timeout: TimeAmount(request.timeout))
            let body = try await answer.body.collect(upTo: Self.answerLimit)
            var headers = OutboundHeaders()
            for header in answer.headers { headers.add(header.name, header.value) }
            return OutboundResponse(
                status: Int(answer.status.code),
                headers: headers,
                body: Array(body.readableBytesView)
            )
        } catch {
            throw OutboundError(code: .lostReply, message: "\(error)", certainlyNotSent: false)
        }
    }

    /// The address on the wire: over a socket, its path stands in place of the host.
    private func address(_ url: String) throws(OutboundError) -> String {
        guard let socket else { return url }
        guard let scheme = url.firstRange(of: "://"), let path = url[scheme.upperBound...].firstIndex(of: "/"),
            let host = socket.addingPercentEncoding(withAllowedCharacters: .urlHostAllowed)
        else {
            throw OutboundError(code: .invalidRequest, message: "The address has no path.", certainlyNotSent: true)
        }
        return "http+unix://\(host)\(url[path...])"
    }
}
