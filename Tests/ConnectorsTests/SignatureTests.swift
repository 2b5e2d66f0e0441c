import Connectors
import Content
import Crypto
import CryptoExtras
import Foundation
import JSONTree
import Moments
import Outbound
import Secrets
import Testing

@testable import Connectors

/// Signatures against what AWS, Azure and the RFCs publish.
@Suite(.timeLimit(.minutes(1)))
struct SignatureTests {
    struct Case: Sendable, CustomStringConvertible {
        var service: String
        var region = "us-east-1"
        var method = "GET"
        var url: String
        var headers: OutboundHeaders = [:]
        var body: [UInt8]?
        var token: String?
        var names: String
        var signature: String

        var description: String { "\(method) \(url)" }
    }

    /// AWS's Signature Version 4 test suite and examples of its documentation; the last five by AWS's own Python SDK, botocore.
    static let cases: [Case] = [
        Case(
            service: "service",
            url: "https://example.amazonaws.com/",
            names: "host;x-amz-date",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        ),
        Case(
            service: "service",
            url: "https://example.amazonaws.com/?Param2=value2&Param1=value1",
            names: "host;x-amz-date",
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        ),
        Case(
            service: "service",
            method: "POST",
            url: "https://example.amazonaws.com/",
            names: "host;x-amz-date",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        ),
        Case(
            service: "iam",
            url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
            headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
            names: "content-type;host;x-amz-date",
            signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        ),
        Case(
            service: "execute-api",
            region: "eu-west-1",
            url: "https://example.amazonaws.com/a%20b/c%2Fd/x%3Ay?q=%20%2B&e=",
            names: "host;x-amz-date",
            signature: "349d86d863aa150512117d3f56007e326e5845953f9988ed7a285f40744262bd"
        ),
        Case(
            service: "s3",
            region: "eu-west-1",
            url: "https://b.s3.amazonaws.com/folder/my%20file%2B1%3D2.txt?prefix=a%2Fb&list-type=2",
            names: "host;x-amz-content-sha256;x-amz-date",
            signature: "8feb5092582e37cd944434f591d4eb1c0fd93612e7d35e950e269cb9203de7c9"
        ),
        Case(
            service: "s3",
            region: "eu-west-1",
            method: "PUT",
            url: "https://b.s3.amazonaws.com/folder//x",
            headers: ["x-amz-storage-class": "REDUCED_REDUNDANCY"],
            body: Array("hello".utf8),
            names: "host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            signature: "ce603fa5346128d484ce9b0f0b1b63199c79f857cbd50e6c1e2ddff5aee651d5"
        ),
        Case(
            service: "securityhub",
            method: "POST",
            url: "https://securityhub.us-east-1.amazonaws.com/findings",
            headers: ["Content-Type": "application/json"],
            body: Array(#"{"MaxResults":1}"#.utf8),
            token: "TOKEN+/=",
            names: "content-type;host;x-amz-date;x-amz-security-token",
            signature: "d8dfad2be6259d9b66455a1d791c75928140f17b812cca40aed8cb7dba70e26c"
        ),
        Case(
            service: "ec2",
            method: "POST",
            url: "http://127.0.0.1:5000/",
            headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: Array("Action=DescribeVpcs&Version=2016-11-15".utf8),
            names: "content-type;host;x-amz-date",
            signature: "41f60a2197f891a2b505ffc781f5e096be244efea27990286e8e8f50251e9e67"
        ),
    ]

    @Test(arguments: cases)
    func `AWS requests have the published signatures`(row: Case) async throws {
        let signer = AwsSignature(
            accessKeyID: "AKIDEXAMPLE",
            secretAccessKey: SecretValue("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            sessionToken: row.token.map { SecretValue($0) },
            region: row.region,
            service: row.service,
            clock: VirtualClock(try #require(Timestamp(iso8601: "2015-08-30T12:36:00Z")))
        )
        var request = OutboundRequest(method: row.method, url: row.url, headers: row.headers, body: row.body)
        request.headers["User-Agent"] = "not signed"
        try await signer.finish(&request)
        #expect(
            request.headers["Authorization"]
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/\(row.region)/\(row.service)/aws4_request, SignedHeaders=\(row.names), Signature=\(row.signature)"
        )
        #expect(request.headers["X-Amz-Date"] == "20150830T123600Z")
        // Signing anew gives the same: nothing of the former signature is signed.
        let first = request
        try await signer.finish(&request)
        #expect(request.headers == first.headers)
    }

    /// "Examples: Signature Calculations" of the S3 documentation.
    @Test(
        arguments: [
            ("GET", "/?lifecycle", nil, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
            (
                "GET", "/?max-keys=2&prefix=J", nil,
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
            ),
            (
                "GET", "/test.txt", "bytes=0-9",
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
            ),
        ] as [(String, String, String?, String)]
    )
    func `S3 requests have the signatures of the documentation`(
        _ method: String,
        _ target: String,
        _ range: String?,
        _ signature: String
    ) async throws {
        let signer = AwsSignature(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE",
            secretAccessKey: SecretValue("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            sessionToken: nil,
            region: "us-east-1",
            service: "s3",
            clock: VirtualClock(try #require(Timestamp(iso8601: "2013-05-24T00:00:00Z")))
        )
        var request = OutboundRequest(method: method, url: "https://examplebucket.s3.amazonaws.com\(target)")
        request.headers["Range"] = range
        try await signer.finish(&request)
        #expect(request.headers["Authorization"]?.hasSuffix("Signature=\(signature)") == true)
    }

    @Test func `the data collector's signature covers length, type, date and path`() async throws {
        let key = Array("0123456789abcdef0123456789abcdef".utf8)
        let clock = VirtualClock(try #require(Timestamp(iso8601: "2016-04-04T08:00:00Z")))
        let signer = SharedKeySignature(workspaceID: "w-1", key: SecretValue(bytes: key), clock: clock)
        var request = OutboundRequest(
            method: "POST",
            url: "\(SharedKeySignature.host("w-1"))/api/logs?api-version=2016-04-01",
            headers: ["Content-Type": "application/json", "Log-Type": "Demo"],
            body: Array(#"[{"a":1}]"#.utf8)
        )
        try await signer.finish(&request)
        // The string of the documentation, computed here by other means.
        let text = "POST\n9\napplication/json\nx-ms-date:Mon, 04 Apr 2016 08:00:00 GMT\n/api/logs"
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: key))
        #expect(request.headers["x-ms-date"] == "Mon, 04 Apr 2016 08:00:00 GMT")
        #expect(request.headers["Authorization"] == "SharedKey w-1:\(Data(code).base64EncodedString())")
        #expect(request.url.hasPrefix("https://w-1.ods.opinsights.azure.com/api/logs"))
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            ("1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("2024-02-29T23:59:59Z", "Thu, 29 Feb 2024 23:59:59 GMT"),
            ("1969-12-31T23:00:00Z", "Wed, 31 Dec 1969 23:00:00 GMT"),
        ]
    )
    func `dates of headers have their day and month`(_ iso: String, _ text: String) throws {
        #expect(HTTPDateText.text(try #require(Timestamp(iso8601: iso))) == text)
    }

    @Test func `a Google assertion can be checked with the account's public key`() throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let file: JSON = [
            "type": "service_account", "client_email": "soc@p.iam.gserviceaccount.com", "private_key_id": "k1",
            "private_key": .string(key.pkcs8PEMRepresentation), "token_uri": "https://oauth2.googleapis.com/token",
        ]
        let now = Fixtures.noon
        let assertion = try GoogleKey(file.text, connection: "g").assertion(scope: "s1 s2", connection: "g", now: now)
        let (header, claims) = try Self.opened(assertion, key.publicKey)
        #expect(header == ["alg": "RS256", "typ": "JWT", "kid": "k1"])
        #expect(
            claims == [
                "iss": "soc@p.iam.gserviceaccount.com", "scope": "s1 s2",
                "aud": "https://oauth2.googleapis.com/token", "iat": .integer(now.unixSeconds),
                "exp": .integer(now.unixSeconds + 3_600),
            ]
        )
        let broken = #expect(throws: ConnectorError.self) {
            try GoogleKey("{\"private_key\": \"canary\"}", connection: "g")
        }
        #expect(broken?.message.contains("canary") == false)
    }

    @Test func `a certificate's assertion names it by its SHA-256`() throws {
        let (pem, certificate, key) = try TestCertificates.pem()
        let read = try CertificateText.certificate(SecretValue(pem), password: nil, connection: "c")
        let assertion = try SignedAssertion.make(
            read,
            clientID: "app",
            endpoint: "https://login.example/t/oauth2/v2.0/token",
            connection: "c",
            now: Fixtures.noon
        )
        let (header, claims) = try Self.opened(assertion, key.publicKey)
        let thumbprint = Base64.encode(SHA256.hash(data: certificate), alphabet: .url, padded: false)
        #expect(header == ["alg": "RS256", "typ": "JWT", "x5t#S256": .string(thumbprint)])
        #expect(claims["aud"] == "https://login.example/t/oauth2/v2.0/token" && claims["sub"] == "app")
        #expect(claims["iss"] == "app" && claims["jti"]?.stringValue?.isEmpty == false)
        #expect(claims["exp"] == .integer(Fixtures.noon.unixSeconds + 600))
        let error = #expect(throws: ConnectorError.self) {
            try CertificateText.certificate(SecretValue("bm90IGEgcGZ4"), password: "canary-pw", connection: "c")
        }
        #expect(error?.message.contains("canary-pw") == false)
    }

    /// Header and claims of a token whose signature the key confirms.
    static func opened(_ token: String, _ key: _RSA.Signing.PublicKey) throws -> (JSON, JSON) {
        let parts = token.split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        func bytes(_ text: String) throws -> [UInt8] {
            var text = text.replacing("-", with: "+").replacing("_", with: "/")
            while text.count % 4 != 0 { text += "=" }
            return Array(try #require(Data(base64Encoded: text)))
        }
        let signature = _RSA.Signing.RSASignature(rawRepresentation: Data(try bytes(parts[2])))
        #expect(
            key.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8), padding: .insecurePKCS1v1_5)
        )
        return (try JSON.parse(try bytes(parts[0])), try JSON.parse(try bytes(parts[1])))
    }
}
