/// Work of the store on the writing connection outside of commits, in slices of a few milliseconds.
struct Maintenance {
    enum Outcome { case again, done }

    /// Runs one slice.
    ///
    /// It handles its own errors: it tells its caller and gives `.done`.
    let slice: (SQLiteConnection) -> Outcome
    /// Tells the caller that the store closes before the work is done.
    let whenClosed: () -> Void
}
