import ArgumentParser
import Connectors
import Durable
import Engine
import Foundation
import Identity
import JSONTree
import Outbound
import Secrets
import Serving
import Stores

/// How commands end: with exit code 0, or with the failure on standard error and exit code 1.
enum Ending {
    /// Runs a command's work.
    ///
    /// - Throws: `ExitCode.failure` after the failure is printed.
    static func run(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let code as ExitCode {
            throw code
        } catch {
            throw failure(error).end()
        }
    }

    /// An error of any room as a failure of a command.
    static func failure(_ error: any Error) -> CommandFailure {
        switch error {
        case let error as CommandFailure: error
        case let error as StoreError: CommandFailure(code: "\(error.code)", message: error.message)
        case let error as SecretsError: CommandFailure(code: "\(error.code)", message: error.message)
        case let error as IdentityError: CommandFailure(code: "\(error.code)", message: error.message)
        case let error as ServingError: CommandFailure(code: "CannotServe", message: error.message)
        case let error as DurableError: CommandFailure(code: "\(error.code)", message: error.message)
        case let error as ConnectorError: CommandFailure(code: error.code.text, message: error.message)
        case let error as OutboundError: CommandFailure(code: error.code.text, message: error.message)
        case let error as EngineError: CommandFailure(code: error.code, message: error.message)
        case is CancellationError: CommandFailure(code: "Cancelled", message: "The command was cancelled.")
        default: CommandFailure(code: "Failed", message: "\(error)")
        }
    }
}
