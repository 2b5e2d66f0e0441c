import JSONTree
import Moments
public import Secrets
import Stores

/// Lets apps prove themselves, and remembers those that fail too often.
public struct ClientLogin: Sendable {
    /// Why an app is not let in.
    public enum Failure: Error, Sendable, Hashable {
        /// The tenant has no such app.
        case unknownApp
        /// The app is disabled.
        case disabledApp
        /// The secret or assertion is wrong.
        case wrongCredential
        /// The secret has ended.
        case expiredCredential
        /// Too many failures; the seconds to wait.
        case tooManyFailures(secondsToWait: Int)
    }

    private let directory: Directory
    private let limiter: FailureLimiter
    private let assertions: AssertionChecker

    /// Makes a login.
    public init(directory: Directory, limiter: FailureLimiter) {
        self.directory = directory
        self.limiter = limiter
        assertions = AssertionChecker(clock: directory.clock)
    }

    /// The app, when the secret is one of its own.
    ///
    /// - Parameters:
    ///   - clientID: The client id.
    ///   - tenant: The tenant's id.
    ///   - secret: The secret.
    ///   - caller: From where it is tried, such as an address.
    /// - Returns: The app.
    /// - Throws: ``Failure``; `StoreError`.
    public func app(clientID: String, tenant: String, secret: SecretValue, caller: String) async throws -> App {
        try await attempt(clientID: clientID, tenant: tenant, caller: caller) { app in
            switch try await directory.match(secret, app: app) {
            case .valid: nil
            case .expired: .expiredCredential
            case .none: .wrongCredential
            }
        }
    }

    /// The app, when the assertion was signed with one of its certificates.
    ///
    /// - Parameters:
    ///   - clientID: The client id.
    ///   - tenant: The tenant's id.
    ///   - assertion: The assertion (RFC 7523).
    ///   - audiences: What its `aud` may be: the token endpoint or the issuer.
    ///   - caller: From where it is tried.
    /// - Returns: The app.
    /// - Throws: ``Failure``; `StoreError`.
    public func app(
        clientID: String,
        tenant: String,
        assertion: String,
        audiences: Audience,
        caller: String
    ) async throws -> App {
        try await attempt(clientID: clientID, tenant: tenant, caller: caller) { app in
            let certificates = try await directory.certificates(of: app)
            return assertions.isValid(
                assertion,
                clientID: app.clientID,
                audiences: audiences,
                certificates: certificates
            )
                ? nil : .wrongCredential
        }
    }

    private func attempt(
        clientID: String,
        tenant: String,
        caller: String,
        _ check: (App) async throws -> Failure?
    ) async throws -> App {
        // Counted for this app, and ten times as generously for the caller over all apps, so that guessing ids ends too.
        let here = "\(caller) \(tenant)/\(clientID.lowercased().prefix(64))"
        if let seconds = limiter.secondsToWait(here) ?? limiter.secondsToWait(caller, factor: 10) {
            throw Failure.tooManyFailures(secondsToWait: seconds)
        }
        guard let app = try await directory.app(clientID: clientID, tenant: tenant) else {
            limiter.failed(here)
            limiter.failed(caller)
            throw Failure.unknownApp
        }
        guard app.isEnabled else { throw Failure.disabledApp }
        if let failure = try await check(app) {
            limiter.failed(here)
            limiter.failed(caller)
            try await audit(app, failure: failure, caller: caller)
            throw failure
        }
        limiter.succeeded(here)
        return app
    }

    private func audit(_ app: App, failure: Failure, caller: String) async throws {
        let now = directory.clock.now
        let entry = AuditEntry(
            tenant: app.tenant,
            actor: app.objectID,
            action: "app.login",
            target: app.clientID,
            outcome: "failure",
            detail: ["reason": .string("\(failure)"), "caller": .string(caller)]
        )
        try await directory.store.commit(.rest) { try AuditLog.write(entry, at: now, in: $0) }
    }
}
