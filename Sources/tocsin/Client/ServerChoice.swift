import ArgumentParser
import Content
import Foundation
import JSONTree
import Outbound

/// Which server a command talks to.
struct ServerChoice: ParsableArguments {
    @Option(help: ArgumentHelp("Data folder of a server on this machine.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Configuration file of a server on this machine.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Address of a remote server, https://host:port (TOCSIN_SERVER).", valueName: "url"))
    var server: String?

    @Option(help: "Client id for a remote server (TOCSIN_CLIENT_ID); its secret is read from TOCSIN_CLIENT_SECRET.")
    var clientID: String?

    @Option(help: ArgumentHelp("File with the secret of the client id.", valueName: "file"))
    var clientSecretFile: String?

    @Option(help: "Tenant of a remote server, where it has several.")
    var tenant = "common"

    @Option(
        name: .customLong("ca"),
        help: ArgumentHelp("Certificate of the authority of a remote server, PEM (TOCSIN_CA).", valueName: "file")
    )
    var authority: String?

    /// What a command does while no server runs on the data folder.
    enum Absence {
        /// Opens the data folder itself for so long.
        case opensData
        /// Says so.
        case fails
    }

    /// Gives a client of the chosen server and lets go of it afterwards.
    ///
    /// - Parameters:
    ///   - absence: What to do while no local server runs.
    ///   - body: Uses the client.
    /// - Returns: What the closure gave.
    /// - Throws: `CommandFailure` when there is no server; what the closure throws.
    func withClient<Result: Sendable>(
        whileAbsent absence: Absence = .fails,
        _ body: @Sendable (ServerClient) async throws -> Result
    ) async throws -> Result {
        if let remote = server ?? (data == nil && config == nil ? ClientVariable.server.value : nil) {
            return try await withRemote(remote, body)
        }
        let configuration = try await localConfiguration()
        guard await LocalSocket.isAnswered(configuration.socketPath) else {
            guard absence == .opensData else {
                throw CommandFailure(
                    code: "NoServer",
                    place: configuration.data,
                    message: "No server runs on this data folder.",
                    remedy:
                        "Start one with `tocsin serve --data \(configuration.data)`, or name another by --data or --server."
                )
            }
            return try await withData(configuration, body)
        }
        let transport = try ClientTransport(socket: configuration.socketPath)
        let client = ServerClient(name: configuration.socketPath, transport: transport, origin: "http://localhost")
        return try await finishing(transport) { try await body(client) }
    }

    /// The configuration of a server on this machine.
    func localConfiguration() async throws(CommandFailure) -> ServerConfiguration {
        try await ServerConfiguration.read(
            file: config ?? ClientVariable.config.value,
            flags: data.map { [.data: [$0]] } ?? [:]
        )
    }

    private func finishing<Result>(
        _ transport: ClientTransport,
        _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body()
            await transport.shutdown()
            return result
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    private func withData<Result: Sendable>(
        _ configuration: ServerConfiguration,
        _ body: @Sendable (ServerClient) async throws -> Result
    ) async throws -> Result {
        let parts = try await ServerParts.assemble(configuration)
        do {
            let result = try await body(
                ServerClient(name: configuration.data, transport: parts.administratorTransport, origin: parts.origin)
            )
            try await parts.close()
            return result
        } catch {
            try await parts.close()
            throw error
        }
    }

    // MARK: Remote

    private func withRemote<Result: Sendable>(
        _ text: String,
        _ body: @Sendable (ServerClient) async throws -> Result
    ) async throws -> Result {
        let origin = try SettingsReader.origin(text)
        let transport = try ClientTransport(authority: authority ?? ClientVariable.authority.value)
        return try await finishing(transport) {
            var client = ServerClient(name: origin, transport: transport, origin: origin)
            client.authorization = "Bearer " + (try await token(client, origin: origin))
            return try await body(client)
        }
    }

    private func token(_ client: ServerClient, origin: String) async throws(CommandFailure) -> String {
        guard let id = clientID ?? ClientVariable.clientID.value, let secret = try clientSecret() else {
            throw CommandFailure(
                code: "NoCredentials",
                message: "A remote server asks who you are.",
                remedy: "Give --client-id (or TOCSIN_CLIENT_ID) and the secret in TOCSIN_CLIENT_SECRET or "
                    + "--client-secret-file; `tocsin apps create` on the server makes both."
            )
        }
        let form = [
            ("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret),
            ("scope", origin + "/.default"),
        ]
        let body = form.map { PercentEncoding.encode($0.0) + "=" + PercentEncoding.encode($0.1) }.joined(separator: "&")
        var request = OutboundRequest(
            method: "POST",
            url: "\(origin)/\(PercentEncoding.encode(tenant))/oauth2/v2.0/token",
            body: Array(body.utf8),
            timeout: .seconds(60)
        )
        request.headers.add("Content-Type", "application/x-www-form-urlencoded")
        let answer: ServerClient.Answer
        do {
            let response = try await client.transport.send(request)
            answer = ServerClient.Answer(status: response.status, headers: response.headers, body: response.body)
        } catch {
            throw CommandFailure(code: "NoAnswer", place: origin, message: "The server does not answer: \(error)")
        }
        guard let token = answer.json?["access_token"]?.stringValue else {
            throw ServerClient.refusal(answer, place: "the token endpoint of \(origin)")
        }
        return token
    }

    private func clientSecret() throws(CommandFailure) -> String? {
        guard let clientSecretFile else { return ClientVariable.clientSecret.value }
        return String(decoding: try InputFile.bytes(clientSecretFile), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
