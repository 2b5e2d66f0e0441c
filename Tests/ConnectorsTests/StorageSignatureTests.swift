import JSONTree
import Moments
import Outbound
import Secrets
import Testing

@testable import Connectors

/// Signatures of Azure Storage and Service Bus against what Microsoft's own Python clients make of the same requests.
struct StorageSignatureTests {
    private static let key = Array("0123456789abcdef0123456789abcdef".utf8)
    private static let clock = VirtualClock(Timestamp(unixSeconds: 1_440_938_160))

    @Test(
        arguments: [
            (
                "GET", "https://contoso.blob.core.windows.net/?comp=list&prefix=a%20b", [:], nil,
                "cplHjEVRvWzup2CDqOEX2CD3Bd413mf/Q+AWYo96BAc="
            ),
            (
                "PUT", "https://contoso.blob.core.windows.net/cases/42/note%20%C3%BC.txt",
                ["x-ms-blob-type": "BlockBlob", "Content-Type": "text/plain", "If-None-Match": "*"], "hello",
                "9qA7brfQWLqsGJhc7ZP1ECosu7nJHw7LKvl/ipNOeIY="
            ),
            (
                "GET",
                "https://contoso.blob.core.windows.net/c?restype=container&comp=list&maxresults=5&include=metadata%2Ccopy",
                ["x-ms-range": "bytes=0-9"], nil, "blK3tTxOxXdZxni0+OVfFTkPp1/I70qLfg+zHaa1pAY="
            ),
            (
                "POST", "https://contoso.queue.core.windows.net/q/messages?messagettl=60",
                ["Content-Type": "application/xml"], "<QueueMessage/>", "3xlq0v2VyzOfVPnmGvV9YVReNvtBn/2E9XsmToOpSHs="
            ),
            (
                "GET", "https://contoso.table.core.windows.net/Alerts(PartitionKey='p',RowKey='a%20b')?$select=a",
                ["x-ms-version": "2020-12-06"], nil, "WU4OxQ9uk+KRjf95+U5tOyrzc7xfW4eGyjTjuOaEdOk="
            ),
            (
                "POST", "https://contoso.table.core.windows.net/Alerts",
                ["x-ms-version": "2020-12-06", "Content-Type": "application/json"], "{}",
                "Xcq3SF939Yz99RyDKzta1DpcSK2i7N4D5IVMpGT/8vg="
            ),
            (
                "GET", "https://contoso.table.core.windows.net/?comp=properties&restype=service",
                ["x-ms-version": "2020-12-06"], nil, "XKXZ+00LGWAQukgLtE52cVrM4zWn46vNB5I0PWzttuA="
            ),
        ] as [(String, String, [String: String], String?, String)]
    )
    func `requests to storage are signed as Microsoft's clients sign them`(
        _ method: String,
        _ url: String,
        _ headers: [String: String],
        _ body: String?,
        _ signature: String
    ) async throws {
        let signer = StorageSignature(
            account: "contoso",
            key: SecretValue(bytes: Self.key),
            isForTables: url.contains(".table."),
            clock: Self.clock
        )
        var request = OutboundRequest(method: method, url: url, body: body.map { Array($0.utf8) })
        request.headers["x-ms-version"] = "2021-12-02"
        for (name, value) in headers { request.headers[name] = value }
        try await signer.finish(&request)
        #expect(request.headers["Authorization"] == "SharedKey contoso:\(signature)")
        try await signer.finish(&request)
        #expect(request.headers["Authorization"] == "SharedKey contoso:\(signature)")
    }

