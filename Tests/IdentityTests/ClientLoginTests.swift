import Identity
import Moments
import Secrets
import Testing

struct ClientLoginTests {
    private func attempt(
        _ fixture: Fixture,
        _ login: ClientLogin,
        secret: SecretValue? = nil,
        clientID: String? = nil,
        caller: String = "192.0.2.1"
    ) async throws -> ClientLogin.Failure? {
        do {
            _ = try await login.app(
                clientID: clientID ?? fixture.app.clientID,
                tenant: fixture.tenant.id,
                secret: secret ?? fixture.secret,
                caller: caller
            )
            return nil
        } catch let failure as ClientLogin.Failure {
            return failure
        }
    }

    @Test func `the right secret lets in, all else says why not`() async throws {
        let fixture = try await Fixture()
        let login = ClientLogin(directory: fixture.directory, limiter: FailureLimiter(clock: fixture.clock))
        #expect(try await attempt(fixture, login) == nil)
        #expect(try await attempt(fixture, login, secret: SecretValue("wrong")) == .wrongCredential)
        #expect(try await attempt(fixture, login, secret: SecretValue("")) == .wrongCredential)
        let stranger = "99999999-0000-0000-0000-000000000000"
        #expect(try await attempt(fixture, login, clientID: stranger) == .unknownApp)
        #expect(try await attempt(fixture, login, clientID: "' OR 1=1 --") == .unknownApp)
        try await fixture.directory.setEnabled(false, of: fixture.app, by: "test")
        #expect(try await attempt(fixture, login) == .disabledApp)
        try await fixture.directory.setEnabled(true, of: fixture.app, by: "test")
        fixture.clock.advance(by: .days(31))
        #expect(try await attempt(fixture, login) == .expiredCredential)
        let renewed = try await fixture.directory.addSecret(to: fixture.app, by: "test").secret
        #expect(try await attempt(fixture, login, secret: renewed) == nil)
    }

    @Test func `who guesses waits, others do not`() async throws {
        let fixture = try await Fixture()
        let login = ClientLogin(directory: fixture.directory, limiter: FailureLimiter(limit: 3, clock: fixture.clock))
        for _ in 0..<3 { #expect(try await attempt(fixture, login, secret: SecretValue("no")) == .wrongCredential) }
        guard case .tooManyFailures(let seconds) = try await attempt(fixture, login) else {
            Issue.record("the fourth attempt was tried")
            return
        }
        #expect((1...301).contains(seconds))
        #expect(try await attempt(fixture, login, caller: "192.0.2.2") == nil)
        fixture.clock.advance(by: .minutes(6))
        #expect(try await attempt(fixture, login) == nil)
    }

    @Test func `who guesses ids waits too`() async throws {
        let fixture = try await Fixture()
        let login = ClientLogin(directory: fixture.directory, limiter: FailureLimiter(limit: 2, clock: fixture.clock))
        for number in 0..<20 {
            #expect(try await attempt(fixture, login, clientID: "guess \(number)") == .unknownApp)
        }
        guard case .tooManyFailures = try await attempt(fixture, login, clientID: "another") else {
            Issue.record("the caller could go on guessing")
            return
        }
        #expect(try await attempt(fixture, login, caller: "192.0.2.9") == nil)
    }

    @Test func `the limiter's memory has an end`() {
        let clock = VirtualClock(Timestamp(unixSeconds: 1_800_000_000))
        let limiter = FailureLimiter(limit: 1, capacity: 10, clock: clock)
        for number in 0..<50 {
            clock.advance(by: .seconds(1))
            limiter.failed("caller \(number)")
        }
        #expect(limiter.secondsToWait("caller 0") == nil)
        #expect(limiter.secondsToWait("caller 49") != nil)
    }
}
