import Content
import Crypto
import CryptoExtras
import Foundation
import JSONTree
import Moments
import Outbound

/// A JSON web token that a key signs by RS256, shown to a token endpoint in place of a password (RFC 7523).
enum SignedAssertion {
    /// How long an app's own assertion can be used.
    static let life = TimeSpan.minutes(10)

    /// The assertion of an app at a token endpoint, signed by its certificate's key.
    ///
    /// - Throws: `ConnectorError` when the certificate cannot be read or its key cannot sign; the message holds nothing of either.
    static func make(
        _ certificate: ClientCertificate,
        clientID: String,
        endpoint: String,
        connection: String,
        now: Timestamp
    ) throws -> String {
        let parts: ClientCertificate.Parts
        do throws(OutboundError) {
            parts = try certificate.parts()
        } catch {
            throw ConnectorError(.incompleteConnection, "The certificate of '\(connection)': \(error.message)")
        }
        let thumbprint = Base64.encode(SHA256.hash(data: parts.certificate), alphabet: .url, padded: false)
        let header: JSON = ["alg": "RS256", "typ": "JWT", "x5t#S256": .string(thumbprint)]
        let seconds = now.unixSeconds
        let claims: JSON = [
            "aud": .string(endpoint), "iss": .string(clientID), "sub": .string(clientID),
            "jti": .string(UUID().uuidString), "nbf": .integer(seconds - 60), "iat": .integer(seconds),
            "exp": .integer(seconds + life.ticks / 10_000_000),
        ]
        do {
            return try signed(header, claims, by: _RSA.Signing.PrivateKey(derRepresentation: Data(parts.key)))
        } catch {
            throw ConnectorError(
                .incompleteConnection,
                "The certificate of '\(connection)' cannot sign in: its key must be an RSA key of at least 2048 bits."
            )
        }
    }

    /// The token of header and claims.
    static func signed(_ header: JSON, _ claims: JSON, by key: _RSA.Signing.PrivateKey) throws -> String {
        let text =
            Base64.encode(header.bytes(), alphabet: .url, padded: false) + "."
            + Base64.encode(claims.bytes(), alphabet: .url, padded: false)
        let signature = try key.signature(for: Data(text.utf8), padding: .insecurePKCS1v1_5)
        return text + "." + Base64.encode(signature.rawRepresentation, alphabet: .url, padded: false)
    }
}

/// The key file of a Google service account.
struct GoogleKey: Sendable {
    let email: String
    let keyID: String?
    let tokenURL: String
    private let pem: String

    /// Where Google's own token endpoint is.
    static let endpoint = "https://oauth2.googleapis.com/token"

    /// Reads the JSON file that Google Cloud gives for a key.
    ///
    /// - Throws: `ConnectorError`; its message holds nothing of the file.
    init(_ text: String, connection: String) throws {
        let json: JSON?
        do {
            json = try JSON.parse(Array(text.utf8))
        } catch {
            json = nil
        }
        guard let json, let email = json["client_email"]?.stringValue, let pem = json["private_key"]?.stringValue else {
            throw Self.unreadable(connection)
        }
        self.email = email
        self.pem = pem
        keyID = json["private_key_id"]?.stringValue
        tokenURL = json["token_uri"]?.stringValue ?? Self.endpoint
    }

    /// The assertion by which the account asks for a token of a scope.
    func assertion(scope: String, connection: String, now: Timestamp) throws -> String {
        var header: JSONObject = ["alg": "RS256", "typ": "JWT"]
        header["kid"] = keyID.map(JSON.string)
        let claims: JSON = [
            "iss": .string(email), "scope": .string(scope), "aud": .string(tokenURL),
            "iat": .integer(now.unixSeconds), "exp": .integer(now.unixSeconds + 3_600),
        ]
        do {
            return try SignedAssertion.signed(
                .object(header),
                claims,
                by: _RSA.Signing.PrivateKey(pemRepresentation: pem)
            )
        } catch {
            throw Self.unreadable(connection)
        }
    }

    private static func unreadable(_ connection: String) -> ConnectorError {
        ConnectorError(
            .incompleteConnection,
            "The secret 'serviceAccountKey' of '\(connection)' must be the JSON key file of a Google service account, with 'client_email' and an RSA 'private_key'."
        )
    }
}