    @Test func `a shared access signature is that of Microsoft's client`() async throws {
        let string =
            "Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=k+/0123456789abcdef="
        let key = try #require(SharedAccessKey(string))
        let signer = ServiceBusSignature(keyName: key.name, key: key.key, clock: Self.clock)
        var request = OutboundRequest(
            method: "POST",
            url: "https://contoso.servicebus.windows.net/alerts/messages?timeout=60"
        )
        try await signer.finish(&request)
        #expect(
            request.headers["Authorization"]
                == "SharedAccessSignature sr=https%3A%2F%2Fcontoso.servicebus.windows.net%2Falerts%2Fmessages&sig=vTYgv0qb9bomng7cUKNaMShqsKabi2nv7f%2FtkITqaJo%3D&se=1440941760&skn=send"
        )
    }

    @Test(
        arguments: [
            ("GET", "/dbs/soc/colls/Alerts/docs/a%20b", "R/zZI5EqCultYAMml/Q1yYgFnCCDX1SZ2Exvep3bPKM="),
            ("POST", "/dbs/soc/colls/Alerts/docs", "YdfICADBhibVGtsDeYd5vg1CQZcmLyL4PAYSWKuIYPA="),
            ("GET", "/dbs?x=1", "2Mj8HZzbchusVsSfGejDw63Hs6MmGg5mQ2FeKiI1p3s="),
            ("DELETE", "/dbs/soc/colls/Alerts", "ufFvlyPhTVUAOnBnKzqFS7nXAG6n1xhAANjL7TiCWw4="),
        ]
    )
    func `requests to Cosmos DB are signed as Microsoft's client signs them`(
        _ method: String,
        _ target: String,
        _ signature: String
    ) async throws {
        let signer = CosmosSignature(key: SecretValue(bytes: Self.key), clock: Self.clock)
        var request = OutboundRequest(method: method, url: "https://contoso.documents.azure.com\(target)")
        try await signer.finish(&request)
        let shown = request.headers["Authorization"] ?? ""
        #expect(Percent.decode(shown) == "type=master&ver=1.0&sig=\(signature)")
        #expect(!shown.contains("="))
    }

    @Test(arguments: ["", "Endpoint=sb://x/", "SharedAccessKeyName=a", "SharedAccessKey=b", "nonsense"])
    func `a text without name and key is no connection string`(_ text: String) {
        #expect(SharedAccessKey(text) == nil)
    }

    @Test(
        arguments: [
            (["accountName": "contoso"], ["accessKey": "MDEyMw=="], "SharedKey contoso:", nil),
            (
                ["accountName": "https://contoso.blob.core.windows.net/"], ["accessKey": "MDEyMw=="],
                "SharedKey contoso:", nil
            ),
            (["accountName": "contoso"], ["accessKey": "not base64!"], nil, "must be a key of the storage account"),
            (["accountName": "contoso"], ["accessKey": "MDEyMw==", "password": "p"], "SharedKey contoso:", nil),
            (["username": "u"], ["password": "p"], "Basic dTpw", nil),
            (
                [:], ["other": "x"], nil,
                "lacks the parameters of a way to sign in: 'accessKey', or 'username' and 'password'"
            ),
        ] as [([String: JSON], [String: String], String?, String?)]
    )
    func `the way to sign in is the first whose parameters the connection gives`(
        _ parameters: [String: JSON],
        _ secrets: [String: String],
        _ header: String?,
        _ message: String?
    ) async throws {
        let definition = try ConnectorDefinition(
            name: "c",
            definition: [
                "swagger": "2.0", "info": ["title": "C"], "host": "contoso.blob.core.windows.net", "paths": [:],
            ],
            adapter: [
                "authentication": [
                    ["type": "AzureStorageKey", "given": ["accessKey"], "account": "accountName", "key": "accessKey"],
                    ["type": "Basic", "given": ["username", "password"]],
                ]
            ]
        )
        let connection = Connection(
            tenant: "t1",
            name: "c",
            connector: "c",
            parameters: parameters,
            secretNames: Set(secrets.keys)
        )
        let values = Dictionary(uniqueKeysWithValues: secrets.map { ("c/\($0.key)", SecretValue($0.value)) })
        let reader = CredentialReader(
            connection: connection,
            definition: definition,
            source: FixedConnections([connection], secrets: values),
            clock: Self.clock
        )
        guard let header else {
            let error = await #expect(throws: ConnectorError.self) { _ = try await reader.credentials() }
            #expect(error?.message.contains(message ?? "") == true, "\(error?.message ?? "")")
            return
        }
        var request = OutboundRequest(method: "GET", url: "https://contoso.blob.core.windows.net/")
        for credential in try await reader.credentials() {
            switch credential {
            case .signature(let step): try await step.finish(&request)
            case .basic: request.headers["Authorization"] = "Basic dTpw"
            default: Issue.record("another credential")
            }
        }
        #expect(
            request.headers["Authorization"]?.hasPrefix(header) == true,
            "\(request.headers["Authorization"] ?? "")"
        )
    }

    @Test func `an adapter cannot name a way to sign in that does not exist`() {
        let error = #expect(throws: ConnectorError.self) {
            _ = try ConnectorDefinition(
                name: "c",
                definition: ["swagger": "2.0", "info": ["title": "C"], "paths": [:]],
                adapter: ["authentication": [["type": "AzureAD"], ["type": "Magic"]]]
            )
        }
        #expect(error?.message.contains("'Magic' is not one of") == true, "\(error?.message ?? "")")
    }
}
