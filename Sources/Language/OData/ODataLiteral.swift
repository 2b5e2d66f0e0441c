public import Moments

/// A constant in a query.
public enum ODataLiteral: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// A number with fraction or exponent.
    case double(Double)
    /// `'text'`, a doubled quote being one quote.
    case string(String)
    /// A bare or typed date and time; a date alone is its midnight in Greenwich, a time without zone is Greenwich's.
    case timestamp(Timestamp)
    /// A bare or typed GUID, in lower case.
    case guid(String)
    /// `duration'PT5M'`.
    case duration(TimeSpan)
    /// `microsoft.graph.alertSeverity'high'`: the type's name and the member's name.
    case enumeration(type: String, member: String)

    /// The name of the type in messages.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .boolean: "Edm.Boolean"
        case .integer: "Edm.Int64"
        case .double: "Edm.Double"
        case .string: "Edm.String"
        case .timestamp: "Edm.DateTimeOffset"
        case .guid: "Edm.Guid"
        case .duration: "Edm.Duration"
        case .enumeration(let type, _): type
        }
    }
}
