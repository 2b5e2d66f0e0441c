/// The query options of one request.
///
/// Option names are taken with and without `$`, in any case; `Prefer` and headers are not read here.
public struct ODataQuery: Sendable, Hashable {
    /// `$filter`.
    public var filter: ODataFilter?
    /// `$orderby`, most important first; empty when absent.
    public var orderBy: [ODataOrder] = []
    /// `$select`, property paths as written; nil when absent or `*`.
    public var select: [ODataPath]?
    /// `$expand`, as written and split at commas outside of parentheses.
    public var expand: [String] = []
    /// `$top`, from 0.
    public var top: Int?
    /// `$skip`, from 0.
    public var skip: Int?
    /// `$count`.
    public var count = false
    /// `$search`, without the outer quotes.
    public var search: String?
    /// `$skiptoken`, opaque.
    public var skipToken: String?
    /// `$deltatoken`, opaque.
    public var deltaToken: String?
    /// Parameters that are no query options, in their order; a service ignores them.
    public var other: [(name: String, value: String)] { others.map { ($0.name, $0.value) } }

    private var others: [Other] = []

    private struct Other: Sendable, Hashable {
        var name: String
        var value: String
    }

    /// A query without options.
    public init() {}

    /// Reads the parameters of a URL, percent-decoded.
    ///
    /// A parameter whose name begins with `$` and is no option is an error; any other name is kept in ``other``.
    /// - Throws: ``ODataError``.
    public init(
        _ parameters: some Sequence<(String, String)>,
        limits: ODataLimits = .default
    ) throws(ODataError) {
        var seen: Set<String> = []
        var number = 0
        for (name, value) in parameters {
            number += 1
            guard number <= limits.options else {
                throw ODataError(
                    code: .tooComplex,
                    message: "The request has more than \(limits.options) query parameters.",
                    option: name
                )
            }
            try read(name, value, limits, &seen)
        }
    }

    private static let options: Set<String> = [
        "filter", "orderby", "select", "expand", "top", "skip", "count", "search", "skiptoken", "deltatoken", "format",
    ]

    private mutating func read(
        _ name: String,
        _ value: String,
        _ limits: ODataLimits,
        _ seen: inout Set<String>
    ) throws(ODataError) {
        let isMarked = name.hasPrefix("$")
        let key = (isMarked ? String(name.dropFirst()) : name).lowercased()
        guard Self.options.contains(key) else {
            guard !isMarked else {
                throw ODataError(
                    code: .invalidOption,
                    message: "The query parameter '\(name)' is not supported.",
                    option: name
                )
            }
            others.append(Other(name: name, value: value))
            return
        }
        guard seen.insert(key).inserted else {
            throw ODataError(
                code: .invalidOption,
                message: "Query option '$\(key)' was specified more than once, but it must be specified at most once.",
                option: "$\(key)"
            )
        }
        try set(key, value, limits)
    }

    private mutating func set(_ key: String, _ value: String, _ limits: ODataLimits) throws(ODataError) {
        switch key {
        case "filter": filter = try ODataFilter(value, limits: limits)
        case "orderby": orderBy = try ODataOrder.parse(value, limits: limits)
        case "select": select = try ODataSelection.parse(value, limits: limits)
        case "expand": expand = ODataSelection.split(value)
        case "top": top = try Self.number(value, "$top")
        case "skip": skip = try Self.number(value, "$skip")
        case "count": count = try Self.flag(value)
        case "search": search = try Self.searchText(value, limits)
        case "skiptoken": skipToken = try Self.token(value, "$skiptoken")
        case "deltatoken": deltaToken = try Self.token(value, "$deltatoken")
        default:
            guard value.lowercased() == "json" || value.lowercased().hasPrefix("application/json") else {
                throw ODataError(
                    code: .invalidValue,
                    message: "The value '\(value)' of $format is not supported; use json.",
                    option: "$format"
                )
            }
        }
    }

    private static func number(_ text: String, _ option: String) throws(ODataError) -> Int {
        guard let number = Int32(text), number >= 0 else {
            throw ODataError(
                code: .invalidValue,
                message: "Invalid value '\(text)' for \(option) query option found. "
                    + "The \(option) query option requires a non-negative integer value.",
                option: option
            )
        }
        return Int(number)
    }

    private static func flag(_ text: String) throws(ODataError) -> Bool {
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default:
            throw ODataError(
                code: .invalidValue,
                message: "Invalid value '\(text)' for $count query option found. "
                    + "Valid values are 'true' and 'false'.",
                option: "$count"
            )
        }
    }

    private static func token(_ text: String, _ option: String) throws(ODataError) -> String {
        guard !text.isEmpty else {
            throw ODataError(code: .invalidValue, message: "The value of \(option) is empty.", option: option)
        }
        return text
    }

    private static func searchText(_ text: String, _ limits: ODataLimits) throws(ODataError) -> String {
        var inner = Substring(text)
        if inner.count >= 2, inner.first == "\"", inner.last == "\"" { inner = inner.dropFirst().dropLast() }
        guard !inner.isEmpty, inner.utf8.count <= limits.optionBytes else {
            throw ODataError(
                code: .invalidValue,
                message: "The value of $search is empty or longer than \(limits.optionBytes) bytes.",
                option: "$search"
            )
        }
        return String(inner)
    }
}
