import Expressions
import JSONTree

/// Text conversion of values (section 2.7).
enum TextConversion {
    static func text(_ value: JSON) -> String { ExpressionText.text(of: value) }
}
