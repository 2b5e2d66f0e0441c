/// All functions of the language, in one table.
///
/// The parser asks it once for every call when a template is compiled; help and validation list it.
public enum FunctionLibrary {
    /// Every function, by family and then in the order of the documentation.
    public static let all: [ExpressionFunction] =
        StringFunctions.all + CollectionFunctions.all + LogicFunctions.all + ConversionFunctions.all + URIFunctions.all
        + XMLFunctions.all + MathFunctions.all + DateFunctions.all + ReferenceFunctions.all + FormFunctions.all

    private static let byName: [String: ExpressionFunction] = {
        var result: [String: ExpressionFunction] = [:]
        for function in all { result[function.name.lowercased()] = function }
        return result
    }()

    /// The function of a name in any case; nil when there is none.
    public static func function(named name: String) -> ExpressionFunction? { byName[name.lowercased()] }
}
