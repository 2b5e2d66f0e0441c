import Connectors
import Durable
import Engine
import Foundation
import Identity
import JSONTree
import Logging
import Moments
import Outbound
import Playbooks
import Rehearsal
import Scripting

extension Run {
    /// Runs a workflow with real calls, with the settings of a server and, where it needs them, its connections.
    func runLive(_ prepared: Prepared) async throws -> RunRecord {
        var configuration = try await ServerConfiguration.read(
            file: config ?? ClientVariable.config.value,
            flags: data.map { [.data: [$0]] } ?? [:]
        )
        configuration.networks = configuration.networks.union(
            NetworkPolicy(allowing: try Self.networks(allowedNetworks))
        )
        guard prepared.definition.usesConnections, Self.hasDatabase(configuration.data) else {
            let transport = try HTTPTransport(options: try configuration.transportOptions())
            let registry = ConnectorRegistry(
                folders: configuration.connectors,
                connections: FixedConnections([]),
                transport: transport
            )
            let result = await attempt(prepared, configuration, transport, registry, tenant: "local")
            await transport.shutdown()
            return try result.get()
        }
        guard await !LocalSocket.isAnswered(configuration.socketPath) else {
            throw CommandFailure(
                code: "ServerRuns",
                place: configuration.data,
                message: "A server runs on this data folder, so that its connections cannot be used from here.",
                remedy: "Deploy the playbook to it with `tocsin deploy`, or name another folder by --data."
            )
        }
        let parts = try await ServerParts.assemble(configuration)
        let tenant = parts.tenant.id
        let result = await attempt(prepared, configuration, parts.transport, parts.registry, tenant: tenant)
        try await parts.close()
        return try result.get()
    }

    private func attempt(
        _ prepared: Prepared,
        _ configuration: ServerConfiguration,
        _ transport: HTTPTransport,
        _ registry: ConnectorRegistry,
        tenant: String
    ) async -> Result<RunRecord, any Error> {
        do {
            return .success(try await fire(prepared, configuration, transport, registry, tenant: tenant))
        } catch {
            return .failure(error)
        }
    }

    private func fire(
        _ prepared: Prepared,
        _ configuration: ServerConfiguration,
        _ transport: HTTPTransport,
        _ registry: ConnectorRegistry,
        tenant: String
    ) async throws -> RunRecord {
        let scripts = ScriptPool()
        defer { scripts.stop() }
        var logger = Logger(label: "tocsin.run")
        logger.logLevel = .error
        let run = LiveRun(prepared.definition, name: prepared.name, tenant: tenant, logger: logger)
        let isWatched = Console.isWatched
        do {
            return try await run.fire(
                trigger: trigger,
                payload: prepared.payload,
                performer: LiveEffects(
                    transport: transport,
                    networks: configuration.networks,
                    registry: registry,
                    scripts: scripts,
                    children: NoSiblings(),
                    batches: NoSiblings()
                )
            ) { line in
                if isWatched { Console.complain(line) }
            }
        } catch let error as RehearsalError {
            throw CommandFailure(code: error.code, place: prepared.path, message: error.message)
        }
    }

    private static func networks(_ texts: [String]) throws(CommandFailure) -> [Network] {
        var result: [Network] = []
        for text in texts {
            guard let network = Network(text) else {
                throw CommandFailure(
                    code: "InvalidNetwork",
                    place: "--allow-network",
                    message: "'\(text)' is no network.",
                    remedy: "Write it as 10.0.0.0/8 or fd00::/8."
                )
            }
            result.append(network)
        }
        return result
    }

    private static func hasDatabase(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/tocsin.sqlite")
    }
}

extension Definition {
    /// Whether actions call connectors, which need connections.
    fileprivate var usesConnections: Bool {
        actions.contains { [.apiConnection, .openAPIConnection, .serviceProvider].contains($0.type) }
    }
}
