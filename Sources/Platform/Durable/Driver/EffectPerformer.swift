/// Performs the effects of a machine's runs.
public protocol EffectPerformer<M>: Sendable {
    /// The machine whose effects these are.
    associatedtype M: Machine

    /// Performs one effect and says what came of it; cancellation ends it early.
    ///
    /// It never throws: a failure is a result, too, and so is not knowing what came of it.
    func perform(_ effect: M.Effect, run: RunHeader, flight: FlightNumber) async -> M.Input
}

/// Hears what runs say, and when they end.
public protocol RunObserver<M>: Sendable {
    /// The machine whose runs these are.
    associatedtype M: Machine

    /// A run has said something, durably.
    func published(_ publication: M.Publication, by run: RunHeader)

    /// A run has ended.
    func closed(_ run: RunHeader, group: String, summary: RunSummary)

    /// A run cannot go on until somebody acts.
    func stuck(_ run: RunNumber, error: DurableError)
}
