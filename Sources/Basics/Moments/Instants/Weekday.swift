/// A day of the week, numbered as .NET does: Sunday is 0.
public enum Weekday: Int, Sendable, Hashable, CaseIterable {
    case sunday, monday, tuesday, wednesday, thursday, friday, saturday

    /// The English name with a capital, `Monday`.
    public var name: String { EnglishDates.dayNames[rawValue] }

    /// The day with this English name, compared without regard to case; nil for any other text.
    public init?(name: String) {
        let wanted = name.lowercased()
        guard let index = EnglishDates.dayNames.firstIndex(where: { $0.lowercased() == wanted }) else { return nil }
        self.init(rawValue: index)
    }
}
