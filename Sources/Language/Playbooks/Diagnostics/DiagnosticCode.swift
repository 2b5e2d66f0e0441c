/// The words that diagnostics of this room use as their `code`.
///
/// They are strings rather than an enumeration, so that a new kind of remark breaks no caller.
public enum DiagnosticCode {
    /// The definition is refused at save, as Azure refuses it (workflow definition language, section 13.1).
    public static let invalidTemplate = "InvalidTemplate"
    /// A variable is used before it is initialized.
    public static let invalidVariableOperation = "InvalidVariableOperation"
    /// A variable is initialized where it cannot be.
    public static let invalidVariableInitialization = "InvalidVariableInitialization"
    /// A property of an action's inputs has a value that the action does not take.
    public static let invalidActionInputs = "WorkflowRunActionInputsInvalidProperty"
    /// The file is not JSON.
    public static let invalidJSON = "InvalidJSON"
    /// The file is JSON, but none of the forms that hold a workflow.
    public static let unknownForm = "UnknownForm"
    /// The file has a form that may hold workflows, but holds none.
    public static let noWorkflow = "NoWorkflow"
    /// The deployment template itself is broken.
    public static let invalidDeployment = "InvalidDeploymentTemplate"
    /// A parameter of the deployment template or of the definition got a placeholder for its missing value.
    public static let placeholder = "PlaceholderValue"
    /// A template function asks the cloud for something that only a deployment knows.
    public static let unresolved = "UnresolvedReference"
    /// An action or trigger of a type that this server does not run.
    public static let unsupportedType = "UnsupportedType"
    /// A connection that the file's `$connections` does not have.
    public static let unknownConnection = "UnknownConnection"
    /// A connector operation that no known connector has.
    public static let unknownOperation = "UnknownOperation"
    /// Comments, or commas before a closing bracket.
    public static let comments = "CommentsInJSON"
    /// An object with the same member twice; the last one counts.
    public static let duplicateMember = "DuplicateMember"
    /// A property or word that nothing reads.
    public static let unknownProperty = "UnknownProperty"
    /// A linked template, whose text is elsewhere.
    public static let linkedTemplate = "LinkedTemplate"
    /// An action inside a loop is referenced from outside of it.
    public static let referenceIntoLoop = "ReferenceIntoLoop"
    /// A secure parameter carries a default value in clear.
    public static let secureDefault = "SecureDefault"
    /// Something allowed that is probably a mistake.
    public static let suspicious = "Suspicious"
}
