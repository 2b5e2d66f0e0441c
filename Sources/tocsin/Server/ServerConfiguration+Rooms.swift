import Foundation
import Identity
import Outbound
import Serving

extension ServerConfiguration {
    /// Scheme, host and port by which clients know the server.
    var origin: String {
        if let publicURL { return publicURL }
        let shown = ["0.0.0.0", "::", ""].contains(host) ? ProcessInfo.processInfo.hostName : host
        let scheme = certificate == nil ? "http" : "https"
        return "\(scheme)://\(shown.contains(":") ? "[\(shown)]" : shown):\(port)"
    }

    /// The settings of the listener for clients.
    var serverOptions: Serving.ServerOptions {
        var options = Serving.ServerOptions(
            security: certificate.map { .files(certificate: $0.chain, key: $0.key) }
                ?? .plain(behindProxy: isBehindProxy)
        )
        options.host = host
        options.port = port
        options.publicOrigin = publicURL
        options.trustedProxies = trustedProxies
        options.shutdownTimeout = shutdownPatience
        return options
    }

    /// The settings of the administration socket.
    func socketOptions(tenant: String) -> Serving.ServerOptions {
        var options = Serving.ServerOptions(security: .plain())
        options.socketPath = socketPath
        options.principal = .localAdministrator(tenant: tenant)
        options.publicOrigin = origin
        options.shutdownTimeout = shutdownPatience
        return options
    }

    /// The settings of outgoing calls.
    func transportOptions() throws(CommandFailure) -> HTTPTransport.Options {
        var options = HTTPTransport.Options()
        for file in authorities {
            options.trust.additional.append(String(decoding: try InputFile.bytes(file), as: UTF8.self))
        }
        return options
    }
}
