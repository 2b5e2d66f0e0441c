public import Connectors
import JSONTree
public import Moments
import NIOCore
import NIOSSL
public import Outbound
import Synchronization

/// The service `smtp`: sends messages through a mail server.
public struct MailService: ConnectorService {
    private let destinations: DestinationGuard
    private let authorities: [String]
    private let clock: any WallClock

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - destinations: The guard, which finds the address of the mail server.
    ///   - authorities: Certificates in PEM that are trusted besides those of the system.
    ///   - clock: The present, for the date of messages.
    public init(
        destinations: DestinationGuard = DestinationGuard(resolver: SystemResolver()),
        authorities: [String] = [],
        clock: any WallClock = SystemClock()
    ) {
        self.destinations = destinations
        self.authorities = authorities
        self.clock = clock
    }

    /// Performs one operation.
    public func perform(_ call: ServiceCall) async throws -> ConnectorOutputs {
        guard ["SendEmailV3", "SendEmailV2", "SendEmail"].contains(call.operation) else {
            throw ConnectorError(.notSupported, "The service of mail has no operation '\(call.operation)'.")
        }
        let settings = try await SMTPSettings(call)
        let state = ConversationState()
        do {
            let message = try MailMessage(call.body)
            let id = "\(call.key.prefix(32)).tocsin@\(message.from.domain)"
            let bytes = MIMEWriter(message: message, id: id, date: clock.now).bytes()
            let destination = try await destinations.destination(
                host: settings.server,
                port: settings.port,
                policy: call.networks
            )
            let connection = try await SMTPConnection.connect(
                destination,
                tls: try tls(settings),
                isSecure: settings.security == .implicit,
                timeout: min(call.timeout, .seconds(30))
            )
            let conversation = SMTPConversation(connection: connection, settings: settings) {
                state.wasSent.store(true, ordering: .sequentiallyConsistent)
            }
            let outcome = try await state.run(connection, timeout: call.timeout) {
                try await conversation.send(message, bytes)
            }
            return Self.answer(outcome, id: id)
        } catch let failure as MailFailure {
            return failure.outputs
        } catch let error as ConnectorError {
            throw error
        } catch {
            throw state.error(error)
        }
    }

    private static func answer(_ outcome: SMTPConversation.Outcome, id: String) -> ConnectorOutputs {
        ConnectorOutputs(
            statusCode: 200,
            body: [
                "messageId": .string("<\(id)>"), "accepted": .array(outcome.accepted.map(JSON.string)),
                "refused": .array(outcome.refused.map(\.json)),
                "reply": .string("\(outcome.reply.code) \(outcome.reply.text)"),
            ]
        )
    }

    private func tls(_ settings: SMTPSettings) throws -> NIOSSLContext {
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv12
            let additional = try (authorities + [settings.authority].compactMap { $0 }).flatMap {
                try NIOSSLCertificate.fromPEMBytes(Array($0.utf8))
            }
            configuration.additionalTrustRoots = [.certificates(additional)]
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ConnectorError(
                .incompleteConnection,
                "The certificate authority of the connection cannot be read. Give certificates in PEM."
            )
        }
    }
}

/// What is known of a conversation from outside of it.
final class ConversationState: Sendable {
    /// Whether the server may have the message.
    let wasSent = Atomic(false)
    /// Whether its time was over.
    let isLate = Atomic(false)

    /// Runs a conversation, and closes its connection when it takes too long or is no longer wanted.
    func run<Value: Sendable>(
        _ connection: SMTPConnection,
        timeout: Duration,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let alarm = Task {
            try await Task.sleep(for: timeout)
            isLate.store(true, ordering: .sequentiallyConsistent)
            connection.close()
        }
        defer {
            alarm.cancel()
            connection.close()
        }
        return try await withTaskCancellationHandler(operation: body) { connection.close() }
    }

    /// The error of a conversation that ended without an answer.
    func error(_ error: any Error) -> OutboundError {
        let wasSent = wasSent.load(ordering: .sequentiallyConsistent)
        guard isLate.load(ordering: .sequentiallyConsistent) else {
            return SMTPFailureWords.error(error, wasSent: wasSent)
        }
        return OutboundError(
            code: .timedOut,
            message: "The time of the call is over before the mail server had answered.",
            certainlyNotSent: !wasSent
        )
    }
}
