import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// A request in the form of the HTTP client, checked and with the headers that the transport sets itself.
struct Prepared: Sendable {
    let url: String
    let method: HTTPMethod
    let headers: HTTPHeaders
    let body: [UInt8]?
    let tls: TLSConfiguration?
    let responseLimit: Int
    let decompresses: Bool

    /// Whether the method promises to change nothing.
    var isSafe: Bool { method == .GET || method == .HEAD || method == .OPTIONS }

    /// Headers that belong to the connection and not to the caller.
    private static let ownHeaders: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "te", "trailer",
        "upgrade", "proxy-authorization",
    ]

    init(_ hop: Hop, original: OutboundRequest, options: HTTPTransport.Options) throws(OutboundError) {
        guard !hop.method.isEmpty, hop.method.utf8.allSatisfy(\.isTokenByte), hop.method != "CONNECT" else {
            throw OutboundError(
                code: .invalidRequest,
                message: "'\(hop.method.prefix(20))' is not a method that can be sent.",
                certainlyNotSent: true
            )
        }
        var headers = HTTPHeaders()
        for (name, value) in hop.headers {
            guard !name.isEmpty, name.utf8.allSatisfy(\.isTokenByte) else {
                throw Prepared.invalidHeader("a header has a name with characters that are not allowed")
            }
            guard value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
                throw Prepared.invalidHeader("the value of the header '\(name)' has a line break or control character")
            }
            if Prepared.ownHeaders.contains(name.lowercased()) { continue }
            headers.add(name: name, value: value)
        }
        if !headers.contains(name: "User-Agent") { headers.add(name: "User-Agent", value: options.userAgent) }
        if !headers.contains(name: "Accept") { headers.add(name: "Accept", value: "*/*") }
        if original.decompresses, !headers.contains(name: "Accept-Encoding") {
            headers.add(name: "Accept-Encoding", value: "gzip, deflate")
        }
        url = hop.url.description
        method = HTTPMethod(rawValue: hop.method)
        self.headers = headers
        body = hop.body
        responseLimit = max(0, original.responseLimit)
        decompresses = original.decompresses
        tls =
            hop.showsCertificate
            ? try original.clientCertificate?.configuration(trust: options.trust.joined(original.route.trust)) : nil
    }

    private static func invalidHeader(_ message: String) -> OutboundError {
        OutboundError(code: .invalidRequest, message: "The request cannot be sent: \(message).", certainlyNotSent: true)
    }
}

extension ClientCertificate {
    /// The TLS settings that show this certificate.
    func configuration(trust: HTTPTransport.Trust) throws(OutboundError) -> TLSConfiguration {
        let roots = try trust.roots()
        do {
            var result = TLSConfiguration.makeClientConfiguration()
            result.additionalTrustRoots = roots.isEmpty ? [] : [.certificates(roots)]
            switch form {
            case .pkcs12(let bytes, let password):
                let bundle = try NIOSSLPKCS12Bundle(buffer: bytes, passphrase: password.map { Array($0.utf8) })
                result.certificateChain = bundle.certificateChain.map { .certificate($0) }
                result.privateKey = .privateKey(bundle.privateKey)
            case .pem(let chain, let key):
                result.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(chain.utf8)).map { .certificate($0) }
                result.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
            }
            return result
        } catch {
            throw OutboundError.unreadableCertificate
        }
    }
}

extension UInt8 {
    /// Whether a header name or method may hold the byte (RFC 9110, token).
    var isTokenByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
