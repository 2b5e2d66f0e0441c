public import Expressions

/// The templates of a data operation that are evaluated once for each element, with `item()` bound (section 2.1).
///
/// They are no part of ``ActionNode/inputs``.
public enum PerItemTemplates: Sendable {
    /// `where` of a Query (section 6.10): must give a boolean.
    case query(where: Template)
    /// `select` of a Select (section 6.11).
    case select(Template)
    /// `columns` of a Table (section 6.12), in order.
    case table([TableColumn])

    /// All of them, in order.
    public var templates: [Template] {
        switch self {
        case .query(let template), .select(let template): [template]
        case .table(let columns): columns.flatMap { [$0.header, $0.value].compactMap(\.self) }
        }
    }
}

/// One column of a Table.
public struct TableColumn: Sendable {
    /// The heading, a template; nil when the column has none.
    public let header: Template?
    /// The value, evaluated for each element.
    public let value: Template
}
