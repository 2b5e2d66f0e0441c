import Durable
import Logging
import Moments
import Stores
import Synchronization
import Testing

/// Answers the calls of diaries, and hears what becomes of them.
final class DiaryWorld: EffectPerformer, RunObserver {
    typealias M = DiaryMachine

    let heard = Mutex<[String]>([])
    let ended = Mutex<[RunNumber]>([])
    let stuck = Mutex<[RunNumber: DurableError.Code]>([:])
    let isGood = Mutex(true)
    let hangs: Bool

    init(hangs: Bool = false) {
        self.hangs = hangs
    }

    func perform(_ effect: String, run: RunHeader, flight: FlightNumber) async -> DiaryMachine.Input {
        heard.withLock { $0.append(effect) }
        if hangs {
            do { try await Task.sleep(for: .seconds(600)) } catch { return .landed(flight, isGood: false) }
        }
        return .landed(flight, isGood: isGood.withLock { $0 })
    }

    func published(_ publication: String, by run: RunHeader) {}

    func closed(_ run: RunHeader, group: String, summary: RunSummary) {
        ended.withLock { $0.append(run.number) }
    }

    func stuck(_ run: RunNumber, error: DurableError) {
        stuck.withLock { $0[run] = error.code }
    }
}

/// Drives diaries over a store.
struct DiaryDriver {
    let driver: Driver<DiaryMachine>

    init(
        _ journal: any JournalStore,
        _ world: DiaryWorld,
        clock: any WallClock = SystemClock(),
        marker: SteppingMarker? = nil
    ) async throws {
        var configuration = Driver<DiaryMachine>.Configuration()
        configuration.shutdownPatience = .milliseconds(20)
        configuration.dutyTick = .milliseconds(20)
        configuration.limits.loadedRuns = 8
        driver = try await Driver(
            machine: DiaryMachine(),
            journal: journal,
            performer: world,
            programs: { _ in DiaryMachine.Program() },
            observer: world,
            clock: clock,
            marker: marker,
            configuration: configuration,
            logger: Logger(label: "test")
        )
    }

    @discardableResult
    func start(
        _ input: DiaryMachine.Input,
        cause: String? = nil,
        at opened: Timestamp = .unixEpoch
    ) async throws -> RunNumber {
        let number = driver.nextRunNumber()
        let header = RunHeader(
            number: number,
            tenant: "t",
            scope: "diary",
            name: "run-\(1_000_000 - number.value)",
            program: "1",
            opened: opened
        )
        let seed = RunSeed<DiaryMachine>(
            header: header,
            program: .init(),
            group: "g",
            cause: cause,
            input: input
        )
        try await driver.start(seed)
        return number
    }
}

/// Waits for what other tasks have to do.
func eventually(_ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !condition(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
    let isMet = try await condition()
    #expect(isMet, "not within a minute")
}
