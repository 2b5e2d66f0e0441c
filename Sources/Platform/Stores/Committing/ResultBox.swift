/// Carries a closure's result from where it ran to where its caller is told.
///
/// `@unchecked Sendable`: one thread of the store writes it and then reads it, in that order; no other thread touches it.
final class ResultBox<T: Sendable>: @unchecked Sendable {
    var value: T?

    func taken() -> Result<T, any Error> {
        guard let value else {
            return .failure(StoreError(.closed, "The store ended before the closure ran."))
        }
        return .success(value)
    }
}
