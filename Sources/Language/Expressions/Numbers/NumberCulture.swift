/// How numbers are written in one culture, after .NET's `NumberFormatInfo`.
struct NumberCulture: Sendable {
    var decimal: String
    var group: String
    /// Sizes of the groups from the point leftwards; the last one repeats.
    var groupSizes: [Int]
    var minus: String
    var percent: String
    var percentPositive: String
    var percentNegative: String
    var currency: String
    var currencyDigits: Int
    var currencyPositive: String
    var currencyNegative: String

    static let englishUS = NumberCulture(
        decimal: ".",
        group: ",",
        groupSizes: [3],
        minus: "-",
        percent: "%",
        percentPositive: "n%",
        percentNegative: "-n%",
        currency: "$",
        currencyDigits: 2,
        currencyPositive: "$n",
        currencyNegative: "-$n"
    )

    /// The culture of a BCP-47 name in any case; nil for an unknown one.
    ///
    /// The empty name is the invariant culture.
    static func named(_ name: String) -> NumberCulture? {
        let key = name.lowercased()
        if key == "en-us" { return englishUS }
        if key.isEmpty {
            var invariant = englishUS
            invariant.currency = "\u{A4}"
            invariant.percentPositive = "n %"
            invariant.percentNegative = "-n %"
            return invariant
        }
        return table[key]
    }

    private static let table: [String: NumberCulture] = {
        var result: [String: NumberCulture] = [:]
        for line in NumberCultureTable.text.split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 12, let digits = Int(fields[9]) else { continue }
            let culture = NumberCulture(
                decimal: fields[1],
                group: fields[2],
                groupSizes: fields[3].split(separator: ";").compactMap { Int($0) },
                minus: fields[4],
                percent: fields[5],
                percentPositive: fields[6],
                percentNegative: fields[7],
                currency: fields[8],
                currencyDigits: digits,
                currencyPositive: fields[10],
                currencyNegative: fields[11]
            )
            for name in fields[0].split(separator: ",") { result[String(name)] = culture }
        }
        return result
    }()
}
