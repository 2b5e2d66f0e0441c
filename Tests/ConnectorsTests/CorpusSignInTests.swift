import Foundation
import JSONTree
import Moments
import Secrets
import Testing

@testable import Connectors

/// Every connector of the public corpus: with what it asks for, a connection can show who it is.
@Suite(.enabled(if: PublicConnectors.folder != nil, "The corpus is not here; set TOCSIN_CORPUS to its folder."))
struct CorpusSignInTests {
    /// Definitions without any scheme, whose secret goes into a policy or an operation, or that ask for nothing.
    private func credentials(_ definition: ConnectorDefinition, set: String?) async throws -> [Credential] {
        let parameters =
            set.flatMap { name in definition.signIn.choices.first { $0.name == name } }?.parameters
            ?? definition.signIn.plain.parameters
        var plain: [String: JSON] = ["clientId": "client-1", "tenantId": "contoso"]
        var secrets: [String: SecretValue] = ["c/clientSecret": SecretValue("client-secret")]
        for parameter in parameters where !parameter.type.contains("setting") {
            if parameter.isSecret {
                secrets["c/\(parameter.name)"] = SecretValue("secret of \(parameter.name)")
            } else {
                plain[parameter.name] = "value.example"
            }
        }
        var connection = Connection(
            tenant: "t1",
            name: "c",
            connector: definition.name,
            parameters: plain,
            secretNames: Set(secrets.keys.map { String($0.dropFirst(2)) })
        )
        connection.parameterSet = set
        let reader = CredentialReader(
            connection: connection,
            definition: definition,
            source: FixedConnections([connection], secrets: secrets),
            clock: VirtualClock(Fixtures.noon)
        )
        return try await reader.credentials()
    }

    @Test(.timeLimit(.minutes(5)))
    func `each has the credential that its definition describes`() async throws {
        let folder = try #require(PublicConnectors.folder)
        var kinds: [String: Int] = [:]
        var count = 0
        for name in ConnectorLoader.names(in: [folder]) {
            let loaded: ConnectorDefinition?
            do {
                loaded = try ConnectorLoader.load(name, from: [folder])
            } catch {
                // Whether it loads is tested elsewhere.
                continue
            }
            let definition = try #require(loaded)
            count += 1
            let sets: [String?] = definition.signIn.choices.isEmpty ? [nil] : definition.signIn.choices.map(\.name)
            for set in sets {
                let found: [Credential]
                do {
                    found = try await credentials(definition, set: set)
                } catch {
                    Issue.record("\(name) \(set ?? ""): \(error)")
                    continue
                }
                let asks = !definition.signIn.schemes.isEmpty || definition.signIn.plain.oauth != nil
                let parameters = definition.signIn.plain.parameters
                if asks, !parameters.isEmpty || definition.signIn.choices.contains(where: { !$0.parameters.isEmpty }) {
                    #expect(!found.isEmpty, "\(name) \(set ?? "")")
                }
                for credential in found { kinds[Self.kind(credential), default: 0] += 1 }
            }
        }
        // The corpus holds about the shares of the survey: keys most often, then consents, then passwords.
        #expect(count >= 140 && kinds["header", default: 0] > kinds["consent", default: 0], "\(count) \(kinds)")
        #expect(kinds["consent", default: 0] >= 35 && kinds["basic", default: 0] >= 5, "\(kinds)")
        #expect(kinds["query", default: 0] >= 5 && kinds["app", default: 0] >= 4, "\(kinds)")
        print(
            "sign-in of \(count) public connectors: \(kinds.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })"
        )
    }

    @Test func `a consent's requests can be made of every definition that describes one`() async throws {
        let folder = try #require(PublicConnectors.folder)
        var consents = 0
        var incomplete: [String] = []
        for name in ConnectorLoader.names(in: [folder]) {
            guard let definition = try? ConnectorLoader.load(name, from: [folder]) else { continue }
            let sets: [String?] = definition.signIn.choices.isEmpty ? [nil] : definition.signIn.choices.map(\.name)
            for set in sets {
                for case .token(let demand) in try await credentials(definition, set: set) {
                    guard let rule = demand.consent else { continue }
                    consents += 1
                    let made = try? rule.exchange(
                        code: "K",
                        verifier: "V",
                        redirect: "https://t.example/cb",
                        connection: "c"
                    )
                    guard made != nil else {
                        incomplete.append(name)
                        continue
                    }
                    let address = try rule.authorizationAddress(
                        state: "S",
                        challenge: "C",
                        redirect: "https://t.example/cb",
                        connection: "c"
                    )
                    // Some definitions have a parameter of their own for the id.
                    #expect(address.contains("client_id=") || address.contains("clientid="), "\(name): \(address)")
                    #expect(address.contains("state=S") && address.contains("code_challenge=C"), "\(name): \(address)")
                    #expect(!address.contains("{") && !address.contains("client-secret"), "\(name): \(address)")
                    let exchange = try rule.exchange(
                        code: "K",
                        verifier: "V",
                        redirect: "https://t.example/cb",
                        connection: "c"
                    )
                    #expect(exchange.form.contains("K") && exchange.form.contains("code_verifier=V"), "\(name)")
                    let refresh = try rule.refresh(SecretValue("R1"), connection: "c")
                    #expect(refresh.form.contains("R1") && refresh.0.url.hasPrefix("https://"), "\(name)")
                }
            }
        }
        // One has secrets of its own for each region, which the test's connection does not have.
        #expect(incomplete.count <= 1 && consents >= 35, "\(consents), without \(incomplete)")
    }

    private static func kind(_ credential: Credential) -> String {
        switch credential {
        case .none, .omitted: "none"
        case .header: "header"
        case .query: "query"
        case .cookie: "cookie"
        case .basic: "basic"
        case .bearer: "bearer"
        case .token(let demand): demand.consent == nil ? "app" : "consent"
        case .managedIdentity: "managedIdentity"
        case .signature: "signature"
        }
    }
}

/// The connectors of the public corpus.
enum PublicConnectors {
    /// Their folder: in `TOCSIN_CORPUS`, or `../shared/corpus` beside the repository; nil when absent.
    static let folder: String? = {
        let corpus = ProcessInfo.processInfo.environment["TOCSIN_CORPUS"] ?? "\(Folders.root)/../shared/corpus"
        return FileManager.default.fileExists(atPath: "\(corpus)/connectors") ? "\(corpus)/connectors" : nil
    }()
}
